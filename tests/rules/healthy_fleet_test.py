# SPDX-License-Identifier: Apache-2.0
"""A real Prometheus evaluates the rules, with short times, over a real fleet that is well: nothing
fires, and no rule fails, which with real labels it may (promtool sees only those that its tests
invent). Then a server ends, and its alert comes: in each way to scrape, and with redis_exporter."""

import contextlib
import json
import pathlib
import re
import subprocess
import tempfile
import time
import unittest
import urllib.request

from lint import tree
from support import busy_machine
from support.exporter import Exporter, Peer
from support.fleet_file import FleetFile
from support.processes import wait_until
from support.prometheus import Prometheus
from support.redis_cluster import RedisCluster
from support.redis_servers import RedisServer
from support.sentinel_group import SentinelGroup

PASSWORD = "of-the-fleet"
SCALE = 0.01
# Seconds that a condition must last to fire, at least: a busy machine may let a server wait as long as
# that is here by SCALE, and is not the fault that a rule is made for.
LASTING = 8
QUIET_SECONDS = 20
GLOBAL = """
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}
rule_files: ["{rules}/redis-*.yml"]
scrape_configs:
"""
PAGE = """
  - job_name: redis
    honor_labels: true
    static_configs: [{{targets: ["{exporter}"]}}]
"""
NODE_BY_NODE = """
  - job_name: redis
    http_sd_configs: [{{url: "http://{exporter}/sd", refresh_interval: 1s}}]
  - job_name: redis_fleet_exporter
    metrics_path: /metrics/fleet
    honor_labels: true
    static_configs: [{{targets: ["{exporter}"]}}]
"""
ONE_NODE = """
  - job_name: redis
    static_configs: [{{targets: ["{one}"]}}]
  - job_name: redis_exporter
    static_configs: [{{targets: ["{peer}"]}}]
"""


class HealthyFleet(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        enter = cls.enterClassContext
        with contextlib.ExitStack() as stack:  # what takes time begins first
            group = stack.enter_context(SentinelGroup(
                PASSWORD, PASSWORD, network="127.0.41", down_after=busy_machine.SILENCE))
            cluster = stack.enter_context(RedisCluster(
                PASSWORD, network="127.0.42", node_timeout=busy_machine.SILENCE))
            enter(stack.pop_all())
        cache = enter(RedisServer("maxmemory 4mb", "maxmemory-policy allkeys-lru",
                                  password=PASSWORD))
        cls.fill(cache)
        queue = enter(RedisServer("appendonly yes", password=PASSWORD))
        queue.command("LPUSH", "jobs", "a", "b")
        cls.idle = enter(RedisServer(password=PASSWORD))
        standalone = [server.address for server in (cache, queue, cls.idle, *group.sentinels)]
        file = enter(FleetFile(f"""
            thresholds: {json.dumps(busy_machine.THRESHOLDS)}
            credentials: {{all: {{password: {PASSWORD}}}}}
            groups:
              - name: sessions
                credentials: all
                sentinel:
                  master: {group.name}
                  addresses: {json.dumps([one.address for one in group.sentinels])}
                  credentials: all
              - name: catalogue
                credentials: all
                cluster: {{seeds: {json.dumps(sorted(cluster.addresses()))}}}
              - {{name: alone, credentials: all, standalone: true, nodes: {json.dumps(standalone)}}}
            """))
        fleet = enter(Exporter(file.flag))
        one = [enter(program(f"--redis.addr={cls.idle.url}", f"--redis.password={PASSWORD}"))
               for program in (Exporter, Peer)]
        rules = enter(tempfile.TemporaryDirectory(prefix="fleet-rules-"))
        subprocess.run([tree.TOP / "rules/render", f"--scale={SCALE}", f"--output={rules}"],
                       check=True)
        for path in pathlib.Path(rules).glob("*.yml"):
            path.write_text(re.sub(r"(?m)^( +for: )(\d+)s$", lambda found: found[1] + str(max(
                LASTING, int(found[2]))) + "s", path.read_text()))
        places = {"rules": rules, "exporter": f"{fleet.host}:{fleet.port}",
                  "one": f"{one[0].host}:{one[0].port}", "peer": f"{one[1].host}:{one[1].port}"}
        cls.ways = {way: enter(Prometheus((GLOBAL + jobs).format(**places)))
                    for way, jobs in [("page", PAGE), ("node by node", NODE_BY_NODE),
                                      ("one node", ONE_NODE)]}
        cls.nodes = len(group.servers) + len(cluster.nodes) + len(standalone)

    @staticmethod
    def fill(cache):
        cache.command("EVAL", "for i = 1, 20000 do redis.call('SET', 'k' .. i, ('v'):rep(200)) end",
                      0)
        if int(cache.info("stats")["evicted_keys"]) == 0:
            raise AssertionError("the cache is not full")

    def firing(self, way):
        said = {(labels["alertname"], labels.get("redis_group", ""), labels.get("instance", ""))
                for labels, _ in self.ways[way].vector('ALERTS{alertstate="firing"}')}
        # A single node is watched without a file, which could set its limits.
        return {alert for alert in said if alert[1] or alert[0] not in busy_machine.ALERTS}

    def test_rules_are_evaluated_and_only_a_fault_fires(self):
        for way, prometheus in self.ways.items():
            nodes = 2 if way == "one node" else self.nodes
            prometheus.becomes("count(redis_up == 1)", lambda found: found == {"": nodes})
        end = time.monotonic() + QUIET_SECONDS
        while time.monotonic() < end:
            for way in self.ways:
                self.assertEqual(self.firing(way), set(), way)
            time.sleep(1)
        for way, prometheus in self.ways.items():
            with urllib.request.urlopen(f"{prometheus.url}/api/v1/rules", timeout=30) as answer:
                groups = json.load(answer)["data"]["groups"]
            rules = [rule for group in groups for rule in group["rules"]]
            self.assertGreater(len(rules), 50)
            self.assertEqual([(rule["name"], rule.get("lastError", "")) for rule in rules
                              if rule["health"] != "ok"], [], way)
        self.idle.stop()
        for way, count in [("page", 1), ("node by node", 1), ("one node", 2)]:
            def down():
                found = [alert for alert in self.firing(way) if alert[0] == "RedisDown"]
                return found if len(found) >= count else None
            found = wait_until(down, f"{count} alerts by {way}")
            self.assertEqual(len(found), count, found)
            self.assertEqual({group for _, group, _ in found},
                             {"" if way == "one node" else self.idle.address})


if __name__ == "__main__":
    unittest.main()
