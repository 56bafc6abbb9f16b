# SPDX-License-Identifier: Apache-2.0
"""Eight days of a small made-up fleet, for the Capacity page: memory and connections that grow at their
own pace below a daily wave, a failover that took too long, a Cluster that lost slots for a while."""

import math
import pathlib
import subprocess
import time

from support import exposition

STEP = 240
DAYS = 8
_DAY = 86400
_GIB = 2 ** 30
_EXPORTER = {"job": "redis_fleet_exporter", "instance": "10.0.9.9:9121"}


class Week:
    """Writes blocks into a folder; they end at `end`, now."""

    def __init__(self, folder):
        self._folder = pathlib.Path(folder)
        self.end = int(time.time()) // STEP * STEP
        self.begin = self.end - DAYS * _DAY
        self._series = {}  # metric: [(labels, value at a time)]
        self._fill()

    def write(self):
        path, data = self._folder / "week.om", self._folder / "data"
        data.mkdir()
        with open(path, "w", buffering=1 << 20) as file:
            for name, rows in self._series.items():
                for labels, value in rows:
                    text = exposition.text_of(exposition.Series(name, frozenset(labels.items())))
                    file.writelines(f"{text} {value(moment):.10g} {moment}\n"
                                    for moment in range(self.begin, self.end + 1, STEP))
            file.write("# EOF\n")
        # One block of all: promtool reads the file once for each.
        subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet",
                        f"--max-block-duration={2 * DAYS * 24}h", path, data],
                       check=True, stdout=subprocess.DEVNULL)
        return data

    def _add(self, name, labels, value):
        self._series.setdefault(name, []).append((labels, value))

    def _weeks(self, moment):
        return (moment - self.begin) / (7 * _DAY)

    def _fill(self):
        gib = _GIB
        for number in range(3):
            self._node("sessions", f"10.0.1.{number + 1}:6379", "slave" if number else "master", 8, 16,
                       lambda at: (5.6 + 0.6 * self._weeks(at)) * gib + _wave(at, 0.2 * gib))
        for number in range(6):
            self._node("catalogue", f"10.0.2.{number % 3 + 1}:{6379 + number // 3}",
                       "slave" if number > 2 else "master", 0, 16,
                       lambda at, grows=0.3 * (number % 3): (4.2 + grows * self._weeks(at)) * gib
                       + _wave(at, 0.1 * gib), copied=0.6)
        self._node("page-cache", "10.0.3.1:6379", "master", 4, 8, lambda at: 3.98 * gib,
                   lambda at: 900 + _wave(at, 300), policy="allkeys-lru")
        self._node("jobs", "10.0.4.1:6379", "master", 2, 4,
                   lambda at: (0.9 + 0.7 * self._weeks(at)
                               + max(0, at - self.end + _DAY) / _DAY * 0.12) * gib,
                   lambda at: 4000 + 3000 * self._weeks(at))
        self._node("spare", "10.0.5.1:6379", "master", 0, 4, lambda at: 0.1 * gib, lambda at: 3)
        for name in ("sessions", "page-cache", "jobs", "spare"):
            self._group(name, "redis_group_masters", lambda at, name=name: not (
                name == "sessions" and self._dead("10.0.1.1:6379", at)))
        self._group("catalogue", "redis_group_masters", lambda at: 3)
        self._group("catalogue", "redis_group_slots_uncovered", lambda at: 5461 * self._lost(at))

    def _dead(self, address, moment):
        """The master of the failover, and the shard of the Cluster."""
        return abs(moment - (self.end - 2 * _DAY)) < 400 if address == "10.0.1.1:6379" else \
            address.startswith("10.0.2.1:") and self._lost(moment)

    def _lost(self, moment):
        return abs(moment - (self.end - _DAY)) < 800

    def _group(self, name, metric, value):
        self._add(metric, _EXPORTER | {"redis_group": name}, value)

    def _node(self, group, address, role, limit, memory, used, clients=lambda at: 50 + _wave(at, 10),
              copied=0.1, policy="noeviction"):
        """limit and memory of the host in GiB; copied: the share that a save copies."""
        labels = {"job": "redis", "redis_group": group, "instance": address}
        for name, value in {
                "redis_up": lambda at: not self._dead(address, at),
                "redis_uptime_in_seconds": lambda at: at - self.begin + 9e5,
                "redis_memory_used_bytes": used,
                "redis_memory_used_rss_bytes": lambda at: 1.08 * used(at),
                "redis_memory_max_bytes": lambda at: limit * _GIB,
                "redis_config_maxmemory": lambda at: limit * _GIB,
                "redis_total_system_memory_bytes": lambda at: memory * _GIB,
                "redis_connected_clients": clients,
                "redis_config_maxclients": lambda at: 10000,
                "redis_rdb_last_cow_size_bytes": lambda at: copied * used(at),
                "redis_aof_last_cow_size_bytes": lambda at: 0,
                "redis_evicted_keys_total":
                    lambda at: 5 * (at - self.begin) * (policy != "noeviction")}.items():
            self._add(name, labels, value)
        self._add("redis_db_keys", labels | {"db": "db0"}, lambda at: int(used(at) / 400))
        self._add("redis_instance_info", labels | {
            "role": role, "redis_mode": "cluster" if group == "catalogue" else "standalone",
            "maxmemory_policy": policy, "redis_version": "7.0.15"}, lambda at: 1)
        if group == "catalogue":
            self._add("redis_cluster_state", labels, lambda at: not self._lost(at))


def _wave(moment, height):
    return height * math.sin(2 * math.pi * moment / _DAY)
