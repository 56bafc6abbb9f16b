#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The fleet that dashboards are checked and drawn with: a Sentinel group that fails over, a Cluster
of six nodes, a cache that evicts, a queue and an idle node, all but that under traffic; our exporter;
Prometheus with the rules, which scrapes node by node each second.

    tests/dashboards/fleet.py                 keeps it running, and prints Prometheus's address
    tests/dashboards/fleet.py --nodes 200     so many simulated nodes in groups of ten
    tests/dashboards/fleet.py --way page      scrapes the fleet's page; --way one-node: without groups
"""

import argparse
import contextlib
import json
import pathlib
import signal
import sys
import threading
import time

if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from dashboards.load import Load
from support import busy_machine
from support.exporter import Exporter, Peer
from support.fleet_file import FleetFile
from support.processes import free_port
from support.prometheus import Prometheus
from support.redis_cluster import RedisCluster
from support.redis_servers import RedisServer
from support.sentinel_group import SentinelGroup

_TOP = pathlib.Path(__file__).resolve().parents[2]
_GLOBAL = """
global: {{scrape_interval: {interval}, scrape_timeout: {interval}, evaluation_interval: {interval}}}
rule_files: ["{rules}/redis-*.yml", "alerts.yml"]
scrape_configs:
"""
_SELF = """
  - job_name: redis_fleet_exporter
    metrics_path: /metrics/fleet
    honor_labels: true
    static_configs: [{{targets: ["{exporter}"]}}]
"""
_JOBS = {
    "node-by-node": """
  - job_name: redis
    http_sd_configs: [{{url: "http://{exporter}/sd", refresh_interval: 1s}}]
""" + _SELF,
    "page": """
  - job_name: redis
    honor_labels: true
    static_configs: [{{targets: ["{exporter}"]}}]
""",
    # Without a file of groups: nothing has the label redis_group. redis_exporter is beside it.
    "one-node": """
  - job_name: redis
    static_configs: [{{targets: ["{exporter}"]}}]
  - job_name: redis_exporter
    static_configs: [{{targets: ["{peer}"]}}]
""",
}
WAYS = tuple(_JOBS)
_CLIENTS = 60  # that a node may have for CLIENT LIST to be sent; more than there are without trouble

# Alerts of the rules, which would come after minutes.
_ALERTS = """
groups:
  - name: test
    rules:
      - {alert: RedisFailoverHappened, expr: 'max by (redis_group) (redis_up{redis_group=~"sessions|catalogue"})',
         labels: {severity: info}}
      - {alert: RedisEvictionStarted, expr: 'redis_up{redis_group="page-cache"}', labels: {severity: warning}}
      - {alert: RedisMetricsTruncated, expr: 'redis_up{redis_group="spare"}', labels: {severity: info}}
      - {alert: RedisSlowCommands, expr: 'redis_up{redis_group="jobs"}', labels: {severity: critical}}
