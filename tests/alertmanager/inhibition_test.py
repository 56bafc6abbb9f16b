# SPDX-License-Identifier: Apache-2.0
"""What silences what: alerts posted to a real Alertmanager, and read back with what inhibits
them."""

import unittest

from support.alertmanager import Alertmanager, alert, configuration
from support.processes import wait_until

NODE = {"redis_group": "payments", "instance": "10.0.0.5:6379"}
OTHER_NODE = {**NODE, "instance": "10.0.0.6:6379"}
SAME_ADDRESS = {**NODE, "redis_group": "sessions"}  # in another network, or of another time
OTHER_GROUP = {"redis_group": "sessions", "instance": "10.0.0.7:6379"}
GROUP = {"redis_group": "payments"}
EXPORTER = {"instance": "exporter:9121"}  # a node's exporter, or that of a fleet: no redis_group
SENTINEL = {"instance": "10.0.0.8:26379", "master_name": "orders"}
OTHER_MASTER = {**SENTINEL, "master_name": "carts"}

# For each rule, in the order of the file: what fires, what it must silence, what it must not.
CASES = [
    ([alert("RedisGroupVanished", **GROUP), alert("RedisGroupVanished")],
     [alert("RedisDown", **NODE), alert("RedisMemoryAlmostFull", "warning", **NODE),
      alert("RedisGroupWithoutMaster", **GROUP)],
     [alert("RedisDown", **OTHER_GROUP), alert("RedisDown", **EXPORTER),
      alert("HostDown", **GROUP)]),
    ([alert("RedisExporterDown", **NODE), alert("RedisExporterDown", **EXPORTER),
      alert("RedisExporterDown", **GROUP)],
     [alert("RedisMemoryAlmostFull", **NODE), alert("RedisManyClients", "info", **NODE),
      alert("RedisManyClients", "info", **EXPORTER)],
     [alert("RedisMemoryAlmostFull", **OTHER_NODE), alert("RedisGroupWithoutMaster", **GROUP),
      alert("RedisMemoryAlmostFull", **SAME_ADDRESS),
      alert("RedisExporterDown", **OTHER_GROUP), alert("HostDown", **NODE)]),
    ([alert("RedisExporterDown", **NODE), alert("RedisExporterDown", **EXPORTER)],
     [alert("RedisGroupVanished", **GROUP)],
     [alert("RedisGroupVanished", redis_group="sessions"), alert("RedisDown", **NODE),
      alert("RedisGroupVanished", "warning")]),
    ([alert("RedisExporterDown", **EXPORTER, job="redis_fleet_exporter"),
      alert("RedisExporterDown", instance="sidecar:9121", job="redis"),
      alert("RedisExporterDown", **EXPORTER)],
     [alert("RedisTargetDown", **NODE, job="redis"),
      alert("RedisTargetDown", instance="10.0.0.9:6379", job="redis")],  # without a group
     [alert("RedisTargetDown", **NODE, job="redis_exporter"), alert("RedisTargetDown", **NODE),
      alert("RedisDown", **NODE, job="redis")]),
    ([alert("RedisDown", **NODE), alert("RedisDown", **GROUP),
      alert("RedisDown", "warning", instance="10.0.0.8:26379")],
     [alert("RedisMemoryAlmostFull", "warning", **NODE),
      alert("RedisRoundTripSlow", "warning", instance="10.0.0.8:26379"),
      alert("RedisManyClients", "info", **NODE)],
     [alert("RedisMemoryAlmostFull", "critical", **NODE),
      alert("RedisMemoryAlmostFull", "warning", **OTHER_NODE),
      alert("RedisMemoryAlmostFull", "warning", **OTHER_GROUP),
      alert("RedisMemoryAlmostFull", "warning", **SAME_ADDRESS),
      alert("RedisMemoryAlmostFull", "warning", **EXPORTER),
      alert("RedisProtectedModeRefuses", "warning", **NODE),
      alert("RedisGroupNodesMissing", "warning", **GROUP), alert("HostDown", "warning", **NODE)]),
    ([alert("RedisMemoryAlmostFull", "critical", **NODE), alert("RedisSplitBrain", **GROUP),
      alert("RedisSentinelMasterDown", **SENTINEL),
      alert("RedisHostDiskAlmostFull", "critical", host="10.0.0.5", **GROUP),
      alert("RedisVolumeAlmostFull", "critical", namespace="shop", pod="carts-0", **GROUP)],
     [alert("RedisSentinelMasterDown", "warning", **SENTINEL),
      alert("RedisHostDiskAlmostFull", "warning", host="10.0.0.5", **GROUP),
      alert("RedisVolumeAlmostFull", "warning", namespace="shop", pod="carts-0", **GROUP),
      alert("RedisMemoryAlmostFull", "warning", **NODE),
      alert("RedisMemoryAlmostFull", "info", **NODE), alert("RedisSplitBrain", "warning", **GROUP)],
     [alert("RedisSentinelMasterDown", "warning", **OTHER_MASTER),
      alert("RedisHostDiskAlmostFull", "warning", host="10.0.0.6", **GROUP),
      alert("RedisVolumeAlmostFull", "warning", namespace="shop", pod="carts-1", **GROUP),
      alert("RedisVolumeAlmostFull", "warning", namespace="test", pod="carts-0", **GROUP),
      alert("RedisClientsAlmostFull", "warning", **NODE),
      alert("RedisClientsAlmostFull", "info", **NODE),
      alert("RedisMemoryAlmostFull", "warning", **SAME_ADDRESS),
      alert("RedisMemoryAlmostFull", "warning", **OTHER_NODE)]),
    ([alert("RedisMemoryAlmostFull", "warning", **NODE),
      alert("RedisSentinelQuorumLost", "warning", **SENTINEL)],
     [alert("RedisMemoryAlmostFull", "info", **NODE),
      alert("RedisSentinelQuorumLost", "info", **SENTINEL)],
     [alert("RedisSentinelQuorumLost", "info", **OTHER_MASTER),
      alert("RedisMemoryAlmostFull", "critical", **NODE),
      alert("RedisClientsAlmostFull", "info", **NODE),
      alert("RedisMemoryAlmostFull", "info", **SAME_ADDRESS),
      alert("RedisMemoryAlmostFull", "info", **OTHER_NODE)]),
    ([alert("RedisGroupWithoutMaster", **GROUP), alert("RedisGroupWithoutMaster")],
     [alert("RedisReplicationLinkDown", **NODE),
      alert("RedisReplicationLinkDown", "warning", **OTHER_NODE)],
     [alert("RedisReplicationLinkDown", **OTHER_GROUP), alert("RedisReplicationLinkDown", **EXPORTER),
      alert("RedisDown", **NODE)]),
    ([alert("RedisClusterDown", **GROUP), alert("RedisClusterDown"),
      alert("RedisClusterDown", "warning", **OTHER_GROUP)],
     [alert("RedisClusterSlotsUnassigned", **GROUP), alert("RedisClusterSlotsFailing", **GROUP),
      alert("RedisClusterMasterWithoutReplica", "warning", **NODE)],
     [alert("RedisClusterSlotsUnassigned", **OTHER_GROUP),
      alert("RedisClusterSlotsUnassigned", **EXPORTER), alert("RedisDown", **NODE)]),
]

