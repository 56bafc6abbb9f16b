# SPDX-License-Identifier: Apache-2.0
"""Which servers both exporters are pointed at, and with which flags."""

import collections
import contextlib
import functools
import pathlib

from support import redis_servers, traffic
from support.data import SIZES, fill
from support.exporter import Exporter, Peer
from support.processes import free_port

# places: the words by which a row of docs/differences.md names this scenario.
Scenario = collections.namedtuple("Scenario", "server flag path places")

SERVERS = ("standalone", "master", "replica", "cluster node", "Sentinel", "nothing listening")
FLAGS = ("", "--include-config-metrics", "--include-system-metrics", "--ping-on-connect",
         "--export-client-list", "--check-keys")
PATHS = ("/metrics", "/scrape")
PLACES = ("everywhere", *SERVERS, *FLAGS[1:], *PATHS)

# What stands for a flag beside itself. Keys that hold a number, or none, are told by both.
_KEYS = ",".join(key for key in SIZES)
_SCRIPT = pathlib.Path(__file__).with_name("lengths.lua")
ARGUMENTS = {"--check-keys": [
    "--check-keys=user:1*,db3=*", f"--check-single-keys={_KEYS}", "--count-keys=user:*,db3=orders:*",
    "--check-streams=str*", "--check-single-streams=stream", "--check-key-groups=^(%a+):,^(.)",
    "--max-distinct-key-groups=4", f"--script={_SCRIPT}"]}

_running = contextlib.ExitStack()


def every():
    """All of them: every server with every flag, and /scrape once per server."""
    for server in SERVERS:
        for flag in FLAGS:
            yield Scenario(server, flag, "/metrics", {"everywhere", server, flag, "/metrics"})
        yield Scenario(server, "", "/scrape", {"everywhere", server, "/scrape"})


def name(scenario):
    return ", ".join(filter(None, [scenario.server, scenario.flag, scenario.path]))


def scrape(scenario):
    """Three scrapes in turn: the peer's, ours, the peer's again."""
    address = _address(scenario.server)
    arguments = [f"--redis.addr={address}", *ARGUMENTS.get(scenario.flag, filter(None, [scenario.flag]))]
    path = scenario.path
    if path == "/scrape":
        path += f"?target={address}"
    with Peer(*arguments) as peer, Exporter(*arguments) as ours:
        # After two rounds the server has seen every command that either sends, so that no
        # series begins between the scrapes that are compared.
        for exporter in (peer, ours) * 2:
            exporter.scrape(path)
        return peer.scrape(path), ours.scrape(path), peer.scrape(path)


def stop_servers():
    _running.close()


def _address(server):
    if server == "nothing listening":
        return f"redis://127.0.0.1:{free_port()}"
    if server in ("master", "replica"):
        return _pair()[server == "replica"].url
    return {"standalone": _standalone, "cluster node": _cluster_node,
            "Sentinel": _sentinel}[server]().url


@functools.lru_cache
def _standalone():
    server = _running.enter_context(redis_servers.RedisServer())
    traffic.use(server, "rich")
    server.command("FLUSHALL")
    fill(server)
    with contextlib.closing(server.client()) as client:
        client.command("SELECT", 3)
        client.command("SET", "orders:1", "x")
    return server


@functools.lru_cache
def _pair():
    master, replica = _running.enter_context(redis_servers.replica_pair())
    traffic.use(master, "typical")
    replica.command("GET", "key")
    return master, replica


@functools.lru_cache
def _cluster_node():
    node = _running.enter_context(redis_servers.cluster())[0]
    for command in ("PING", "DBSIZE", "SCAN 0", "ECHO hello"):
        node.command(*command.split())
    # The slot of {b} is in the first third.
    node.command("SET", "{b}key", "value", "EX", 3600)
    return node


@functools.lru_cache
def _sentinel():
    return _running.enter_context(redis_servers.sentinel(_pair()[0]))
