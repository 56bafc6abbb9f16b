# SPDX-License-Identifier: Apache-2.0
"""The command lines of deploy/kubernetes, run: they are accepted, and ports and paths answer."""

import json
import pathlib
import re
import tempfile
import unittest

from kubernetes.kubelet import Pod, exporter
from kubernetes.manifests import OVERLAYS, built, container, one, pod, workload
from support.exporter import run_exporter
from support.page import value
from support.processes import Program, accepts, free_port
from support.redis_servers import RedisServer

SECRETS = {"redis": {"password": "pa$word 1"},
           "redis-fleet-exporter": {"sessions.password": "secret\n"}}
SERVER = "redis.sessions.svc:6379"  # of fleet.yaml


class Case(unittest.TestCase):
    def pod(self, name, index=0, places=()):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        return Pod(folder, built(name), pod(built(name)), SECRETS, index, places)

    def exporter(self, name, *places, index=0):
        """The exporter of an overlay's pod, ready, which kubelet finds alive and ready."""
        found = self.enterContext(exporter(self.pod(name, index, places), container(built(name))))
        for probe in "livenessProbe", "readinessProbe":
            if probe in container(built(name)):
                action = container(built(name))[probe]["httpGet"]
                self.assertEqual(action["port"], "metrics")
                self.assertEqual(found.get(action["path"]).status, 200)
        return found


class Accepted(Case):
    def test_flags_variables_and_files_are_those_of_the_exporter(self):
        known = set(re.findall(r"\((REDIS_\w+)", run_exporter("--help").stdout))
        self.assertIn("REDIS_PASSWORD", known)
        for name in OVERLAYS:
            with self.subTest(name):
                here, each = self.pod(name), container(built(name))
                variables = here.environment(each)
                self.assertLessEqual(variables.keys(), known | {"POD_INDEX", "SHARDS"})
                done = run_exporter("--check-config", *here.command(each), env=variables)
                self.assertEqual((done.returncode, done.stdout + done.stderr),
                                 (0, "the configuration is valid\n"))

    def test_the_port_is_the_one_that_it_listens_on(self):
        listens = re.search(r"--web.listen-address=.*default :(\d+)\)", run_exporter("--help").stdout)
        for name in OVERLAYS:
            self.assertEqual(container(built(name))["ports"],
                             [{"name": "metrics", "containerPort": int(listens[1])}])
            self.assertNotIn("listen-address", " ".join(container(built(name))["args"]))


class Sidecar(Case):
    def test_reads_the_redis_of_its_pod_with_the_password_of_the_secret(self):
        port = free_port()
        data = self.enterContext(tempfile.TemporaryDirectory())
        here = self.pod("overlays/sidecar", places=[("dir /data", f"dir {data}\nport {port}")])
        redis = container(built("overlays/sidecar"), "redis")
        self.enterContext(Program(here.command(redis), env=here.environment(redis),
                                  answers=lambda: accepts("127.0.0.1", port)))
        found = self.exporter("overlays/sidecar", (":6379", f":{port}"))
        pages = [endpoint.get("path", "/metrics") for endpoint in one(
            built("operator/sidecar"), "PodMonitor")["spec"]["podMetricsEndpoints"]]
        self.assertEqual(pages, ["/metrics"])
        page = found.scrape(pages[0])
        self.assertEqual(value(page, "redis_up"), 1)
        self.assertEqual(value(page, "redis_default_user_passwordless"), 0)


class Fleet(Case):
    def setUp(self):
        self.redis = self.enterContext(RedisServer(password="secret"))

    def page(self, path, exporter):
        answer = exporter.get(path)
        self.assertEqual(answer.status, 200)
        return answer.body.decode()

    def nodes(self, exporter):
        """What /sd of the ScrapeConfig lists: {instance: labels}."""
        (discovery,) = one(built("operator/fleet"), "ScrapeConfig")["spec"]["httpSDConfigs"]
        listed = json.loads(self.page("/" + discovery["url"].split("/", 3)[3], exporter))
        return {entry["labels"]["instance"]: entry["labels"] for entry in listed}

    def test_lists_and_scrapes_the_fleet(self):
        found = self.exporter("overlays/fleet", (SERVER, self.redis.address))
        (labels,) = self.nodes(found).values()
        self.assertEqual((labels["redis_group"], labels["team"]), ("sessions", "web"))
        page = self.page(f"{labels['__metrics_path__']}?target={labels['__param_target']}", found)
        self.assertIn("\nredis_up 1\n", page)
        (endpoint,) = one(built("operator/fleet"), "ServiceMonitor")["spec"]["endpoints"]
        self.assertIn('\nredis_group_expected_nodes{redis_group="sessions"} 1\n',
                      self.page(endpoint["path"], found))

    def test_replicas_share_the_groups_and_each_scrapes_all(self):
        count = workload(built("overlays/replicas"))["spec"]["replicas"]
        self.assertGreater(count, 1)
        found = [self.exporter("overlays/replicas", (SERVER, self.redis.address), index=index)
                 for index in range(count)]
        compares = []
        for each in found:
            ((instance, labels),) = self.nodes(each).items()
            self.assertEqual(instance, self.redis.address)
            self.assertIn("\nredis_up 1\n", self.page(
                f"{labels['__metrics_path__']}?target={labels['__param_target']}", each))
            compares.append("redis_group_expected_nodes{" in self.page("/metrics/fleet", each))
        self.assertEqual(compares.count(True), 1)


if __name__ == "__main__":
    unittest.main()
