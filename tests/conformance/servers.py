# SPDX-License-Identifier: Apache-2.0
"""The servers that both exporters are pointed at. Each is started when it is first asked for."""

import contextlib
import functools
import json

from support import redis_servers, traffic
from support.certificates import Certificates
from support.data import fill, fill_stream, fill_types
from support.fake_tile38 import FakeTile38
from support.processes import free_port, wait_until
from support.redis_cluster import RedisCluster

USER, PASSWORD = "monitor", "of-monitor"

_running = contextlib.ExitStack()


def url_of(server):
    return _URLS[server]()


def files():
    """What stands for {NAME} in a scenario's arguments."""
    certificates = _certificates()
    return {"ca": certificates.ca, "client_cert": certificates.client_cert,
            "client_key": certificates.client_key, "passwords": _password_file()}


def stop():
    _running.close()


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
    master.command("FLUSHDB")
    fill(master, users=20)
    replica.command("GET", "text")
    wait_until(lambda: master.command("DBSIZE") == replica.command("DBSIZE"), "the replica's keys")
    return master, replica


@functools.lru_cache
def _cluster():
    """Three masters with a replica each, and keys of each type on several of them."""
    # Nothing fails over while the machine is busy.
    cluster = _running.enter_context(RedisCluster(network="127.0.67", node_timeout=30000))
    for command in ("PING", "DBSIZE", "SCAN 0", "ECHO hello"):
        cluster.nodes[0].command(*command.split())
    fill_types(cluster.owner)
    for number in range(30):
        value = number if number % 2 else f"name {number}"
        cluster.owner(f"user:{number}").command("SET", f"user:{number}", value, "EX", 36000)
    for key in ("{a}stream", "{b}stream", "{c}stream"):
        fill_stream(cluster.owner(key), key)
    return cluster


@functools.lru_cache
def _sentinel():
    return _running.enter_context(redis_servers.sentinel(_pair()[0]))


@functools.lru_cache
def _certificates():
    return _running.enter_context(Certificates())


@functools.lru_cache
def _tls():
    """Wants TLS, a client's certificate, and a user that is not the default one."""
    server = _running.enter_context(redis_servers.RedisServer(
        f"user {USER} on >{PASSWORD} ~* &* +@all", "user default off",
        certificates=_certificates(), tls_client_auth=True))
    with server.client(user=USER, password=PASSWORD) as client:
        fill(client, users=10)
    return server


@functools.lru_cache
def _with_password():
    """Wants a password, and has CONFIG under another name."""
    server = _running.enter_context(redis_servers.RedisServer(
        "rename-command CONFIG SETTINGS", password=PASSWORD))
    fill(server, users=10)
    return server


@functools.lru_cache
def _password_file():
    path = _certificates().folder / "passwords.json"
    path.write_text(json.dumps({_with_password().url: PASSWORD}))
    return path


@functools.lru_cache
def _tile38():
    return _running.enter_context(FakeTile38())


_URLS = {
    "standalone": lambda: _standalone().url,
    "master": lambda: _pair()[0].url,
    "replica": lambda: _pair()[1].url,
    "cluster node": lambda: _cluster().nodes[0].url,
    "Sentinel": lambda: _sentinel().url,
    "nothing listening": lambda: f"redis://127.0.0.1:{free_port()}",
    "TLS": lambda: f"rediss://127.0.0.1:{_tls().tls_port}",
    "password": lambda: _with_password().url,
    "Tile38": lambda: _tile38().url,
}