# Posted after the rest: when Alertmanager has this one silenced, it has seen all others.
LAST = [alert("RedisLastOfAll", "critical"), alert("RedisLastOfAll", "info")]
LAST_RULE = {"source_matchers": ['alertname="RedisLastOfAll"', 'severity="critical"'],
             "target_matchers": ['alertname="RedisLastOfAll"', 'severity="info"']}


def quiet(inhibit_rules):
    """Our routes without anybody who listens, and these rules."""
    whole = configuration()
    return {"route": whole["route"], "inhibit_rules": [*inhibit_rules, LAST_RULE],
            "receivers": [{"name": one["name"]} for one in whole["receivers"]]}


def key(one):
    return frozenset(one["labels"].items())


def inhibited(alertmanager, alerts):
    """What silences each of these alerts, once all were seen: {key: set of keys}."""
    alertmanager.post(*alerts, *LAST)

    def seen():
        found = {key(one): one for one in alertmanager.alerts()}
        last = found.get(key(LAST[1]))
        return found if last and last["status"]["inhibitedBy"] else None

    found = wait_until(seen, "what the last alert is silenced by")
    of_print = {one["fingerprint"]: key(one) for one in found.values()}
    return {key(one): {of_print[name] for name in found[key(one)]["status"]["inhibitedBy"]}
            for one in alerts}


