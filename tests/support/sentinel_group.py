# SPDX-License-Identifier: Apache-2.0
"""A master, two replicas and three Sentinels that fail over within seconds.

    with SentinelGroup(password="servers", sentinel_password="sentinels") as group:
        killed = group.master()
        killed.stop(signal.SIGKILL)
        wait_until(lambda: group.master() not in (None, killed), "another master")

Each server has its own address, as on hosts of their own. On a busy machine the Sentinels may see
another failure than the one that was meant, and fail over again.
"""

import contextlib
import socket

from .processes import wait_until
from .redis_servers import RedisServer
from .resp_client import RedisError

# A Sentinel's own periods, in milliseconds: the defaults are made for slower networks.
_PERIODS = ("info-period", 300, "ask-period", 200, "publish-period", 300, "election-timeout", 2000)


class SentinelGroup:
    """servers: whose master is the first at the start; sentinels.

    certificates: servers and Sentinels speak TLS alone, and ask for a client's certificate.
    hostname: a name of this machine, at whose address all listen. Sentinels know the master by it,
    and the first replica follows and announces that name; the second does so with the address.
    down_after, in ms: after which Sentinels take a server that does not answer for down. A failover
    may take as long.
    """

    name = "mymaster"

    def __init__(self, password=None, sentinel_password=None, network="127.0.26",
                 certificates=None, hostname=None, down_after=1000):
        self._network, self._hostname, self._down_after = network, hostname, down_after
        self._tls = {} if certificates is None else {
            "certificates": certificates, "tls_only": True, "tls_client_auth": True}
        self._stack = contextlib.ExitStack()
        with contextlib.ExitStack() as stack:
            self.servers, self.sentinels = [], []
            for number in range(1, 4):
                self.servers.append(stack.enter_context(self._server(number, password)))
            for server in self.servers[1:]:
                server.wait_for_info("master_link_status", "up", "replication")
            for number in range(11, 14):
                self.sentinels.append(stack.enter_context(
                    self._sentinel(number, password, sentinel_password)))
                self.sentinels[-1].command("SENTINEL", "DEBUG", *_PERIODS)
            for sentinel in self.sentinels:
                wait_until(lambda: self._view(sentinel).endswith(
                    f"status=ok,address={self.first_master},slaves=2,sentinels=3"),
                    "the Sentinels' agreement")
            self._stack = stack.pop_all()

    @property
    def first_master(self):
        """host:port by which Sentinels know the master at the start."""
        return f"{self._hostname or self.servers[0].host}:{self.servers[0].port}"

    def master(self):
        """The server that all Sentinels take for the master; None while they do not agree."""
        ports = {word.rpartition(":")[2] for sentinel in self.sentinels
                 for word in self._view(sentinel).split(",") if word.startswith("address=")}
        found = [server for server in self.servers if {str(server.port)} == ports]
        return found[0] if found else None

    def fail_over(self):
        """Tells a Sentinel to put another server in the master's place, and waits until it has. It
        refuses while it has not heard of the replicas for three of its periods."""
        before = wait_until(self.master, "a master")

        def begins():
            try:
                return self.sentinels[0].command("SENTINEL", "FAILOVER", self.name)
            except RedisError as refused:
                if not str(refused).startswith("NOGOODSLAVE"):
                    raise
                return None

        wait_until(begins, "a replica that the Sentinel knows well")
        wait_until(lambda: self.master() not in (None, before), "another master")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._stack.close()

    def _server(self, number, password):
        name = None if len(self.servers) == 2 else self._hostname
        host, lines = self._place(number)
        if self._hostname is None or name is not None:
            lines.append(f"replica-announce-ip {name or host}")
        lines.append("repl-diskless-sync-delay 0")
        if password is not None:
            lines.append(f"masterauth {password}")
        if self.servers:
            lines.append(f"replicaof {name or self.servers[0].host} {self.servers[0].port}")
        return RedisServer(*lines, host=host, password=password, **self._tls)

    def _sentinel(self, number, password, sentinel_password):
        host, lines = self._place(number)
        if self._hostname is not None:
            lines += ["sentinel resolve-hostnames yes", "sentinel announce-hostnames yes"]
        lines += [f"sentinel announce-ip {self._hostname or host}",
                  f"sentinel monitor {self.name} {self.first_master.replace(':', ' ')} 2",
                  f"sentinel down-after-milliseconds {self.name} {self._down_after}",
                  f"sentinel failover-timeout {self.name} {max(2000, self._down_after)}"]
        if password is not None:
            lines.append(f"sentinel auth-pass {self.name} {password}")
        return RedisServer(*lines, host=host, password=sentinel_password, sentinel=True,
                           **self._tls)

    def _place(self, number):
        """The host of a server, and the lines that make it that."""
        if self._hostname is not None:
            return address_of(self._hostname), ["protected-mode no"]
        host = f"{self._network}.{number}"
        return host, ["protected-mode no", f"bind-source-addr {host}"]

    def _view(self, sentinel):
        return sentinel.info("sentinel").get("master0", "")


def address_of(hostname):
    """The address that a name leads to: of localhost 127.0.0.1, or ::1."""
    return socket.getaddrinfo(hostname, None, type=socket.SOCK_STREAM)[0][4][0]
