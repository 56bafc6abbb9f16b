# SPDX-License-Identifier: Apache-2.0
"""A healthy mixed fleet, about which nothing may be said while everything else breaks."""

from support.redis_cluster import RedisCluster
from support.sentinel_group import SentinelGroup

from .drill import Drill

_MB = 1 << 20


class Healthy(Drill):
    """An idle server, a cache at its limit, a durable queue without one, a group with Sentinels,
    and a Cluster; read as one page, as the drills' own groups are not."""

    own_exporter = True

    def prepare(self):
        idle = self.server()
        cache = self.server(f"maxmemory {16 * _MB}", "maxmemory-policy allkeys-lru")
        queue = self.server("appendonly yes")
        group = self.stack.enter_context(SentinelGroup(network=f"{self.network}"))
        cluster = self.stack.enter_context(RedisCluster(network="127.2.1"))
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
        self.config["groups"] = [
            {"name": "idle", "nodes": [idle.address]},
            {"name": "cache", "nodes": [cache.address]},
            {"name": "queue", "nodes": [queue.address]},
            {"name": "group", "sentinel": {"master": group.name, "addresses": watch}},
            {"name": "sentinels-of-group", "standalone": True, "nodes": watch},
            {"name": "cluster", "cluster": {
                "seeds": [node.address for node in cluster.nodes[:2]]}}]

    def faults(self):
        yield  # none

    def cure(self):
        pass

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
