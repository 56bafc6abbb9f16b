# SPDX-License-Identifier: Apache-2.0
"""Each file of deploy/prometheus in a real Prometheus: it finds nodes, rules and Alertmanager.

fleet_pages_test.py compares the series of fleet-metrics.yml and fleet-sd.yml.
"""

import pathlib
import subprocess
import tempfile
import unittest

from support.exporter import Exporter
from support.fleet_file import FleetFile
from support.processes import free_port, wait_until
from support.prometheus import Prometheus
from support.prometheus_files import DEPLOY, read, rules
from support.redis_servers import RedisServer

NOT_HERE = {"kubernetes.yml"}  # Debian 12's Prometheus lacks Kubernetes: kubernetes_slow_test.py


class Files(unittest.TestCase):
    def test_promtool_takes_each_with_the_rules(self):
        names = {path.name for path in DEPLOY.glob("*.yml")}
        self.assertTrue(NOT_HERE < names)
        for name in sorted(names - NOT_HERE):
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                for path, text in {**rules(), name: (DEPLOY / name).read_text()}.items():
                    pathlib.Path(folder, path).parent.mkdir(exist_ok=True)
                    pathlib.Path(folder, path).write_text(text)
                done = subprocess.run(["promtool", "check", "config", f"{folder}/{name}"],
                                      capture_output=True, text=True, timeout=60)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertIn(f"{len(rules())} rule files found", done.stdout)

    def test_all_have_the_same_rules_and_alertmanager(self):
        heads = {path.read_text().split("\nglobal:")[1].split("\nscrape_configs:")[0]
                 for path in DEPLOY.glob("*.yml")}
        self.assertEqual(len(heads), 1)


class Scraped(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.first, cls.second = (cls.enterClassContext(RedisServer(host=f"127.0.34.{number}"))
                                 for number in (1, 2))

    def prometheus(self, name, *places, **beside):
        """Prometheus with this file, which must load all rules and find Alertmanager."""
        manager = f"127.0.0.1:{free_port()}"
        text = read(name, ("localhost:9093", manager), *places)
        found = self.enterContext(Prometheus(text, {**rules(), **beside}))
        self.assertEqual(len({group["file"] for group in found.api("rules")["groups"]}),
                         len(rules()))
        active = wait_until(lambda: found.api("alertmanagers")["activeAlertmanagers"],
                            "the Alertmanager")
        self.assertEqual([one["url"] for one in active], [f"http://{manager}/api/v2/alerts"])
        return found

    def both_up(self, prometheus, *labels):
        """redis_up of both servers has these labels, and nothing else has it."""
        found = prometheus.becomes(f"sum by ({','.join(labels)}) (redis_up)",
                                   lambda found: sum(found.values()) == 2)
        prometheus.becomes("count(redis_up)", lambda found: found == {"": 2})
        prometheus.becomes("min(up)", lambda found: found == {"": 1})
        return set(found)

    def address(self, exporter):
        return f"{exporter.host}:{exporter.port}"

    def test_an_exporter_beside_each(self):
        first, second = (self.enterContext(Exporter(f"--redis.addr={node.url}"))
                         for node in (self.first, self.second))
        found = self.prometheus("sidecar.yml", ("redis-1.internal:9121", self.address(first)),
                                ("redis-2.internal:9121", self.address(second)))
        self.assertEqual(self.both_up(found, "instance", "redis_group", "team"),
                         {f"instance={self.address(one)}, redis_group=sessions, team=web"
                          for one in (first, second)})

    def test_files_of_targets(self):
        exporter = self.enterContext(Exporter("--redis.addr=",
                                              "--scrape.allowed-targets=127.0.34.0/24"))
        found = self.prometheus(
            "file-sd.yml", ("localhost:9121", self.address(exporter)),
            **{"targets/redis-sessions.yml": read(
                "targets/redis-sessions.yml", ("redis-1.internal:6379", self.first.address),
                ("redis-2.internal:6379", self.second.address))})
        self.assertEqual(self.both_up(found, "instance", "redis_group", "team"),
                         {f"instance={one.address}, redis_group=sessions, team=web"
                          for one in (self.first, self.second)})
        found.becomes("count by (job) (up)",
                      lambda found: found == {"job=redis": 2, "job=redis_fleet_exporter": 1})

    def test_both_ways_to_a_fleet(self):
        file = self.enterContext(FleetFile(f"""
            groups:
              - name: pair
                labels: {{team: web}}
                nodes: ["{self.first.address}", "{self.second.address}"]
            """))
        exporter = self.enterContext(Exporter(file.flag))
        for name in "fleet-metrics.yml", "fleet-sd.yml":
            with self.subTest(name):
                found = self.prometheus(name, ("localhost:9121", self.address(exporter)))
                self.assertEqual(self.both_up(found, "instance", "redis_group", "team"),
                                 {f"instance={one.address}, redis_group=pair, team=web"
                                  for one in (self.first, self.second)})

    def test_several_exporters_with_a_shard_each(self):
        groups = "\n".join(f"  - {{name: group-{number}, nodes: ['{node.address}']}}"
                           for number, node in enumerate((self.first, self.second)))
        file = self.enterContext(FleetFile(f"groups:\n{groups}\n"))
        exporters = [self.enterContext(Exporter(file.flag, f"--shard={number}/3"))
                     for number in range(3)]
        found = self.prometheus("shards.yml", *(
            (f"exporter-{number}.internal:9121", self.address(exporter))
            for number, exporter in enumerate(exporters)))
        self.assertEqual(self.both_up(found, "instance", "redis_group"),
                         {f"instance={one.address}, redis_group=group-{number}"
                          for number, one in enumerate((self.first, self.second))})
        # Each group is on one page.
        found.becomes("count by (redis_group) (redis_group_expected_nodes)",
                      lambda found: sorted(found.values()) == [1, 1])


if __name__ == "__main__":
    unittest.main()
