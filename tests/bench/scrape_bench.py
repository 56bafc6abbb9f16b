#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a scrape costs: ours and redis_exporter side by side on the same Redis, in turn.

The exporter is $EXPORTER, or build/release/redis_fleet_exporter; the peer is Debian's
prometheus-redis-exporter. Servers: fresh (lean), about 40 commands used (typical), about 95 (rich).
The typical one is measured a second time without the latency histograms, which 1.45 does not have.
It asserts nothing: a figure depends on the machine, only ratios can be compared.
"""

import argparse
import contextlib
import json
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from bench import measure, report
from support import traffic
from support.delaying_proxy import DelayingProxy
from support.exporter import Exporter, Peer
from support.redis_servers import RedisServer
from support.resp_client import RespClient


# What our exporter is started with besides, by the title of the figures.
RUNS = {level: {level: []} for level in traffic.LEVELS}
RUNS["typical"]["typical, no histograms"] = ["--no-collector.latency_histogram"]


def main():
    options = arguments()
    results, round_trips = {}, []
    for level in options.levels:
        for title, flags in RUNS[level].items():
            with RedisServer() as redis:
                traffic.use(redis, level)
                results[title] = compare(redis, flags, options, round_trips)
    print(report.table(results, options.delay_ms, statistics.median(round_trips)))
    if options.json:
        options.json.write_text(json.dumps(
            {"levels": results, "delay_ms": options.delay_ms, "scrapes": options.scrapes,
             "spacing_ms": options.spacing_ms}, indent=2) + "\n")


def compare(redis, flags, options, round_trips):
    """encoding -> name -> figures, and those over a slow network."""
    spacing = options.spacing_ms / 1000
    figures = {}
    with both(redis.url, flags) as programs:
        for encoding in measure.ENCODINGS:
            figures[encoding] = measure.in_turn(
                programs, redis.pid, encoding, options.scrapes, options.warm_up, spacing)
    with DelayingProxy(redis.host, redis.port, options.delay_ms) as proxy:
        round_trips.append(round_trip_ms(proxy.port))
        with both(proxy.url, flags) as programs:
            figures["delayed"] = measure.in_turn(
                programs, redis.pid, "gzip", options.delayed_scrapes, 2, spacing)
    return figures


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--levels", nargs="+", choices=traffic.LEVELS, default=traffic.LEVELS)
    parser.add_argument("--scrapes", type=int, default=200, help="of each exporter, per figure")
    parser.add_argument("--warm-up", type=int, default=20, help="scrapes that do not count")
    parser.add_argument("--spacing-ms", type=float, default=0,
                        help="pause after every scrape; with 200, caches are cold")
    parser.add_argument("--delay-ms", type=float, default=20, help="added to a round trip")
    parser.add_argument("--delayed-scrapes", type=int, default=10)
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write all figures")
    return parser.parse_args()


@contextlib.contextmanager
def both(url, flags):
    """The two exporters on one address, by name."""
    with Peer(f"--redis.addr={url}") as peer, Exporter(f"--redis.addr={url}", *flags) as ours:
        yield {"peer": peer, "ours": ours}


def round_trip_ms(port):
    """What a PING takes through the proxy."""
    with RespClient(("127.0.0.1", port)) as client:
        times = []
        for _ in range(5):
            start = time.perf_counter()
            client.command("PING")
            times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


if __name__ == "__main__":
    main()
