#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scrapes a large simulated fleet as Prometheus would, for minutes, and watches the memory.

As many fresh nodes as the limit of open files lets a process have, 10,000 at most. Ends with 1 when
memory grew by more than 10 % after the first two minutes (of a shorter run: its first half), or
when a scrape came late, failed or missed a node.
"""

import argparse
import pathlib
import resource
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from bench.fleet_measure import up_count, write_configuration
from bench.http_fetch import fetch_all
from bench.process_usage import peak_resident_bytes, resident_bytes
from bench.record_replies import record
from support.exporter import Exporter
from support.fleet_simulator import FleetSimulator

DEADLINE = 10.0  # Prometheus's default scrape_timeout
_HEADERS = (f"Accept-Encoding: gzip\r\n"
            f"X-Prometheus-Scrape-Timeout-Seconds: {DEADLINE:g}\r\n")

# Descriptors besides the one of each node: the program's own, and connections being replaced.
_OTHER_FILES = 500
_SETTLED = 120.0
_GROWTH = 1.1


def main():
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="fleet-soak-") as folder, \
            FleetSimulator(record("lean")) as simulator:
        addresses = simulator.addresses(options.nodes)
        config = write_configuration(pathlib.Path(folder) / "fleet.yaml", addresses)
        with Exporter("--redis.addr=", f"--config.file={config}", patient=False) as exporter:
            samples = soak(exporter, options)
            peak = peak_resident_bytes(exporter.pid)
    sys.exit(judge(samples, peak, options))


def soak(exporter, options):
    """One (seconds since the start, resident bytes, seconds of the scrape or None) per scrape."""
    started = time.monotonic()
    samples, due = [], started
    while due < started + options.minutes * 60:
        time.sleep(max(0, due - time.monotonic()))
        seconds, problem = scrape(exporter, options.nodes)
        samples.append((due - started, resident_bytes(exporter.pid), None if problem else seconds))
        if problem:
            print(f"{due - started:6.0f} s: {problem}", flush=True)
        due += options.interval
    return samples


def scrape(exporter, nodes):
    """Its seconds, and what was wrong with it."""
    try:
        seconds, [page] = fetch_all(exporter.host, exporter.port, [("/metrics", _HEADERS)], 1,
                                    timeout=2 * DEADLINE)
    except OSError as error:
        return None, f"failed: {error}"
    if page.status != 200:
        return seconds, f"answered {page.status}"
    if seconds > DEADLINE:
        return seconds, f"took {seconds:.1f} s"
    up = up_count(page, "gzip")
    return seconds, None if up == nodes else f"{nodes - up:,} of {nodes:,} nodes are not up"


def judge(samples, peak, options):
    """Prints the result; the exit status."""
    settled_at = min(_SETTLED, options.minutes * 60 / 2)
    settled = next((memory for at, memory, _ in samples if at >= settled_at), samples[-1][1])
    memories = [memory for _, memory, _ in samples]
    times = [seconds for *_, seconds in samples if seconds is not None]
    failures = len(samples) - len(times)
    growth = memories[-1] / settled
    print(f"{options.nodes:,} nodes, {len(samples)} scrapes in {options.minutes:g} min")
    for title, memory in (("at the start", memories[0]), ("in the middle",
                          memories[len(memories) // 2]), ("at the end", memories[-1]),
                          ("peak", peak)):
        print(f"  resident memory {title:15} {memory / 1e6:8.1f} MB")
    print(f"  change after {settled_at:.0f} s {growth - 1:+18.1%}")
    print(f"  slowest scrape {max(times, default=0):21.2f} s")
    print(f"  failures {failures:23}")
    return 1 if failures or growth > _GROWTH else 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    # The exporter inherits the limit.
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    parser.add_argument("--nodes", type=int, default=min(10_000, limit - _OTHER_FILES))
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--interval", type=float, default=15, help="seconds between scrapes")
    return parser.parse_args()


if __name__ == "__main__":
    main()
