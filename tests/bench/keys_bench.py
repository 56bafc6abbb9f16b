#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What walks through all keys cost: ours and redis_exporter on the same data.

Key groups and counted keys on a Redis with many keys: how long a scrape and another client's PING
take while the walks run and, in turns with that, on an equal Redis that nobody walks through. The
exporter is $EXPORTER, or
build/release/redis_fleet_exporter. It asserts counts: no SCAN inside a scrape, and slices that are
no larger than they may be. Times it prints only.
"""

import argparse
import contextlib
import multiprocessing
import pathlib
import re
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from support.exporter import Exporter, Peer
from support.page import by_label
from support.processes import wait_until
from support.redis_servers import RedisServer
from support.resp_client import RespClient

FLAGS = ["--check-key-groups=^(%a+):", "--count-keys=user:*,order:*"]
BATCH = 1000  # the default of --check-keys-batch-size
CHECKS = ("key_groups", "count_keys")
PINGS_EVERY = 0.001
PAUSE = 0.05  # seconds before each scrape that is timed


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--keys", type=int, default=100_000)
    parser.add_argument("--without-peer", action="store_true",
                        help="redis_exporter takes minutes for a million keys")
    options = parser.parse_args()
    with RedisServer() as redis, RedisServer() as equal:
        for server in redis, equal:
            fill(server, options.keys)
        with Exporter(f"--redis.addr={equal.url}") as plain, pings(redis, equal) as (walked, quiet):
            walk, without, scrapes = ours(redis, plain)
        equal.stop()
        rows = [("scrape without walks", statistics.median(without)),
                ("scrape while they run", statistics.median(scrapes)),
                ("PING without walks, 99.9th percentile", percentile(quiet)),
                ("PING while they run, 99.9th percentile", percentile(walked)),
                ("all walks", walk)]
        if not options.without_peer:
            seconds, peer_busy = peers(redis)
            rows += [("redis_exporter: scrape with walks", seconds),
                     ("redis_exporter: PING, 99.9th percentile", percentile(peer_busy)),
                     ("redis_exporter: PING, longest", max(peer_busy))]
    print(f"{options.keys} keys")
    for title, value in rows:
        print(f"  {title:42}{value * 1000:10.2f} ms")
    print(f"  a scrape while walks run takes "
          f"{statistics.median(scrapes) / statistics.median(without):.2f} times as long")


def fill(redis, keys):
    script = ("for i = ARGV[1], ARGV[2] do "
              "redis.call('SET', (i % 2 == 0 and 'user:' or 'order:') .. i, 'some value') end")
    for first in range(1, keys + 1, 10_000):
        redis.command("EVAL", script, 0, first, min(first + 9_999, keys))


def seconds_of(exporter):
    time.sleep(PAUSE)  # whoever was asked a moment ago answers faster
    begun = time.monotonic()
    status = exporter.get("/metrics", timeout=3600).status
    assert status == 200, status
    return time.monotonic() - begun


def ours(redis, plain):
    """Seconds of all walks; meanwhile of each scrape of `plain` and, in turns, of each of ours."""
    redis.command("CONFIG", "RESETSTAT")
    # Walks of an hour ago are young enough: what is counted then is one walk.
    with Exporter(f"--redis.addr={redis.url}", *FLAGS, "--check-keys-interval=1h") as exporter, \
         monitored(redis) as seen:
        without, scrapes, begun = [], [], time.monotonic()
        while not is_done(exporter):
            without.append(seconds_of(plain))
            scrapes.append(seconds_of(exporter))
        walk = time.monotonic() - begun
        scans = calls(redis, "scan")
        for _ in range(50):
            seconds_of(exporter)
        assert calls(redis, "scan") == scans, "a scrape sent SCAN"
    counts = [int(count) for count in re.findall(r'"SCAN" .*"COUNT" "(\d+)"', "\n".join(seen))]
    assert counts and max(counts) <= BATCH, counts
    print(f"slices: {len(counts)} SCAN of up to {max(counts)} keys")
    return walk, without, scrapes[1:]  # the first waits to see whether the walk is short


def is_done(exporter):
    families = exporter.scrape()
    if "redis_exporter_check_success" not in families:
        return False
    success = by_label(families, "redis_exporter_check_success", "check")
    return all(success.get(check) == 1 for check in CHECKS)


def peers(redis):
    with Peer(f"--redis.addr={redis.url}", *FLAGS, "--connection-timeout=3600s") as peer, \
         pings(redis) as (busy,):
        seconds = seconds_of(peer)
    return seconds, busy


def calls(redis, command):
    row = redis.info("commandstats").get(f"cmdstat_{command}", "calls=0,")
    return int(row.split(",")[0].split("=")[1])


def percentile(values, part=0.999):
    return sorted(values)[int(part * (len(values) - 1))]


@contextlib.contextmanager
def pings(*servers):
    """Seconds of each PING of a client of its own, from now on, one list a server, full at the end.

    The servers are asked in turns: what the machine does besides meets all of them."""
    ours_end, theirs = multiprocessing.Pipe()
    addresses = [(redis.host, redis.port) for redis in servers]
    process = multiprocessing.Process(target=_ping, args=(addresses, theirs))
    process.start()
    times = [[] for _ in servers]
    try:
        yield times
    finally:
        ours_end.send("stop")
        for all_of_it, received in zip(times, ours_end.recv()):
            all_of_it += received
        process.join()


def _ping(addresses, pipe):
    clients = [RespClient(address) for address in addresses]
    times = [[] for _ in clients]
    while not pipe.poll():
        for client, of_it in zip(clients, times):
            begun = time.monotonic()
            client.command("PING")
            of_it.append(time.monotonic() - begun)
            time.sleep(PINGS_EVERY)
    pipe.send(times)


@contextlib.contextmanager
def monitored(redis):
    """Lines of MONITOR that hold SCAN, of the first second: it makes the server slower."""
    lines = []
    ours_end, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_monitor, args=(redis.host, redis.port, theirs))
    process.start()
    wait_until(ours_end.poll, "MONITOR")
    ours_end.recv()
    try:
        yield lines
    finally:
        lines += ours_end.recv()
        process.join()


def _monitor(host, port, pipe):
    client = RespClient((host, port))
    client.command("MONITOR")
    pipe.send("ready")
    lines, until = [], time.monotonic() + 1
    while time.monotonic() < until:
        line = client.reply()
        if '"SCAN"' in line:
            lines.append(line)
    pipe.send(lines)


if __name__ == "__main__":
    main()
