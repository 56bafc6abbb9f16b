# SPDX-License-Identifier: Apache-2.0
"""Real Redis servers for a test: one, a master with its replica, a cluster, a Sentinel.

    with RedisServer("requirepass secret", "user monitor on >pw +info") as redis:
        redis.command("SET", "key", "value")

Every line of a redis.conf can be given. Nothing is saved to disk unless a line asks for it.
"""

import contextlib
import tempfile

from .busy_machine import PATIENCE
from .processes import Program, accepts, free_port, wait_until
from .resp_client import RespClient


class RedisServer(Program):
    """A redis-server (or Sentinel) on a free port, with the given lines of configuration."""

    def __init__(self, *lines, host="127.0.0.1", port=None, password=None, unix_socket=False,
                 certificates=None, tls_client_auth=False, tls_only=False, sentinel=False,
                 start=None):
        """password: sets requirepass, and is what command() logs in with.

        unix_socket: also listens on .socket_path. certificates: also listens with TLS on .tls_port.
        tls_only: listens with TLS alone, on .port, and speaks it to its master and its Sentinels.
        start: the words that start another server than the installed redis-server.
        """
        self.host = host
        self.port = port or free_port(host)
        self.password = password
        self.tls_port = None
        self.socket_path = None
        self._client = self._client_tls = None
        self._folder_holder = tempfile.TemporaryDirectory(prefix="fleet-redis-")
        folder = self._folder_holder.name
        settings = [f"bind {host}", f"port {0 if tls_only else self.port}",
                    f"dir {folder}", "daemonize no"]
        if not sentinel:
            settings.append('save ""')
        if password is not None:
            settings.append(f"requirepass {password}")
        if unix_socket:
            self.socket_path = f"{folder}/redis.sock"
            settings += [f"unixsocket {self.socket_path}", "unixsocketperm 700"]
        if certificates is not None:
            self.tls_port = self.port if tls_only else free_port(host)
            settings += [f"tls-port {self.tls_port}", f"tls-ca-cert-file {certificates.ca}",
                         f"tls-cert-file {certificates.server_cert}",
                         f"tls-key-file {certificates.server_key}",
                         f"tls-auth-clients {'yes' if tls_client_auth else 'no'}"]
        if tls_only:
            settings.append("tls-replication yes")
            self._client_tls = certificates.client_context()
            self._client_tls.check_hostname = False  # certificates do not hold every loopback host
        self.config_path = f"{folder}/redis.conf"
        with open(self.config_path, "w") as config:
            config.write("\n".join([*settings, *lines]) + "\n")
        start = start or ["redis-sentinel" if sentinel else "redis-server"]
        super().__init__([*start, self.config_path], answers=lambda: accepts(host, self.port),
                         folder=folder, name="redis")

    @property
    def address(self):
        return f"{self.host}:{self.port}"

    @property
    def url(self):
        return f"redis://{self.address}"

    def client(self, **options):
        """A new connection, logged in with the server's password unless told otherwise."""
        options.setdefault("password", self.password)
        options.setdefault("tls", self._client_tls)
        return RespClient((self.host, self.port), **options)

    def command(self, *arguments):
        """Sends on one connection that stays open (the server counts it as a client)."""
        if self._client is None:
            self._client = self.client()
        return self._client.command(*arguments)

    def info(self, section="all"):
        """The fields of INFO as a dict of strings."""
        lines = self.command("INFO", section).splitlines()
        return dict(line.split(":", 1) for line in lines if ":" in line)

    def wait_for_info(self, field, value, section="all", timeout=PATIENCE):
        wait_until(lambda: self.info(section).get(field) == str(value),
                   f"{field}:{value} in INFO of {self.address}", timeout)

    def stop(self, *arguments, **options):
        if self._client is not None:
            self._client.close()
            self._client = None
        return super().stop(*arguments, **options)

    def close(self):
        super().close()
        self._folder_holder.cleanup()


@contextlib.contextmanager
def replica_pair(*lines):
    """A master and its replica, in sync."""
    with RedisServer("repl-diskless-sync-delay 0", *lines) as master:
        with RedisServer(f"replicaof {master.host} {master.port}", *lines) as replica:
            replica.wait_for_info("master_link_status", "up", "replication")
            wait_until(lambda: "state=online" in master.info("replication").get("slave0", ""),
                       "the replica online")
            yield master, replica


@contextlib.contextmanager
def cluster(size=3, *lines):
    """A Redis Cluster of masters that share all slots; every node knows all and is ok."""
    with contextlib.ExitStack() as stack:
        nodes, bus_ports = [], []
        for index in range(size):
            bus_ports.append(free_port())
            nodes.append(stack.enter_context(RedisServer(
                "cluster-enabled yes", f"cluster-port {bus_ports[-1]}",
                "cluster-node-timeout 5000", *lines)))
            nodes[-1].command("CLUSTER", "ADDSLOTSRANGE", 16384 * index // size,
                              16384 * (index + 1) // size - 1)
            nodes[-1].command("CLUSTER", "SET-CONFIG-EPOCH", index + 1)
        for node, bus_port in zip(nodes[1:], bus_ports[1:]):
            nodes[0].command("CLUSTER", "MEET", node.host, node.port, bus_port)
        for node in nodes:
            wait_until(lambda: _agrees(node, size), f"cluster node {node.address} ok")
        yield nodes


def _agrees(node, size):
    lines = node.command("CLUSTER", "INFO").splitlines()
    return "cluster_state:ok" in lines and f"cluster_known_nodes:{size}" in lines


@contextlib.contextmanager
def sentinel(master, name="mymaster", quorum=1, *lines):
    """A Sentinel that watches `master` and has seen its replicas."""
    watch = [f"sentinel monitor {name} {master.host} {master.port} {quorum}",
             f"sentinel down-after-milliseconds {name} 5000"]
    if master.password is not None:
        watch.append(f"sentinel auth-pass {name} {master.password}")
    with RedisServer(*watch, *lines, sentinel=True) as server:
        replicas = master.info("replication")["connected_slaves"]
        wait_until(lambda: f"status=ok,address={master.address},slaves={replicas},"
                   in server.info("sentinel").get("master0", ""), "the Sentinel's view")
        yield server

