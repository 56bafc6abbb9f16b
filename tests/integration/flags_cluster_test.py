# SPDX-License-Identifier: Apache-2.0
"""A Cluster behind --redis.addr: its nodes for HTTP service discovery, and keys wherever they are."""

import ipaddress
import json
import unittest

from support import busy_machine
from support.exporter import Exporter
from support.page import value
from support.processes import wait_until
from support.redis_cluster import RedisCluster

PATH = "/discover-cluster-nodes"
PASSWORD = "of-cluster"


class FlagsCluster(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = cls.enterClassContext(RedisCluster(
            password=PASSWORD, network="127.0.57", node_timeout=busy_machine.SILENCE))
        cls.seed = cls.cluster.nodes[0]
        cls.masters = cls.cluster.nodes[:3]
        for number in range(300):
            cls.cluster.owner(f"key:{number}").command("SET", f"key:{number}", number)
        for master, replica in zip(cls.masters, cls.cluster.nodes[3:]):
            wait_until(lambda m=master, r=replica: m.command("DBSIZE") == r.command("DBSIZE"),
                       "the replicas have all keys")

    def exporter(self, *flags, address=None):
        return self.enterContext(Exporter(f"--redis.addr={address or self.seed.address}",
                                          "--is-cluster", *flags,
                                          env={"REDIS_PASSWORD": PASSWORD}))

    def test_the_nodes_are_listed_and_may_be_scraped(self):
        exporter = self.exporter()
        answer = exporter.get(PATH)
        self.assertEqual((answer.status, answer.headers["Content-Type"]),
                         (200, "application/json"))
        targets = {f"redis://{node.address}" for node in self.cluster.nodes}
        (group,) = json.loads(answer.body)
        self.assertEqual((set(group["targets"]), group["labels"]), (targets, {}))
        for node in self.cluster.nodes:
            page = exporter.scrape(f"/scrape?target=redis://{node.address}")
            self.assertEqual(value(page, "redis_process_id"), node.pid)
        self.assertEqual(exporter.get("/scrape?target=redis://127.0.0.1:1").status, 403)
        # The telemetry path stays that of one node.
        page = exporter.scrape()
        self.assertEqual(len(self.rows(page, "redis_up")), 1)
        self.assertEqual(value(page, "redis_process_id"), self.seed.pid)
        self.assertEqual(value(page, "redis_exporter_discovery_success", redis_group=""),
                         1)

    def test_without_the_flag_or_without_a_cluster_it_says_so(self):
        with Exporter(f"--redis.addr={self.seed.url}") as exporter:
            answer = exporter.get(PATH)
            self.assertEqual(answer.status, 400)
            self.assertIn(b"--is-cluster", answer.body)
        with Exporter("--redis.addr=127.0.0.1:1", "--is-cluster") as exporter:
            self.assertEqual(exporter.get(PATH).status, 503)
            self.assertEqual(value(exporter.scrape(), "redis_up"), 0)

    @staticmethod
    def rows(page, name):
        """(labels, value) of each series."""
        family = page.get(name)
        return [(dict(series.labels), number) for series, number in family.samples.items()] \
            if family else []

    def counted(self, exporter):
        """A page with the keys of three nodes, as {instance: keys}: None is the node itself."""
        def page():
            families = exporter.scrape()
            rows = self.rows(families, "redis_keys_count")
            return len(rows) == 3 and families

        page = wait_until(page, "the keys of three nodes are counted")
        rows = self.rows(page, "redis_keys_count")
        return page, {labels.get("instance"): number for labels, number in rows}

    def test_keys_are_found_wherever_they_are(self):
        exporter = self.exporter("--check-single-keys=key:1,key:2,key:3,key:4,key:5,none",
                                 "--count-keys=key:*")
        page, counts = self.counted(exporter)
        instances = {node: node.address for node in self.masters} | {self.seed: None}
        self.assertEqual(counts, {instances[node]: node.command("DBSIZE")
                                  for node in self.masters})
        self.assertEqual(sum(counts.values()), 300)
        sizes = {labels["key"]: (labels.get("instance"), number)
                 for labels, number in self.rows(page, "redis_key_size")}
        # Of a key that is nowhere, the node says so that would have it.
        self.assertEqual(sizes, {key: (instances[self.cluster.owner(key)], int(key != "none"))
                                 for key in ["none", *(f"key:{n}" for n in range(1, 6))]})
        success = self.rows(page, "redis_exporter_check_success")
        self.assertEqual({number for _, number in success}, {1})
        self.assertEqual(len(success), 6)
        self.assertEqual(len(self.rows(page, "redis_up")), 1)
        exporter.scrape()
        for node in self.cluster.nodes:
            self.assertNotIn("errorstat_MOVED", node.info("errorstats"))

    def test_a_master_that_lets_nobody_in_is_told_of(self):
        exporter = self.exporter("--count-keys=key:*")
        self.counted(exporter)
        lost = self.masters[2]
        lost.command("CONFIG", "SET", "requirepass", "another")
        try:
            for row in lost.command("CLIENT", "LIST").splitlines():
                if "name=redis_fleet_exporter" in row:
                    lost.command("CLIENT", "KILL", "ID", row.split()[0].removeprefix("id="))
            page = exporter.scrape()
        finally:
            lost.command("CONFIG", "SET", "requirepass", PASSWORD)
        success = {labels.get("instance"): number for labels, number in
                   self.rows(page, "redis_exporter_check_success")}
        self.assertEqual(success, {None: 1, self.masters[1].address: 1, lost.address: 0})
        self.assertEqual(len(self.rows(page, "redis_keys_count")), 2)

    def test_replicas_can_be_asked_instead(self):
        exporter = self.exporter("--count-keys=key:*", "--skip-checkkeys-for-role-master")
        _, counts = self.counted(exporter)
        self.assertEqual(sum(counts.values()), 300)
        self.assertEqual(set(counts), {node.address for node in self.cluster.nodes[3:]})

    def test_the_node_under_another_name_is_not_told_twice(self):
        number = int(ipaddress.ip_address(self.seed.host))
        exporter = self.exporter("--count-keys=key:*", address=f"{number}:{self.seed.port}")
        _, counts = self.counted(exporter)
        self.assertEqual(sum(counts.values()), 300)
        self.assertNotIn(self.seed.address, counts)


if __name__ == "__main__":
    unittest.main()
