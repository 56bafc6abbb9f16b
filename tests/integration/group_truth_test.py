# SPDX-License-Identifier: Apache-2.0
"""What only the comparison of a group's nodes can tell: each truth is broken, seen, and mended."""

import unittest

from support.exporter import Exporter
from support.fleet_file import FleetFile
from support.page import by_instance, value
from support.processes import wait_until
from support.redis_servers import RedisServer

GROUP = {"redis_group": "sessions"}


class ListedGroup(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.master = cls.start("127.0.28.1")
        cls.one, cls.other = (cls.start(f"127.0.28.{number}",
                                        f"replicaof {cls.master.host} {cls.master.port}")
                              for number in (2, 3))
        cls.replicas = cls.one, cls.other
        nodes = ", ".join(f'"{server.address}"' for server in (cls.master, *cls.replicas))
        cls.file = cls.enterClassContext(
            FleetFile(f"groups: [{{name: sessions, nodes: [{nodes}]}}]"))
        cls.exporter = cls.enterClassContext(Exporter(cls.file.flag))

    @staticmethod
    def server(host, *lines):
        return RedisServer(f"bind-source-addr {host}", f"replica-announce-ip {host}",
                           "protected-mode no", "repl-diskless-sync-delay 0",
                           "repl-ping-replica-period 1", *lines, host=host)

    @classmethod
    def start(cls, host, *lines):
        return cls.enterClassContext(cls.server(host, *lines))

    def setUp(self):
        self.is_healthy()
        self.addCleanup(self.is_healthy)

    def is_healthy(self):
        """All truths as they are when nothing is broken."""
        self.becomes(
            redis_group_answering_nodes=3, redis_group_masters=1, redis_group_split_brain=0,
            redis_group_failover_candidates=2, redis_group_masters_without_candidate=0,
            redis_group_masters_without_replica=0, redis_group_chained_replicas=0,
            redis_group_stale_replicas=0, redis_group_replicas_on_master_host=0,
            redis_group_shards_on_one_host=0, redis_group_versions=1)

    def becomes(self, **expected):
        """Waits until the series of the group have these values, and returns the page."""
        def page():
            families = self.exporter.scrape("/metrics/fleet")
            return all(value(families, name, **GROUP) == number
                       for name, number in expected.items()) and families

        return wait_until(page, str(expected), pause=0.1)

    def follows_again(self, replica, master=None):
        master = master or self.master
        replica.command("REPLICAOF", master.host, master.port)
        replica.wait_for_info("master_link_status", "up", "replication")

    def test_lag_by_both_ends(self):
        for _ in range(100):
            self.master.command("SET", "key", "x" * 100)
        families = self.becomes(redis_group_masters=1)
        for end in "master", "replica":
            seconds = by_instance(families, "redis_group_replica_lag_seconds", end=end)
            self.assertEqual(set(seconds), {server.address for server in self.replicas})
            self.assertTrue(all(0 <= age <= 11 for age in seconds.values()), seconds)
        self.assertEqual(set(by_instance(families, "redis_group_replica_lag_bytes")),
                         {server.address for server in self.replicas})

        def backlog():
            page = self.exporter.scrape("/metrics/fleet")
            return by_instance(page, "redis_group_backlog_seconds")

        self.assertEqual(set(wait_until(backlog, "the backlog's seconds")),
                         {self.master.address})

    def test_split_brain(self):
        self.one.command("REPLICAOF", "NO", "ONE")
        try:
            self.becomes(redis_group_split_brain=1, redis_group_masters=2)
            # A master that lacks its replicas takes no writes.
            self.one.command("CONFIG", "SET", "min-replicas-to-write", "1")
            self.becomes(redis_group_split_brain=0, redis_group_masters=2)
        finally:
            self.one.command("CONFIG", "SET", "min-replicas-to-write", "0")
            self.follows_again(self.one)

    def test_chained_replica(self):
        self.follows_again(self.one, self.other)
        try:
            self.becomes(redis_group_chained_replicas=1, redis_group_stale_replicas=0,
                         redis_group_failover_candidates=1)
        finally:
            self.follows_again(self.one)

    def test_replica_of_another_master(self):
        with self.server("127.0.28.9") as stranger:
            self.follows_again(self.one, stranger)
            try:
                self.becomes(redis_group_stale_replicas=1, redis_group_failover_candidates=1)
            finally:
                self.follows_again(self.one)

    def test_replicas_that_are_never_promoted(self):
        for server in self.replicas:
            server.command("CONFIG", "SET", "replica-priority", "0")
        try:
            self.becomes(redis_group_failover_candidates=0,
                         redis_group_masters_without_candidate=1,
                         redis_group_masters_without_replica=0)
        finally:
            for server in self.replicas:
                server.command("CONFIG", "SET", "replica-priority", "100")

    def test_settings_that_differ(self):
        def values():
            """As an exporter sees them that was just started: they are asked once a minute."""
            with Exporter(self.file.flag) as exporter:
                return wait_until(lambda: value(
                    exporter.scrape("/metrics/fleet"), "redis_group_setting_values", **GROUP,
                    setting="maxmemory"), "settings")

        self.assertEqual(values(), 1)
        self.one.command("CONFIG", "SET", "maxmemory", "100mb")
        try:
            self.assertEqual(values(), 2)
        finally:
            self.one.command("CONFIG", "SET", "maxmemory", "0")

    def test_a_node_that_hangs(self):
        """It loses its own samples, and the comparison counts it out."""
        self.one.pause()
        try:
            families = self.becomes(redis_group_answering_nodes=2,
                                    redis_group_failover_candidates=1)
            self.assertEqual(value(families, "redis_group_expected_nodes", **GROUP), 3)
            # Of an exporter that gives up sooner.
            with Exporter(self.file.flag, "--connection-timeout=4s") as exporter:
                self.assertEqual(by_instance(exporter.scrape(), "redis_up"), {
                    self.master.address: 1, self.one.address: 0, self.other.address: 1})
        finally:
            self.one.resume()


if __name__ == "__main__":
    unittest.main()
