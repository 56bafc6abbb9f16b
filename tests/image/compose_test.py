# SPDX-License-Identifier: Apache-2.0
"""deploy/compose: what its files say, and the whole demonstration, up to the alert about a server that was killed.

Grafana's container is the one that does not run here: what it is given is looked at.
"""

import json
import unittest
import urllib.request

import yaml

from fixtures.record import REPOSITORY
from image import compose, containers, peers
from image.network import OwnNetwork
from support.processes import is_ready, wait_until
from support.prometheus import Prometheus

NODES = {"sessions": 3, "catalogue": 6, "cache": 1}
SENTINELS = 3


class Files(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.services = compose.services()

    def mounts(self, name):
        """{path in the container: path here} of files and folders."""
        found = {}
        for volume in self.services[name].get("volumes", []):
            source, target, *_ = volume.split(":")
            if source.startswith("."):
                found[target] = (compose.FOLDER / source).resolve()
        return found

    def test_it_has_no_more_rights_than_it_needs(self):
        for name, service in self.services.items():
            with self.subTest(name):
                self.assertEqual((service["read_only"], service["cap_drop"], service["security_opt"]),
                                 (True, ["ALL"], ["no-new-privileges:true"]))
                self.assertIn(service["restart"], ("unless-stopped", "on-failure"))
                self.assertFalse({"privileged", "cap_add", "network_mode", "pid"} & service.keys())
                for port in service.get("ports", []):
                    self.assertTrue(port.startswith("127.0.0.1:"), port)
                for target, source in self.mounts(name).items():
                    self.assertTrue(source.exists(), f"{source} for {target}")
                if "build" not in service:
                    self.assertRegex(service["image"], r"^[a-z/]+:v?\d+\.\d+[\w.-]*$")

    def test_its_alertmanager_silences_what_ours_does(self):
        ours, its = (yaml.safe_load(path.read_text()) for path in (
            REPOSITORY / "deploy/alertmanager/alertmanager.yml", compose.FOLDER / "alertmanager.yml"))
        self.assertEqual(its["inhibit_rules"], ours["inhibit_rules"])

    def test_its_prometheus_scrapes_as_ours_does(self):
        text = (compose.FOLDER / "prometheus.yml").read_text()
        for name in "exporter", "alertmanager":
            text = text.replace(f"{name}:9", "localhost:9")
        self.assertEqual(yaml.safe_load(text), yaml.safe_load(
            (REPOSITORY / "deploy/prometheus/fleet-sd.yml").read_text()))

    def test_its_grafana_has_our_provisioning_and_every_dashboard(self):
        mounts = self.mounts("grafana")
        provisioning = REPOSITORY / "deploy/grafana/provisioning"
        self.assertEqual(mounts["/etc/grafana/provisioning/dashboards"], provisioning / "dashboards")
        source = mounts["/etc/grafana/provisioning/datasources/prometheus.yml"].read_text()
        self.assertEqual(
            yaml.safe_load(source.replace("http://prometheus:9090", "http://localhost:9090")),
            yaml.safe_load((provisioning / "datasources/prometheus.yml").read_text()))
        (provider,) = yaml.safe_load((provisioning / "dashboards/redis.yml").read_text())["providers"]
        folder = provider["options"]["path"]
        self.assertEqual({target: path for target, path in mounts.items() if target.startswith(folder)},
                         {f"{folder}/{path.name}": path
                          for path in (REPOSITORY / "dashboards").glob("redis-*.json")})
        home = self.services["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
        self.assertIn(home, mounts)


class RunningPrometheus(Prometheus):
    """The one of the demonstration."""

    def __init__(self):  # pylint: disable=super-init-not-called
        self.url = "http://localhost:9090"
        wait_until(lambda: is_ready(self.url), "Prometheus is ready")  # it answers 503 before


class Demonstration(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        containers.build_exporter()
        for name, service in compose.services().items():
            if "build" not in service and name not in compose.NOT_HERE:
                peers.make_peer(service["image"])
        compose.make_program()
        cls.enterClassContext(OwnNetwork())
        cls.all = compose.Demonstration()
        cls.addClassCleanup(cls.all.close)
        cls.prometheus = RunningPrometheus()

    def becomes(self, expression, wanted, timeout=60):
        try:
            self.prometheus.becomes(expression, lambda found: list(found.values()) == [wanted], timeout)
        except (TimeoutError, OSError) as problem:
            self.fail(f"{problem}\n{self.all.states()}\n{self.all.logs()}")

    def test_it_comes_up_and_tells_of_a_server_that_is_killed(self):
        for group, size in NODES.items():
            self.becomes(f'count(redis_up{{redis_group="{group}"}} == 1)', size)
        self.becomes("count(redis_up == 1)", sum(NODES.values()) + SENTINELS)
        self.becomes("min(up)", 1)
        self.becomes('min(redis_cluster_state{redis_group="catalogue"})', 1)
        self.becomes('count(redis_instance_info{redis_group="sessions",role="master"})', 1)
        self.becomes('rate(redis_evicted_keys_total{redis_group="cache"}[10s]) > bool 0', 1)
        files = {group["file"] for group in self.prometheus.api("rules")["groups"]}
        self.assertEqual(len(files), len(list((REPOSITORY / "rules").glob("redis-*.yml"))))
        self.runs_well()

        self.all.as_written("kill sessions-1")
        self.becomes('count(redis_up{redis_group="sessions"} == 0)', 1)
        self.hears("FIRING critical RedisDown: sessions-1:6379 (sessions) does not answer")
        self.becomes('count(redis_instance_info{redis_group="sessions",role="master"})', 1)
        with urllib.request.urlopen("http://localhost:9093/api/v2/alerts") as answer:
            self.assertIn("RedisDown", {one["labels"]["alertname"] for one in json.load(answer)})
        self.all.as_written("start sessions-1")
        self.hears("RESOLVED critical RedisDown: sessions-1:6379")

    def hears(self, words):
        """Waits until the receiver of messages has printed them."""
        wait_until(lambda: words in self.all.logs("messages"), words, timeout=60, pause=0.5)

    def runs_well(self):
        """No service but the one that is to end has ended, and each is healthy by its own check."""
        states = self.all.states()
        for name in self.all.names:
            with self.subTest(name):
                ended = name == "catalogue-forms"
                self.assertEqual(states[name][:2], ("exited" if ended else "running", 0))
                kind, *check = compose.services()[name].get("healthcheck", {}).get("test", [None])
                if kind:
                    command = [word.replace("$$", "$") for word in check]
                    command = ["sh", "-c", *command] if kind == "CMD-SHELL" else command
                    inside = ["podman", "exec", states[name][2], *command]
                    wait_until(lambda: containers.run(*inside, check=False).returncode == 0,
                               inside, timeout=30)


if __name__ == "__main__":
    unittest.main()
