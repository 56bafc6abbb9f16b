#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Records what a real Redis answers to both exporters, for the fleet simulator.

One folder per level (lean: fresh; typical: about 40 commands used) with a file of raw RESP for each
command, named as in tests/fixtures. What our exporter sends is what it says of itself
(--list-collectors).
"""

import argparse
import pathlib
import re
import shutil
import sys

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))

from fixtures.record import Client, encode, slug
from support import traffic
from support.exporter import run_exporter
from support.redis_servers import RedisServer

FOLDER = TESTS.parent / "build/bench/replies"

# INFO is sent by all collectors together; the rest of these by the peer.
_ALWAYS = ["INFO all", "PING", "CONFIG GET *", "LATENCY LATEST", "SLOWLOG LEN", "SLOWLOG GET 1",
           "CLUSTER INFO"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--levels", nargs="+", choices=traffic.LEVELS, default=["lean", "typical"])
    for level in parser.parse_args().levels:
        print(record(level))


def record(level, folder=FOLDER):
    """The folder with the level's replies; only a whole recording replaces the old one."""
    target, unfinished = folder / level, folder / f"{level}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    with RedisServer() as redis:
        traffic.use(redis, level)
        client = Client(redis.port)
        for command in commands():
            (unfinished / f"{slug(command)}.resp").write_bytes(encode(client.ask(command)))
        client.close()
    shutil.rmtree(target, ignore_errors=True)
    unfinished.rename(target)
    return target


def commands():
    listed = run_exporter("--list-collectors").stdout
    sent = [command.strip() for line in re.findall(r"Sends: (.*)", listed)
            for command in line.split(",")]
    return list(dict.fromkeys([*_ALWAYS, *sent]))


if __name__ == "__main__":
    main()
