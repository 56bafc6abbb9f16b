# SPDX-License-Identifier: Apache-2.0
"""Replicas that lose their master, lag, copy all data again and again, or follow another one."""

import signal

from support.delaying_proxy import DelayingProxy

from .drill import Drill, critical, info, warning

_MB = 1 << 20


class _Pair(Drill):
    """A master and its replica, which is what breaks."""

    lines = ()

    def prepare(self):
        self.master = self.server(*self.lines)
        self.broken = self.replica(self.master, *self.lines)
        self.group(self.master, self.broken)

    def cut_link(self):
        """Once; the replica comes back at once."""
        self.master.command("CLIENT", "KILL", "TYPE", "replica")


class LinkDown(Drill):
    """A replica has another password than its master, and has lost its link."""

    expects = ((warning("RedisReplicationLinkDown"), critical("RedisReplicationLinkDown"),
                warning("RedisNoFailoverCandidate", node=False)),)

    def prepare(self):
        master = self.server(password="secret")
        self.broken = self.replica(master, "masterauth secret", password="secret")
        self.master = master
        self.config["credentials"] = {self.name: {"password": "secret"}}
        self.group(master, self.broken, credentials=self.name)

    def faults(self):
        self.broken.command("CONFIG", "SET", "masterauth", "wrong")
        self.master.command("CLIENT", "KILL", "TYPE", "replica")
        yield

    def cure(self):
        self.broken.command("CONFIG", "SET", "masterauth", "secret")


class ReplicaLost(_Pair):
    """One of two replicas is made a master of its own."""

    expects = (warning("RedisReplicasLost", node=False),)
    consequences = ("RedisSplitBrain",)

    def prepare(self):
        self.broken = self.server()
        self.replicas = [self.replica(self.broken) for _ in range(2)]
        self.group(self.broken, *self.replicas)

    def faults(self):
        self.replicas[0].command("REPLICAOF", "NO", "ONE")
        yield

    def cure(self):
        self.replicas[0].command("REPLICAOF", self.broken.host, self.broken.port)


class ReplicaCutOff(Drill):
    """The network between a master and its replica takes packets, and delivers none."""

    # The seconds are what the master says, of the replica at its address behind the wire.
    expects = ((warning("RedisReplicationLagBytes"),
                warning("RedisReplicationLagSeconds", instance=None, slave_ip=None,
                        slave_port=None),
                warning("RedisReplicationMasterSilent")),)
    thresholds = {"replication_lag_bytes": {"warning": 100000},
                  "replication_lag_seconds": {"warning": 5}}
    within = 90

    def prepare(self):
        self.master = self.server()
        self.wire = self.stack.enter_context(
            DelayingProxy(self.master.host, self.master.port, 0))
        self.broken = self.server(f"replicaof 127.0.0.1 {self.wire.port}")
        self.broken.wait_for_info("master_link_status", "up", "replication")
        self.group(self.master, self.broken)

    def faults(self):
        self.wire.pause()
        self.master.command("SET", "key", b"x" * _MB)
        yield

    def cure(self):
        self.wire.resume()


