# SPDX-License-Identifier: Apache-2.0
"""Memory that fills, is evicted, fragments, or has no limit."""

from .drill import Drill, critical, info, warning

_MB = 1 << 20


def fill(server, bytes_wanted, field="used_memory"):
    """Writes values until the server uses so much memory."""
    number = server.command("DBSIZE")
    while int(server.info("memory")[field]) < bytes_wanted:
        server.command("SET", f"filler:{number}", b"x" * (_MB // 4))
        number += 1


class MemoryFills(Drill):
    """A server that evicts nothing is filled, until it refuses writes."""

    expects = (info("RedisMemoryAlmostFull"), warning("RedisMemoryAlmostFull"),
               critical("RedisMemoryAlmostFull"), critical("RedisOutOfMemory"))
    thresholds = {"memory_used_ratio": {"info": 0.5, "warning": 0.6, "critical": 0.7}}
    limit = 64 * _MB

    def prepare(self):
        self.broken = self.server(f"maxmemory {self.limit}", "maxmemory-policy noeviction")
        self.group(self.broken)

    def faults(self):
        for share in 0.55, 0.65, 0.75:
            fill(self.broken, share * self.limit)
            yield
        # With writes that go on the memory passes its limit, and stays there.
        self.writes = self.traffic(
            self.broken, lambda client, number: client.command("SET", f"more:{number}",
                                                               b"x" * (_MB // 2)))
        yield

    def cure(self):
        self.writes.stop()
        self.broken.command("FLUSHALL")


class HostFills(Drill):
    """A server without a limit takes what is, by its thresholds, near all memory of the host."""

    expects = (warning("RedisMemoryNearHostLimit"), critical("RedisMemoryNearHostLimit"))
    thresholds = {"memory_system_ratio": {"warning": 0.01, "critical": 0.012}}

    def prepare(self):
        self.broken = self.server()
        self.group(self.broken)

    def faults(self):
        host = int(self.broken.info("memory")["total_system_memory"])
        for share in 0.011, 0.0135:
            fill(self.broken, share * host, field="used_memory_rss")
            yield

    def cure(self):
        self.broken.command("FLUSHALL")
        self.broken.command("MEMORY", "PURGE")


class CacheEvicts(Drill):
    """A cache reaches its limit, and then pushes out many keys a second."""

    expects = (info("RedisEvictionStarted", passing=True), warning("RedisEvictionRateHigh"))
    thresholds = {"evictions_per_second": {"warning": 10}}
    limit = 16 * _MB

    def prepare(self):
        self.broken = self.server(f"maxmemory {self.limit}", "maxmemory-policy allkeys-lru")
        self.group(self.broken)

    def faults(self):
        number = 0
        while int(self.broken.info("stats")["evicted_keys"]) < 2:
            self.broken.command("SET", f"first:{number}", b"x" * (_MB // 4))
            number += 1
        yield
        self.writes = self.traffic(
            self.broken, lambda client, number: client.command("SET", f"more:{number}",
                                                               b"x" * (_MB // 8)))
        yield

    def cure(self):
        self.writes.stop()


class MemoryFragments(Drill):
    """Of many small values one in eight stays: on each page of memory one."""

    expects = (warning("RedisMemoryFragmented"),)
    thresholds = {"memory_fragmentation_bytes": {"warning": 20 * _MB}}
    within = 90

    def prepare(self):
        self.broken = self.server()
        self.group(self.broken)

    def faults(self):
        self.broken.command("DEBUG", "POPULATE", 150000, "key", 400)
        self.broken.command("EVAL", "for i = 0, 149999 do if i % 8 ~= 0 then "
                            "redis.call('DEL', 'key:' .. i) end end", 0)
        yield

    def cure(self):
        self.broken.command("FLUSHALL")
        self.broken.command("MEMORY", "PURGE")


class CacheWithoutLimit(Drill):
    """A cache that is to evict loses its limit."""

    expects = (info("RedisMemoryUnlimited"),)
    within = 90

    def prepare(self):
        self.broken = self.server("maxmemory 100mb", "maxmemory-policy allkeys-lfu")
        self.group(self.broken)

    def faults(self):
        self.broken.command("CONFIG", "SET", "maxmemory", "0")
        yield

    def cure(self):
        self.broken.command("CONFIG", "SET", "maxmemory", "100mb")


DRILLS = [MemoryFills, HostFills, CacheEvicts, MemoryFragments, CacheWithoutLimit]
