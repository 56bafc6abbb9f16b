# SPDX-License-Identifier: Apache-2.0
"""Traffic on the test fleet, of the kinds that dashboards tell apart: reads that hit and miss, writes,
keys that leave and that do not, slow commands, errors, blocked clients."""

import contextlib

from drill.drill import Traffic
from support.traffic import make_slow

_KB = 1024


class Load(contextlib.ExitStack):
    """On the servers of a Fleet, until it is closed."""

    def __init__(self, fleet):
        super().__init__()
        for server in fleet.group.servers:
            server.command("CONFIG", "SET", "min-replicas-to-write", 1)
            self._on(server, use_if_master, 0.02)
        for server in fleet.group.sentinels:
            self._on(server, lambda client, _: client.command("PING"), 1)
        masters = fleet.cluster.nodes[:3]
        for weight, master in enumerate(masters, start=1):
            tag = next(str(number) for number in range(1000)
                       if fleet.cluster.owner(str(number)) is master)
            master.command("MSET", *(word for number in range(1500)
                                     for word in (f"{{{tag}}}:stock:{number}", number)))
            self._on(master, catalogue(tag), 0.02 * weight)
        self._on(fleet.cache, use_cache, 0.01, connections=3)
        self._on(fleet.queue, lambda client, number: client.command("LPUSH", "jobs", number), 0.03)
        self._on(fleet.queue, lambda client, _: client.command("BLPOP", "jobs", 1), 0, connections=2)
        self._on(fleet.queue, lambda client, _: make_slow(client), 3)

    def _on(self, server, step, pause, connections=1):
        self.enter_context(Traffic(server, step, pause, connections))


def use_if_master(client, number):
    if client.command("ROLE")[0] != "master":
        client.command("GET", "session:1")
        return
    client.command("SET", f"session:{number % 500}", "x" * 200, "EX", 60 + number % 600)
    client.command("HSET", f"user:{number % 300}", "seen", number, "name", "somebody")
    client.command("GET", f"session:{number * 7 % 900}")
    if number % 50 == 0:
        client.command("LPUSH", "session:1", "not a list")  # an error


def catalogue(tag):
    """For a node of a Cluster that has the slot of the tag."""
    def step(client, number):
        client.command("HSET", f"{{{tag}}}:item:{number % 1000}", "price", number)
        client.command("HGETALL", f"{{{tag}}}:item:{number * 3 % 1200}")
        client.command("ZADD", f"{{{tag}}}:top", number % 97, f"item:{number % 1000}")
        client.command("ZRANGE", f"{{{tag}}}:top", 0, 9)
    return step


def use_cache(client, number):
    client.command("SET", f"page:{number}", b"x" * (20 * _KB), "EX", 2 + number % 60)
    client.command("MGET", *(f"page:{max(0, number - back)}" for back in range(0, 2000, 400)))
    client.command("INCR", "hits")
    client.command("EXISTS", f"page:{number - 3}")
