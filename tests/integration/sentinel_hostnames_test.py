# SPDX-License-Identifier: Apache-2.0
"""Sentinels that announce names: a master that goes by a name here and by its address there."""

import json
import unittest

from support import busy_machine
from support.exporter import Exporter
from support.fleet_file import FleetFile
from support.page import by_instance, value
from support.processes import wait_until
from support.sentinel_group import SentinelGroup

GROUP = {"redis_group": "payments"}
LAG = "redis_group_replica_lag_seconds"
HEALTHY = {
    "redis_exporter_discovery_success": 1, "redis_group_expected_nodes": 3,
    "redis_group_duplicate_nodes": 0, "redis_group_answering_nodes": 3, "redis_group_masters": 1,
    "redis_group_split_brain": 0, "redis_group_failover_candidates": 2,
    "redis_group_masters_without_candidate": 0, "redis_group_masters_without_replica": 0,
    "redis_group_chained_replicas": 0, "redis_group_stale_replicas": 0,
    "redis_group_replicas_on_master_host": 2, "redis_group_shards_on_one_host": 1,
    "redis_group_sentinels": 3, "redis_group_answering_sentinels": 3,
    "redis_group_agreeing_sentinels": 3, "redis_group_subscribed_sentinels": 3,
    "redis_group_sentinel_quorum_reachable": 1}


class Hostnames(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.group = cls.enterClassContext(
            SentinelGroup(hostname="localhost", down_after=busy_machine.SILENCE))
        sentinels = [f"localhost:{sentinel.port}" for sentinel in cls.group.sentinels]
        cls.file = cls.enterClassContext(FleetFile(f"""
            groups:
              - name: payments
                sentinel: {{master: {cls.group.name}, addresses: {json.dumps(sentinels)}}}
            """))
        cls.exporter = cls.enterClassContext(Exporter(cls.file.flag))
        # As the servers announce themselves.
        address = cls.group.servers[2].host
        hosts = "localhost", "localhost", f"[{address}]" if ":" in address else address
        cls.instances = [f"{host}:{server.port}" for host, server in zip(hosts, cls.group.servers)]

    def becomes_healthy(self, failovers):
        """Waits for what is true of a group that is well, and returns the page."""
        expected = {**HEALTHY, "redis_group_failovers_total": failovers}
        otherwise = {}

        def page():
            families = self.exporter.scrape()
            found = {name: value(families, name, **GROUP) for name in expected}
            otherwise.clear()
            otherwise.update(found.items() - expected.items())
            return not otherwise and families

        try:
            return wait_until(page, "a group that is well", pause=0.1)
        finally:
            self.assertEqual(otherwise, {})

    def agrees(self, families, master):
        """By the names that are announced: who is up, who is the master, and how far are others."""
        self.assertEqual(by_instance(families, "redis_up"), dict.fromkeys(self.instances, 1))
        self.assertEqual(by_instance(families, "redis_instance_role", role="master"),
                         {one: int(one == master) for one in self.instances})
        for about in "address", "epoch", "quorum":
            self.assertEqual(value(families, "redis_group_sentinel_disagreement", **GROUP,
                                   about=about), 0, about)
        replicas = set(self.instances) - {master}
        for end in "master", "replica":
            self.assertEqual(set(by_instance(families, LAG, end=end)), replicas, end)

    def test_names_and_addresses_are_the_same_servers(self):
        named, _, by_address = self.instances
        families = self.becomes_healthy(failovers=0)
        self.agrees(families, named)
        # Now the master goes by its address, and those that follow it by a name.
        one, other = self.group.servers[1:]
        one.command("CONFIG", "SET", "replica-priority", "0")
        wait_until(lambda: all(self.priority(sentinel, one) == 0
                               for sentinel in self.group.sentinels), "the priority to be known")
        self.group.fail_over()
        wait_until(lambda: self.group.master() is other, "the failover")
        with one.client() as again:  # a Sentinel ends the connections of those that it reconfigures
            again.command("CONFIG", "SET", "replica-priority", "100")
        self.agrees(self.becomes_healthy(failovers=1), by_address)

    def priority(self, sentinel, server):
        for reply in sentinel.command("SENTINEL", "REPLICAS", self.group.name):
            replica = dict(zip(reply[::2], reply[1::2]))
            if int(replica["port"]) == server.port:
                return int(replica["slave-priority"])
        return None


if __name__ == "__main__":
    unittest.main()
