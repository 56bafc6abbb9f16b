#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a scrape costs: ours and redis_exporter side by side on the same Redis, in turn.

The exporter is $EXPORTER, or build/release/redis_fleet_exporter; the peer is Debian's
prometheus-redis-exporter. Servers: fresh (lean), about 40 commands used (typical), about 95 (rich).
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


def main():
    options = arguments()
    spacing = options.spacing_ms / 1000
    results, round_trips = {}, []
    for level in options.levels:
        with RedisServer() as redis:
            traffic.use(redis, level)
            results[level] = {}
            with both(redis.url) as programs:
                for encoding in measure.ENCODINGS:
                    results[level][encoding] = measure.in_turn(
                        programs, redis.pid, encoding, options.scrapes, options.warm_up, spacing)
            with DelayingProxy(redis.host, redis.port, options.delay_ms) as proxy:
                round_trips.append(round_trip_ms(proxy.port))
                with both(proxy.url) as programs:
                    results[level]["delayed"] = measure.in_turn(
                        programs, redis.pid, "gzip", options.delayed_scrapes, 2, spacing)
    print(report.table(results, options.delay_ms, statistics.median(round_trips)))
    if options.json:
        options.json.write_text(json.dumps(
            {"levels": results, "delay_ms": options.delay_ms, "scrapes": options.scrapes,
             "spacing_ms": options.spacing_ms}, indent=2) + "\n")


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
def both(url):
    """The two exporters on one address, by name."""
    with Peer(f"--redis.addr={url}") as peer, Exporter(f"--redis.addr={url}") as ours:
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
