# SPDX-License-Identifier: Apache-2.0
"""A group that is a Redis Cluster, found from one seed and followed as it changes."""

import json
import signal
import time
import unittest
from binascii import crc_hqx

from support.exporter import Exporter
from support.fleet_file import FleetFile
from support.page import by_instance, value
from support.processes import Program, wait_until
from support.redis_cluster import RedisCluster

GROUP = {"redis_group": "catalogue"}
SUCCESS = "redis_exporter_discovery_success"
LAST_SUCCESS = "redis_exporter_discovery_last_success_timestamp_seconds"
SLOTS = "redis_cluster_node_slots"
MOVED_SLOTS = 20
KEYS_OF_SLOT = 30
SLOTS_SOUND = {"redis_group_slots_uncovered": 0, "redis_group_slots_claimed_twice": 0,
               "redis_group_nodes_with_other_slot_map": 0, "redis_group_nodes_known_to_few": 0}
QUIET = {**SLOTS_SOUND, "redis_group_slots_open": 0, "redis_group_masters_without_replica": 0,
         "redis_group_masters_without_candidate": 0, "redis_group_stale_replicas": 0,
         "redis_group_shards_on_one_host": 0, "redis_group_masters_on_one_host": 1,
         "redis_group_masters": 3, "redis_group_failover_candidates": 3}


def keys_to_move():
    """KEYS_OF_SLOT keys for each of the slots that are moved."""
    tags = {crc_hqx(str(number).encode(), 0) % 16384: number for number in range(1 << 18)}
    return [f"{{{tags[slot]}}}{number}" for slot in range(MOVED_SLOTS)
            for number in range(KEYS_OF_SLOT)]