class FullResyncs(_Pair):
    """A replica loses its link again and again, and the backlog is smaller than what it missed."""

    expects = (warning("RedisFullResyncLoop"),)
    thresholds = {"full_resyncs": {"warning": 2}}
    consequences = ("RedisReplicationLinkDown",)
    lines = ("repl-backlog-size 16kb",)

    def faults(self):
        def lose_link(client, number):
            client.command("CLIENT", "KILL", "TYPE", "replica")
            client.command("SET", "key", b"x" * (_MB // 4))

        self.losses = self.traffic(self.master, lose_link, pause=1.5)
        self.replica_of_drill, self.broken = self.broken, self.master
        yield

    def cure(self):
        self.losses.stop()


class LinkFlaps(_Pair):
    """A replica loses its link again and again, and goes on from where it was."""

    expects = (warning("RedisReplicationLinkFlaps"),)

    def faults(self):
        self.losses = self.traffic(
            self.master, lambda client, number: client.command("CLIENT", "KILL", "TYPE", "replica"),
            pause=1.2)
        self.broken = self.master
        yield

    def cure(self):
        self.losses.stop()


class BacklogSmall(_Pair):
    """So much is written that the backlog is full within a second."""

    expects = (warning("RedisReplicationBacklogSmall"),)
    lines = ("repl-backlog-size 16kb",)
    within = 120

    def faults(self):
        self.writes = self.traffic(self.master, lambda client, number: client.command(
            "SET", "key", b"x" * 1000))
        self.broken = self.master
        yield

    def cure(self):
        self.writes.stop()
        self.master.command("CONFIG", "SET", "repl-backlog-size", "64mb")


class TooFewReplicas(_Pair):
    """A master is told to want more replicas than it has."""

    expects = (critical("RedisTooFewReplicasToWrite"),)

    def faults(self):
        self.broken = self.master
        self.master.command("CONFIG", "SET", "min-replicas-to-write", 2)
        yield

    def cure(self):
        self.master.command("CONFIG", "SET", "min-replicas-to-write", 0)


class OtherMaster(_Pair):
    """A replica is told to follow a server that is not of its group."""

    expects = (warning("RedisReplicaOfAnotherMaster", node=False),)

    def prepare(self):
        super().prepare()
        self.other = self.server()

    def faults(self):
        self.broken.command("REPLICAOF", self.other.host, self.other.port)
        yield

    def cure(self):
        self.broken.command("REPLICAOF", self.master.host, self.master.port)


class ReplicaAhead(_Pair):
    """A master comes back without its data, while the replica that has it is cut off."""

    expects = (critical("RedisReplicaAhead"),)
    consequences = ("RedisReplicationLinkDown",)

    def faults(self):
        self.master.command("SET", "key", b"x" * _MB)
        self.broken.command("CONFIG", "SET", "masteruser", "nobody", "masterauth", "wrong")
        self.master.stop(signal.SIGKILL)
        self.master.start()
        yield

    def cure(self):
        self.broken.command("CONFIG", "SET", "masteruser", "", "masterauth", "")


class NoCandidate(_Pair):
    """The only replica is told never to become a master."""

    expects = (warning("RedisNoFailoverCandidate", node=False),)

    def faults(self):
        self.broken.command("CONFIG", "SET", "replica-priority", 0)
        yield

    def cure(self):
        self.broken.command("CONFIG", "SET", "replica-priority", 100)


class OnMasterHost(Drill):
    """Of two replicas one is replaced by another on the host of the master, and then the second."""

    expects = (info("RedisReplicaOnMasterHost", node=False),
               warning("RedisReplicaOnMasterHost", node=False))
    # Prometheus takes over what /sd lists every 5 s: until then it asks for what is gone, which the
    # exporter refuses. The alert waits for 2 minutes, which are 2 s here.
    consequences = ("RedisTargetDown",)
    within = 120

    def prepare(self):
        self.master = self.server()
        self.elsewhere = [self.replica(self.master) for _ in range(2)]
        self.guests = [self.replica(self.master, host=self.master.host) for _ in range(2)]
        self._list(self.elsewhere)

    def faults(self):
        for replicas in [self.guests[0], self.elsewhere[1]], self.guests:
            self._list(replicas)
            self.watched.reload()
            yield

    def cure(self):
        self._list(self.elsewhere)
        self.watched.reload()

    def _list(self, replicas):
        self.config["groups"] = []
        self.group(self.master, *replicas)


class SplitBrain(_Pair):
    """A replica is made a master, while its master goes on to take writes."""

    expects = (critical("RedisSplitBrain", node=False),)

    def faults(self):
        self.broken.command("REPLICAOF", "NO", "ONE")
        yield

    def cure(self):
        self.broken.command("REPLICAOF", self.master.host, self.master.port)


DRILLS = [LinkDown, ReplicaLost, ReplicaCutOff, FullResyncs, LinkFlaps, BacklogSmall,
          TooFewReplicas, OtherMaster, ReplicaAhead, NoCandidate, OnMasterHost, SplitBrain]