"""


def configuration(way, exporter, peer=None, interval="1s", rules=_TOP / "rules"):
    """prometheus.yml for one way to scrape an exporter."""
    return (_GLOBAL + _JOBS[way]).format(
        interval=interval, rules=rules, exporter=f"{exporter.host}:{exporter.port}",
        peer=f"{peer.host}:{peer.port}" if peer else "")


class Fleet(contextlib.ExitStack):
    """prometheus, by way to scrape; groups: names of what the exporter watches. troubled: one more node,
    which is down; a user that may not do all, a limit that is reached, settings that differ, and alerts.
    scraping: options of configuration()."""

    def __init__(self, ways=("node-by-node",), networks=("127.0.51", "127.0.52"), troubled=False,
                 **scraping):
        super().__init__()
        with contextlib.ExitStack() as stack:
            self._start(stack, ways, networks, troubled, scraping)
            self.push(stack.pop_all())

    def _start(self, stack, ways, networks, troubled, scraping):
        self.group = stack.enter_context(SentinelGroup(
            network=networks[0], down_after=busy_machine.SILENCE))
        self.cluster = stack.enter_context(RedisCluster(
            network=networks[1], node_timeout=busy_machine.SILENCE))
        self.cache = stack.enter_context(RedisServer(
            "maxmemory 8mb", "maxmemory-policy allkeys-lru", "latency-monitor-threshold 1"))
        self.queue = stack.enter_context(RedisServer(
            "appendonly yes", "save 900 1", "maxmemory 64mb", "slowlog-log-slower-than 2000",
            "latency-monitor-threshold 1"))
        self.idle = stack.enter_context(RedisServer("user watcher on >secret ~* &* +@all -slowlog"))
        self.load = stack.enter_context(Load(self))
        spare, gone = "", ""
        if troubled:
            self.group.servers[2].command("CONFIG", "SET", "maxmemory", "1gb")
            for _ in range(_CLIENTS):
                stack.callback(self.queue.client().close)
            spare = ", credentials: watcher"
            gone = f'- {{name: gone, nodes: ["127.0.0.1:{free_port()}"]}}'
        watch = json.dumps([one.address for one in self.group.sentinels])
        file = stack.enter_context(FleetFile(f"""
            collectors: {{client_list: {{limit: {_CLIENTS}}}}}
            credentials: {{watcher: {{username: watcher, password: secret}}}}
            groups:
              - {{name: sessions, sentinel: {{master: {self.group.name}, addresses: {watch}}}}}
              - name: catalogue
                cluster: {{seeds: {json.dumps(sorted(self.cluster.addresses()))}}}
              - name: page-cache
                nodes: ["{self.cache.address}"]
                checks: {{key_groups: ["^(%a+)"], count_keys: ["page:*"], keys: [hits], interval: 5s}}
              - {{name: jobs, nodes: ["{self.queue.address}"]}}
              - {{name: spare, nodes: ["{self.idle.address}"]{spare}}}
              - {{name: sentinels, standalone: true, nodes: {watch}}}
              {gone}
            """))
        self.exporter = stack.enter_context(Exporter(file.flag, "--export-client-list"))
        self.groups = {"sessions", "catalogue", "page-cache", "jobs", "spare", "sentinels"}
        self.nodes = len(self.group.servers) + 6 + 3 + len(self.group.sentinels)
        self.prometheus = {}
        for way in ways:
            exporter, peer = self.exporter, None
            if way == "one-node":
                exporter = stack.enter_context(Exporter(f"--redis.addr={self.cache.url}"))
                peer = stack.enter_context(Peer(f"--redis.addr={self.cache.url}"))
            self.prometheus[way] = stack.enter_context(Prometheus(
                configuration(way, exporter, peer, **scraping),
                flags=["--enable-feature=extra-scrape-metrics"],
                beside={"alerts.yml": _ALERTS} if troubled else None))

    def wait_until_scraped(self):
        """Until every Prometheus has every node, and the groups have been compared."""
        for way, prometheus in self.prometheus.items():
            nodes = 2 if way == "one-node" else self.nodes
            prometheus.becomes("count(redis_up == 1)", lambda found: found == {"": nodes})

    def fail_over(self):
        """Another server is the master of the Sentinel group afterwards, which is counted."""
        self.group.fail_over()


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--way", choices=WAYS, default="node-by-node")
    parser.add_argument("--nodes", type=int, help="simulated ones, instead of the test fleet")
    given = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    if given.nodes:
        from dashboards.simulated import SimulatedFleet
        fleet = SimulatedFleet(given.nodes, given.way)
    else:
        fleet = Fleet((given.way,))
    with fleet:
        print(f"Prometheus: {fleet.prometheus[given.way].url}\nexporter: {fleet.exporter.url}",
              flush=True)
        fleet.wait_until_scraped()
        time.sleep(5)
        fleet.fail_over()
        print("ready; until Ctrl-C", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
