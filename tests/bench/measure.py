# SPDX-License-Identifier: Apache-2.0
"""Scrapes exporters in turn and takes the time of every scrape."""

import gzip
import statistics
import time

from bench.http_connection import HttpConnection
from bench.process_usage import cpu_nanoseconds, resident_bytes

ENCODINGS = {"plain": "", "gzip": "Accept-Encoding: gzip\r\n"}

# Lets a scrape's last work (closing a connection, collecting garbage) end before the clocks
# are read, so that it is counted where it belongs.
_SETTLE = 0.002


class Contender:
    """One exporter, its kept connection, and what its scrapes took."""

    def __init__(self, program):
        self.pid = program.pid
        self._connection = HttpConnection(program.host, program.port)
        self.body = b""

    def scrape(self, headers, redis_pid, spacing):
        """One scrape: nanoseconds of latency, of the exporter's and of Redis's CPU."""
        redis, cpu = cpu_nanoseconds(redis_pid), cpu_nanoseconds(self.pid)
        start = time.perf_counter_ns()
        self.body = self._connection.get("/metrics", headers)
        latency = time.perf_counter_ns() - start
        time.sleep(_SETTLE)
        figures = {"latency": latency, "cpu": cpu_nanoseconds(self.pid) - cpu,
                   "redis_cpu": cpu_nanoseconds(redis_pid) - redis}
        time.sleep(max(0, spacing - _SETTLE))
        return figures

    def close(self):
        self._connection.close()


def in_turn(programs, redis_pid, encoding, scrapes, warm_up, spacing=0.0):
    """programs: name -> Exporter. Returns name -> {figure: median of its scrapes}."""
    contenders = {name: Contender(program) for name, program in programs.items()}
    taken = {name: [] for name in programs}
    for number in range(warm_up + scrapes):
        for name, contender in contenders.items():
            figures = contender.scrape(ENCODINGS[encoding], redis_pid, spacing)
            if number >= warm_up:
                taken[name].append(figures)
    results = {}
    for name, contender in contenders.items():
        contender.close()
        text = gzip.decompress(contender.body) if encoding == "gzip" else contender.body
        if b"\nredis_up 1\n" not in text:
            raise RuntimeError(f"{name} does not reach Redis: its times mean nothing")
        results[name] = {
            **{f"{figure}_ns": statistics.median(row[figure] for row in taken[name])
               for figure in taken[name][0]},
            "cpu_mean_ns": statistics.mean(row["cpu"] for row in taken[name]),
            "bytes": len(contender.body),
            "series": sum(not line.startswith(b"#") for line in text.splitlines()),
            "resident_bytes": resident_bytes(contender.pid),
        }
    return results
