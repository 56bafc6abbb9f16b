# SPDX-License-Identifier: Apache-2.0
"""Clusters that lose slots, nodes and shards, or hold them unevenly."""

import signal

from support.processes import free_port, wait_until
from support.redis_cluster import RedisCluster

from .drill import Drill, critical, warning

_LAST_SLOT = 16383


class _OfCluster(Drill):
    """Three masters, each with a replica."""

    within = 120

    def prepare(self):
        self.cluster = self.stack.enter_context(RedisCluster(
            network=self.network, node_timeout=5000))
        self.nodes = self.cluster.nodes
        self.masters, self.replicas = self.nodes[:3], self.nodes[3:]
        self.group(cluster={"seeds": [node.address for node in self.nodes[:3]]})

    def drop_last_slot(self, nodes):
        for node in nodes:
            node.command("CLUSTER", "DELSLOTS", _LAST_SLOT)


class ClusterLosesSlot(_OfCluster):
    """The owner of a slot drops it, and then all others forget who had it."""

    expects = ((warning("RedisClusterDown", node=False),
                warning("RedisClusterNodesDisagree", node=False, passing=True)),
               critical("RedisClusterDown", node=False))
    consequences = ("RedisClusterSlotsUnassigned",)

    def faults(self):
        self.drop_last_slot([self.masters[2]])
        yield
        self.drop_last_slot([*self.masters[:2], *self.replicas])
        yield

    def cure(self):
        self.masters[2].command("CLUSTER", "ADDSLOTS", _LAST_SLOT)


class ClusterLosesShard(_OfCluster):
    """Of a Cluster that serves what it has, a replica is killed, then its master; then a slot goes."""

    expects = ((warning("RedisClusterMasterWithoutReplica", node=False, passing=True),
                warning("RedisClusterNodeFailing", node=False, state="fail")),
               critical("RedisClusterSlotsFailing", node=False),
               critical("RedisClusterSlotsUnassigned", node=False))
    consequences = ("RedisDown", "RedisClusterDown")

    def prepare(self):
        super().prepare()
        for node in self.nodes:
            node.command("CONFIG", "SET", "cluster-require-full-coverage", "no")
            node.command("CONFIG", "SET", "cluster-allow-replica-migration", "no")

    def faults(self):
        for node in self.replicas[0], self.masters[0]:
            node.stop(signal.SIGKILL)
            yield
        # Its owner first: what it says of a slot others would believe.
        self.drop_last_slot([self.masters[2], self.masters[1], *self.replicas[1:]])
        yield

    def cure(self):
        self.masters[0].start()
        self.replicas[0].start()
        self.masters[2].command("CLUSTER", "ADDSLOTS", _LAST_SLOT)


class SlotClaimedTwice(_OfCluster):
    """A slot is given to a master by hand, and another one is made to have it again and again."""

    expects = (critical("RedisClusterSlotsClaimedTwice", node=False),)
    consequences = ("RedisClusterDown", "RedisClusterSlotsUnassigned")

    def faults(self):
        self._claim(self.masters[1])
        # Within a second it hears that the other has a newer claim.
        self.claims = self.traffic(self.masters[0], lambda *_: self._claim(self.masters[0]))
        yield

    def cure(self):
        self.claims.stop()

    @staticmethod
    def _claim(node):
        node.command("CLUSTER", "DELSLOTS", 0)
        node.command("CLUSTER", "ADDSLOTS", 0)


class ClusterUneven(_OfCluster):
    """A slot stays open, one shard has all keys, and nobody is behind an address that is met."""

    expects = ((warning("RedisClusterHandshakeStuck", node=False),
                warning("RedisClusterShardImbalance", node=False, of="keys"),
                warning("RedisClusterSlotOpen", node=False)),)
    thresholds = {"cluster_open_slot_seconds": {"warning": 10}}

    def faults(self):
        source, target = self.masters[0], self.masters[1]
        target.command("CLUSTER", "SETSLOT", 0, "IMPORTING", self.cluster.id_of(source))
        source.command("CLUSTER", "SETSLOT", 0, "MIGRATING", self.cluster.id_of(target))
        nobody = free_port(self.masters[0].host)
        self.meetings = self.traffic(self.masters[0], lambda client, number: client.command(
            "CLUSTER", "MEET", self.masters[0].host, nobody, nobody), pause=0.3)
        self.owner = next(node for node in self.masters if self._takes_keys(node))
        with self.owner.client() as client:
            for number in range(6000):
                client.command("SET", "{one}" + str(number), number)
        yield

    def cure(self):
        self.meetings.stop()
        for node in self.masters[:2]:
            node.command("CLUSTER", "SETSLOT", 0, "STABLE")
        self.owner.command("FLUSHALL")

    @staticmethod
    def _takes_keys(node):
        try:
            return node.command("SET", "{one}", 1)
        except Exception:  # MOVED
            return False


class MastersOnOneHost(_OfCluster):
    """On the host of a master a replica of another one becomes master."""

    expects = (warning("RedisClusterMastersOnOneHost", node=False),)

    def prepare(self):
        super().prepare()
        self.guest = self.cluster.start_node(host=self.masters[0].host)
        self.cluster.introduce(self.guest)
        self.cluster.wait_until_agreed(7)
        self.guest.command("CLUSTER", "REPLICATE", self.cluster.id_of(self.masters[1]))
        self.guest.wait_for_info("master_link_status", "up", "replication")

    def faults(self):
        self._take_over(self.guest)
        yield

    def cure(self):
        self._take_over(self.masters[1])

    @staticmethod
    def _take_over(node):
        def done():
            if node.info("replication")["role"] == "master":
                return True
            node.command("CLUSTER", "FAILOVER")
            return False

        wait_until(done, f"{node.address} as a master", pause=1)


DRILLS = [ClusterLosesSlot, ClusterLosesShard, SlotClaimedTwice, ClusterUneven,
          MastersOnOneHost]