class OneCluster(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = cls.enterClassContext(
            RedisCluster(password="of-cluster", node_timeout=5000))
        cls.seed = cls.cluster.nodes[0]
        cls.file = cls.enterClassContext(FleetFile(f"""
            credentials: {{nodes: {{password: of-cluster}}}}
            groups:
              - name: catalogue
                credentials: nodes
                labels: {{team: shop}}
                cluster: {{seeds: ["{cls.seed.address}"]}}
            """))
        cls.exporter = cls.enterClassContext(Exporter(cls.file.flag))
        cls.instances = cls.cluster.addresses()

    def becomes(self, condition, what):
        """Waits until a page fits, and returns it."""
        def page():
            families = self.exporter.scrape()
            return condition(families) and families

        return wait_until(page, what, pause=0.1)

    def up(self, *but):
        """redis_up of each instance when all but these run."""
        gone = {node.address for node in but}
        return {instance: int(instance not in gone) for instance in self.instances}

    def all_up(self, families):
        return by_instance(families, "redis_up") == self.up()

    def is_quiet(self, families):
        return self.all_up(families) and self.holds(families, QUIET)

    @staticmethod
    def holds(families, expected):
        return all(value(families, name, **GROUP) == number for name, number in expected.items())

    def restart(self, node):
        node.start()
        self.cluster.wait_until_agreed(6, slaves=3)
        self.becomes(self.all_up, "all nodes up again")

    def is_master(self, families, node):
        return by_instance(families, "redis_instance_role", role="master").get(node.address)

    def shards(self):
        """Instances by shard, the master first."""
        shards = {}
        for one in json.loads(self.exporter.get("/sd").body):
            labels = one["labels"]
            place = 0 if labels["__meta_redis_role"] == "master" else 1
            shards.setdefault(labels["__meta_redis_shard"], []).insert(place, labels["instance"])
        return shards

    def test_one_seed_finds_all_nodes(self):
        families = self.becomes(self.all_up, "all nodes up")
        for node in self.cluster.nodes:
            labels = {**GROUP, "team": "shop", "instance": node.address}
            self.assertEqual(value(families, "redis_up", **labels), 1)
            self.assertEqual(value(families, "redis_cluster_enabled", **labels), 1)
        self.assertEqual(value(families, "redis_group_expected_nodes", **GROUP), 6)
        self.assertEqual(value(families, SUCCESS, **GROUP), 1)
        masters = [instance for instance, holds in
                   by_instance(families, "redis_instance_role", role="master").items() if holds]
        self.assertEqual(len(masters), 3)
        shards = self.shards()
        self.assertEqual(sorted(map(len, shards.values())), [2, 2, 2])
        self.assertEqual({nodes[0] for nodes in shards.values()}, set(masters))

    def test_a_slot_that_moves(self):
        self.becomes(self.is_quiet, "a healthy Cluster")
        masters = [node for node in self.cluster.nodes
                   if node.info("replication")["role"] == "master"]
        slot = 5
        giver = next(node for node in masters if self.has_slot(node, slot))
        taker = next(node for node in masters if node is not giver)
        try:
            taker.command("CLUSTER", "SETSLOT", slot, "IMPORTING", self.cluster.id_of(giver))
            giver.command("CLUSTER", "SETSLOT", slot, "MIGRATING", self.cluster.id_of(taker))
            self.becomes(lambda families: value(families, "redis_group_slots_open", **GROUP) == 1,
                         "an open slot")
        finally:
            for node in giver, taker:
                node.command("CLUSTER", "SETSLOT", slot, "STABLE")
        self.becomes(self.is_quiet, "no open slot")
        try:
            # The giver first: who heard of it in between would know the slot again.
            for node in giver, *(node for node in self.cluster.nodes if node is not giver):
                node.command("CLUSTER", "DELSLOTS", slot)
            self.becomes(
                lambda families: value(families, "redis_group_slots_uncovered", **GROUP) == 1,
                "a slot without a node")
        finally:
            giver.command("CLUSTER", "ADDSLOTS", slot)
        self.cluster.wait_until_agreed(6, slaves=3)
        self.becomes(self.is_quiet, "a healthy Cluster again")

    @staticmethod
    def has_slot(node, slot):
        (own,) = [line for line in node.command("CLUSTER", "NODES").splitlines()
                  if "myself" in line]
        ranges = [[int(end) for end in word.split("-")] for word in own.split()[8:]
                  if not word.startswith("[")]
        return any(ends[0] <= slot <= ends[-1] for ends in ranges)

    def test_a_master_that_fails(self):
        families = self.becomes(self.all_up, "all nodes up")
        failovers = value(families, "redis_group_failovers_total", **GROUP)
        killed = next(node for node in self.cluster.nodes[1:]
                      if node.info("replication")["role"] == "master")
        (replica,) = self.cluster.replicas_of(killed)
        killed.stop(signal.SIGKILL)
        try:
            replica.wait_for_info("role", "master", "replication")
            families = self.becomes(
                lambda families: self.is_master(families, replica) == 1
                and any(nodes[0] == replica.address for nodes in self.shards().values()),
                "the replica that took over")
            self.assertEqual(by_instance(families, "redis_up"), self.up(killed))
            self.assertEqual(value(families, "redis_group_expected_nodes", **GROUP), 6)
            families = self.becomes(lambda families: value(
                families, "redis_group_masters_without_replica", **GROUP) == 1,
                "a master without a replica")
            self.assertEqual(value(families, "redis_group_failovers_total", **GROUP),
                             failovers + 1)
            self.assertEqual(value(families, "redis_group_masters_without_candidate", **GROUP), 1)
        finally:
            self.restart(killed)
        self.becomes(lambda families: self.is_master(families, killed) == 0,
                     "the old master as a replica")

    def test_a_node_that_comes_is_given_slots_and_goes(self):
        before = self.becomes(self.is_quiet, "a healthy Cluster")
        giver = next(node for node in self.cluster.nodes if self.has_slot(node, 0)
                     and node.info("replication")["role"] == "master")
        keys = keys_to_move()
        for key in keys:
            giver.command("SET", key, "value")
        node = self.cluster.start_node()
        try:
            self.cluster.tool("add-node", node.address, self.seed.address)
            self.cluster.wait_until_agreed(7)
            self.reshard_and_watch(giver, node)
            with_it = {**QUIET, "redis_group_masters": 4, "redis_group_expected_nodes": 7,
                       "redis_group_masters_without_replica": 1,
                       "redis_group_masters_without_candidate": 1}
            families = self.becomes(
                lambda families: by_instance(families, "redis_up").get(node.address) == 1
                and self.holds(families, with_it), "a fourth master")
            moved = by_instance(before, SLOTS)
            moved[giver.address] -= MOVED_SLOTS
            moved[node.address] = MOVED_SLOTS
            self.assertEqual(by_instance(families, SLOTS), moved)
            self.assertEqual(by_instance(families, "redis_up"), dict.fromkeys(moved, 1))
            self.assertEqual(node.command("DBSIZE"), len(keys))
            self.cluster.tool("reshard", self.seed.address, *self.slots(node, giver))
            self.cluster.wait_until_agreed(7)
            self.cluster.tool("del-node", self.seed.address, self.cluster.id_of(node))
            families = self.becomes(self.is_quiet, "the node's disappearance")
        finally:
            self.cluster.nodes.remove(node)
        self.assertEqual(value(families, "redis_group_expected_nodes", **GROUP), 6)
        self.assertEqual(by_instance(families, SLOTS), by_instance(before, SLOTS))
        self.assertNotIn(node.address, self.exporter.get("/metrics").body.decode())
        self.assertEqual(giver.command("DBSIZE"), len(keys))
        # To be given slots, or to lose them, is no failover.
        name = "redis_group_failovers_total"
        self.assertEqual(value(families, name, **GROUP), value(before, name, **GROUP))

    def slots(self, giver, taker):
        """What `reshard` is told to move: the giver's lowest slots."""
        return ("--cluster-from", self.cluster.id_of(giver), "--cluster-to",
                self.cluster.id_of(taker), "--cluster-slots", MOVED_SLOTS, "--cluster-yes")

    def reshard_and_watch(self, giver, taker):
        """Stops the tool at a slot that it moves, until a page tells of that."""
        words = self.cluster.tool_words("reshard", self.seed.address, *self.slots(giver, taker),
                                        "--cluster-pipeline", 1)
        with Program(words) as tool:
            while True:
                tool.pause()
                time.sleep(0.05)  # for what it asked already
                if all(mark in node.command("CLUSTER", "NODES") for mark, node in
                       (("->-", giver), ("-<-", taker))):
                    break
                self.assertIsNone(tool.exit_code(), tool.log())
                tool.resume()
            self.becomes(
                lambda families: self.holds(families, {**SLOTS_SOUND, "redis_group_slots_open": 1})
                and all(by_instance(families, "redis_cluster_open_slots", state=state)
                        .get(node.address) == 1 for state, node in
                        (("migrating", giver), ("importing", taker))), "an open slot")
            tool.resume()
            self.assertEqual(tool.wait(), 0, tool.log())

    def test_without_its_seed_the_cluster_is_followed(self):
        self.becomes(self.all_up, "all nodes up")
        self.seed.stop(signal.SIGKILL)
        killed = time.time()
        try:
            families = self.becomes(
                lambda families: value(families, LAST_SUCCESS, **GROUP) > killed + 0.5,
                "a round without the seed")
            self.assertEqual(value(families, SUCCESS, **GROUP), 1)
            self.assertEqual(by_instance(families, "redis_up"), self.up(self.seed))
        finally:
            self.restart(self.seed)


if __name__ == "__main__":
    unittest.main()