class Inhibition(unittest.TestCase):
    def check(self, rules, sources, silenced, heard):
        with Alertmanager(quiet(rules)) as alertmanager:
            found = inhibited(alertmanager, [*sources, *silenced, *heard])
        for one in silenced:
            self.assertTrue(found[key(one)], one["labels"])
            self.assertTrue(found[key(one)] <= set(map(key, sources)), one["labels"])
        for one in heard:
            self.assertEqual(found[key(one)], set(), one["labels"])
        return found

    def test_each_rule_by_itself(self):
        rules = configuration()["inhibit_rules"]
        self.assertEqual(len(rules), len(CASES))
        for rule, case in zip(rules, CASES):
            with self.subTest(rule=rule):
                found = self.check([rule], *case)
                for source in case[0]:  # nothing silences itself, or another cause
                    self.assertEqual(found[key(source)], set())

    def test_without_the_rules_nothing_is_silenced(self):
        for sources, silenced, _ in CASES:
            with self.subTest(sources=sources):
                self.check([], sources, [], silenced)

    def test_a_dead_node(self):
        """A master that died, and all rules together."""
        self.check(configuration()["inhibit_rules"],
                   [alert("RedisDown", **NODE), alert("RedisGroupWithoutMaster", **GROUP)],
                   [alert("RedisMemoryAlmostFull", "warning", **NODE),
                    alert("RedisClientsFullSoon", "info", **NODE),
                    alert("RedisReplicationLinkDown", **OTHER_NODE)],
                   [alert("RedisMemoryAlmostFull", "warning", **OTHER_NODE),
                    alert("RedisReplicationLinkDown", **OTHER_GROUP)])

    def test_a_node_that_refuses_us_is_down_and_says_why(self):
        self.check(configuration()["inhibit_rules"], [alert("RedisDown", **NODE)],
                   [alert("RedisMemoryAlmostFull", "warning", **NODE)],
                   [alert("RedisProtectedModeRefuses", "warning", **NODE)])

    def test_two_nodes_down_are_both_told(self):
        self.check(configuration()["inhibit_rules"], [], [],
                   [alert("RedisDown", **NODE), alert("RedisDown", **OTHER_NODE)])

    def test_one_of_several_exporters(self):
        """Of its own groups the rule itself says nothing while it is down."""
        self.check(configuration()["inhibit_rules"], [alert("RedisExporterDown", **EXPORTER)], [],
                   [alert("RedisGroupVanished", **GROUP),
                    alert("RedisGroupVanished", redis_group="sessions")])

    def test_the_exporter_of_all_targets(self):
        self.check(configuration()["inhibit_rules"],
                   [alert("RedisExporterDown", **EXPORTER, job="redis_fleet_exporter")],
                   [alert("RedisTargetDown", **NODE, job="redis"),
                    alert("RedisTargetDown", **OTHER_GROUP, job="redis")],
                   [alert("RedisTargetDown", **OTHER_NODE, job="redis_exporter")])

    def test_the_exporter_of_one_target(self):
        """An exporter beside its Redis, as deploy/prometheus/sidecar.yml has it."""
        self.check(configuration()["inhibit_rules"],
                   [alert("RedisExporterDown", **NODE, job="redis"),
                    alert("RedisExporterDown", instance="alone:6379", job="redis")], [],
                   [alert("RedisTargetDown", **OTHER_NODE, job="redis"),
                    alert("RedisTargetDown", **OTHER_GROUP, job="redis")])

    def test_a_node_whose_exporter_is_down_says_nothing_of_other_groups(self):
        self.check(configuration()["inhibit_rules"], [alert("RedisExporterDown", **NODE)],
                   [alert("RedisGroupVanished", **GROUP)],
                   [alert("RedisGroupVanished", redis_group="sessions")])


if __name__ == "__main__":
    unittest.main()
