# SPDX-License-Identifier: Apache-2.0
"""A Redis Cluster of three masters with a replica each, that fails over within seconds.

Each node has its own address, as on hosts of their own. See redis_servers.cluster() for one
without replicas.
"""

import contextlib
import subprocess

from .processes import free_port, wait_until
from .redis_servers import RedisServer

_MASTERS = 3
_SLOTS = 16384


class RedisCluster:
    """nodes: three masters and then a replica of each, at the start."""

    def __init__(self, password=None, network="127.0.27", node_timeout=1000):
        """node_timeout, in ms: after which a node that does not answer is failed over."""
        self.password = password
        self._network, self._node_timeout = network, node_timeout
        self._stack = contextlib.ExitStack()
        with contextlib.ExitStack() as stack:
            self.nodes, self._ports = [], {}
            for _ in range(2 * _MASTERS):
                self.start_node(stack)
            masters, replicas = self.nodes[:_MASTERS], self.nodes[_MASTERS:]
            for index, node in enumerate(masters):
                node.command("CLUSTER", "ADDSLOTSRANGE", _SLOTS * index // _MASTERS,
                             _SLOTS * (index + 1) // _MASTERS - 1)
            for index, node in enumerate(self.nodes):
                node.command("CLUSTER", "SET-CONFIG-EPOCH", index + 1)
            for node in self.nodes[1:]:
                self.introduce(node)
            self.wait_until_agreed(len(self.nodes))
            for master, replica in zip(masters, replicas):
                replica.command("CLUSTER", "REPLICATE", self.id_of(master))
            for replica in replicas:
                replica.wait_for_info("master_link_status", "up", "replication")
            self.wait_until_agreed(len(self.nodes), slaves=_MASTERS)
            self._stack = stack.pop_all()

    def start_node(self, stack=None, host=None):
        """One more server, that knows no other yet; it ends with the Cluster."""
        host = host or f"{self._network}.{len(self.nodes) + 1}"
        bus_port = free_port(host)
        lines = ["cluster-enabled yes", f"cluster-port {bus_port}",
                 f"cluster-node-timeout {self._node_timeout}",
                 "cluster-replica-validity-factor 0", f"cluster-announce-ip {host}",
                 f"bind-source-addr {host}", "repl-diskless-sync-delay 0", "protected-mode no"]
        if self.password is not None:
            lines.append(f"masterauth {self.password}")
        node = (stack or self._stack).enter_context(
            RedisServer(*lines, host=host, password=self.password))
        self._ports[node] = bus_port
        self.nodes.append(node)
        return node

    def introduce(self, node):
        """Lets the first node, and so all others, know it."""
        self.nodes[0].command("CLUSTER", "MEET", node.host, node.port, self._ports[node])

    def id_of(self, node):
        return node.command("CLUSTER", "MYID")

    def owner(self, key):
        """The master that has the key, as at the start."""
        slot = self.nodes[0].command("CLUSTER", "KEYSLOT", key)
        ends = [_SLOTS * (index + 1) // _MASTERS for index in range(_MASTERS)]
        return self.nodes[[slot < end for end in ends].index(True)]

    def addresses(self):
        return {node.address for node in self.nodes}

    def replicas_of(self, master):
        """The servers that a node names as its replicas in sync."""
        rows = [row for name, row in master.info("replication").items()
                if name.startswith("slave") and "state=online" in row]
        return [node for node in self.nodes
                if any(f"ip={node.host},port={node.port}," in row for row in rows)]

    def tool_words(self, *arguments):
        """The command redis-cli --cluster ..."""
        password = [] if self.password is None else ["-a", self.password]
        return ["redis-cli", "--no-auth-warning", *password, "--cluster", *map(str, arguments)]

    def tool(self, *arguments):
        """Runs redis-cli --cluster ..."""
        done = subprocess.run(self.tool_words(*arguments), capture_output=True, text=True,
                              timeout=120)
        if done.returncode != 0:
            raise RuntimeError(f"redis-cli --cluster {arguments[0]}: {done.stdout}{done.stderr}")

    def wait_until_agreed(self, size, slaves=None):
        """Waits until each node knows all others, is ok, and sees so many replicas."""
        for node in self.nodes[:size]:
            wait_until(lambda: self._agrees(node, size, slaves), f"{node.address} to agree")

    @staticmethod
    def _agrees(node, size, slaves):
        lines = node.command("CLUSTER", "INFO").splitlines()
        if "cluster_state:ok" not in lines or f"cluster_known_nodes:{size}" not in lines:
            return False
        rows = node.command("CLUSTER", "NODES").splitlines()
        flags = [row.split()[2] for row in rows]
        if any("fail" in flag or "handshake" in flag for flag in flags):
            return False
        return slaves is None or sum("slave" in flag for flag in flags) == slaves

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._stack.close()
