# SPDX-License-Identifier: Apache-2.0
"""A healthy mixed fleet, about which nothing may be said while everything else breaks."""

from support import busy_machine
from support.redis_cluster import RedisCluster
from support.sentinel_group import SentinelGroup

from .drill import Drill

_MB = 1 << 20


class Healthy(Drill):
    """An idle server, a cache at its limit, a durable queue without one, a group with Sentinels,
    and a Cluster; read as one page, as the drills' own groups are not."""

    own_exporter = True
    ends_alone = True

    def prepare(self):
        secret = {"password": "secret"}
        idle = self.server(**secret)
        cache = self.server(f"maxmemory {16 * _MB}", "maxmemory-policy allkeys-lru", **secret)
        queue = self.server("appendonly yes", **secret)
        group = self.stack.enter_context(SentinelGroup(
            network=self.network, sentinel_password="secret", down_after=busy_machine.SILENCE,
            **secret))
        cluster = self.stack.enter_context(RedisCluster(
            network="127.2.1", node_timeout=busy_machine.SILENCE, **secret))
        self.traffic(cache, self._use_cache)
        self.traffic(queue, lambda client, number: client.command("LPUSH", "jobs", number), 0.05)
        self.traffic(queue, lambda client, number: client.command("BLPOP", "jobs", 1), 0,
                     connections=3)
        self.traffic(group.servers[0], lambda client, number: client.command(
            "SET", f"key:{number % 100}", number), 0.05)
        cache.command("PING")
        while int(cache.info("stats")["evicted_keys"]) < 100:
            pass  # evicts long before it is watched
        watch = [sentinel.address for sentinel in group.sentinels]
        self.config["credentials"] = {self.name: secret}
        by = {"credentials": self.name}
        self.config["groups"] = [
            {"name": "idle", "nodes": [idle.address], **by},
            {"name": "cache", "nodes": [cache.address], **by},
            {"name": "queue", "nodes": [queue.address], **by},
            {"name": "group", "sentinel": {"master": group.name, "addresses": watch, **by}, **by},
            {"name": "sentinels-of-group", "standalone": True, "nodes": watch, **by},
            {"name": "cluster", "cluster": {
                "seeds": [node.address for node in cluster.nodes[:2]]}, **by}]

    def faults(self):
        yield  # none

    def silent(self):
        """The job and the groups that no alert may name."""
        groups = self.config["groups"]
        alone = {node for group in groups if "standalone" in group for node in group["nodes"]}
        return {self.name} | alone | {group["name"] for group in groups}

    @staticmethod
    def _use_cache(client, number):
        client.command("SET", f"key:{number}", b"x" * (_MB // 8), "EX", 3600)
        for back in range(5):
            client.command("GET", f"key:{max(0, number - back)}")
