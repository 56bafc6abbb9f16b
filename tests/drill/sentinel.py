# SPDX-License-Identifier: Apache-2.0
"""Sentinels that fail over, are too few, disagree, or have nobody to promote."""

import signal

from support.sentinel_group import SentinelGroup

from .drill import Drill, critical, info, warning


class _Watched(Drill):
    """A master with two replicas and three Sentinels, by which the exporter finds it."""

    def prepare(self):
        # With less patience they may see a second failure where the machine is busy, and promote both
        # replicas: a split brain.
        self.of = self.stack.enter_context(SentinelGroup(network=self.network, down_after=5000))
        self.sentinels = self.of.sentinels
        self.group(sentinel={"master": self.of.name, "addresses": [
            sentinel.address for sentinel in self.sentinels]})


class MasterKilled(_Watched):
    """A master is killed, and a replica takes its place."""

    expects = ((critical("RedisDown"), info("RedisFailoverHappened", node=False)),)
    # Who comes back is a second master for 8 s, until the Sentinels make it a replica.
    consequences = ("RedisSentinelMasterDown", "RedisGroupWithoutMaster",
                    "RedisReplicationLinkDown", "RedisSplitBrain")

    def faults(self):
        self.broken = self.of.servers[0]
        self.broken.stop(signal.SIGKILL)
        yield

    def cure(self):
        self.broken.start()


class FailoversRepeat(_Watched):
    """A Sentinel is told to fail over, and told again."""

    expects = (info("RedisFailoverHappened", node=False),
               warning("RedisFailoversRepeating", node=False))
    ends_alone = True  # both end with their windows
    consequences = ("RedisSplitBrain", "RedisGroupWithoutMaster")

    def faults(self):
        for _ in range(2):
            self.of.fail_over()
            yield


class QuorumLost(_Watched):
    """Two of three Sentinels are stopped, and then go on: what they slept through they do not trust."""

    expects = ((critical("RedisSentinelQuorumLost", node=False),
                warning("RedisSentinelMissing", node=False)),
               warning("RedisSentinelTilt", node=False))
    ends_alone = True  # TILT ends by itself

    def faults(self):
        for sentinel in self.sentinels[1:]:
            sentinel.pause()
        yield
        for sentinel in self.sentinels[1:]:
            sentinel.resume()
        yield


class UngroupedQuorumLost(Drill):
    """Sentinels that are watched alone: two of three hang, and so does the master."""

    # Each is a group of its own.
    expects = ((warning("RedisSentinelQuorumLost", redis_group=None, master_name=None),
                warning("RedisSentinelMasterDown", redis_group=None, master_name=None)),)
    consequences = ("RedisDown",)

    def prepare(self):
        self.of = self.stack.enter_context(SentinelGroup(network=self.network))
        self.broken = self.of.sentinels[0]
        self.group(*self.of.sentinels, standalone=True)

    def faults(self):
        self.hung = [*self.of.sentinels[1:], self.of.servers[0]]
        for server in self.hung:
            server.pause()
        yield

    def cure(self):
        for server in self.hung:
            server.resume()


class AllSentinelsStopped(_Watched):
    """All Sentinels of a group are stopped: nobody tells where its nodes are."""

    expects = (warning("RedisDiscoveryFailing"),)
    thresholds = {"discovery_age_seconds": {"warning": 6}}
    consequences = ("RedisSentinelQuorumLost",)

    def started(self):
        self.broken = self.watched

    def faults(self):
        for sentinel in self.sentinels:
            sentinel.pause()
        yield

    def cure(self):
        for sentinel in self.sentinels:
            sentinel.resume()


class SentinelsDisagree(_Watched):
    """A Sentinel is set to another quorum than the others."""

    expects = (warning("RedisSentinelsDisagree", node=False, about="quorum"),)

    def faults(self):
        self._set_quorum(3)
        yield

    def cure(self):
        self._set_quorum(2)

    def _set_quorum(self, quorum):
        self.sentinels[2].command("SENTINEL", "SET", self.of.name, "quorum", quorum)


class TwoSentinels(_Watched):
    """One of three Sentinels is killed, and the others are told to forget it."""

    expects = ((warning("RedisSentinelMissing", node=False),
                info("RedisSentinelCountUnsound", node=False)),)
    within = 120

    def faults(self):
        self.sentinels[2].stop(signal.SIGKILL)
        for sentinel in self.sentinels[:2]:
            sentinel.command("SENTINEL", "RESET", self.of.name)
        yield

    def cure(self):
        self.sentinels[2].start()


class NobodyToPromote(_Watched):
    """Both replicas are told never to become master, and then the master is killed."""

    expects = (warning("RedisSentinelNoUsableReplica", node=False),
               critical("RedisSentinelMasterDown", node=False))
    consequences = ("RedisDown", "RedisGroupWithoutMaster", "RedisReplicationLinkDown")

    def faults(self):
        for server in self.of.servers[1:]:
            server.command("CONFIG", "SET", "replica-priority", 0)
        yield
        self.of.servers[0].stop(signal.SIGKILL)
        yield

    def cure(self):
        self.of.servers[0].start()
        for server in self.of.servers[1:]:
            server.command("CONFIG", "SET", "replica-priority", 100)


DRILLS = [MasterKilled, FailoversRepeat, QuorumLost, UngroupedQuorumLost, AllSentinelsStopped,
          SentinelsDisagree, TwoSentinels, NobodyToPromote]
