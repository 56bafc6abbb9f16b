# SPDX-License-Identifier: Apache-2.0
"""A Redis that is listed under two addresses: counted once in the truth, and told of."""

import unittest

from support.exporter import Exporter
from support.fleet_file import FleetFile
from support.page import value
from support.processes import wait_until
from support.redis_servers import RedisServer

WARNING = "two addresses lead to one server"


class DuplicateNodes(unittest.TestCase):
    def test_two_addresses_of_a_master(self):
        other_host = "127.0.29.1"
        with RedisServer(f"bind 127.0.0.1 {other_host}") as master:
            other = f"{other_host}:{master.port}"
            with RedisServer(f"replicaof {other_host} {master.port}",
                             "repl-diskless-sync-delay 0") as replica:
                replica.wait_for_info("master_link_status", "up", "replication")
                nodes = ", ".join(f'"{address}"'
                                  for address in (master.address, other, replica.address))
                with FleetFile(f"groups: [{{name: pair, nodes: [{nodes}]}}]") as file, \
                        Exporter(file.flag) as exporter:
                    self.is_found(exporter, master.address, other)
                    file.write(f'groups: [{{name: pair, nodes: ["{other}", '
                               f'"{replica.address}"]}}]')
                    exporter.reload()
                    self.becomes(exporter, 0, redis_group_answering_nodes=2,
                                 redis_group_failover_candidates=1)

    def is_found(self, exporter, first, other):
        self.becomes(exporter, 1, redis_group_answering_nodes=2, redis_group_masters=1,
                     redis_group_split_brain=0, redis_group_failover_candidates=1,
                     redis_group_stale_replicas=0, redis_group_expected_nodes=3)
        families = exporter.scrape("/metrics")
        self.assertEqual(value(families, "redis_group_duplicate_nodes",
                               redis_group="pair"), 1)
        lines = [line for line in exporter.log().splitlines() if WARNING in line]
        self.assertEqual(len(lines), 1, lines)
        for part in (f' instance="{first}"', f' other_instance="{other}"',
                     ' redis_group="pair"', ' other_redis_group="pair"'):
            self.assertIn(part, lines[0])

    def becomes(self, exporter, duplicates, **expected):
        def as_expected():
            families = exporter.scrape("/metrics/fleet")
            return value(families, "redis_group_duplicate_nodes",
                         redis_group="pair") == duplicates and all(
                value(families, name, redis_group="pair") == number
                for name, number in expected.items())

        wait_until(as_expected, f"{duplicates} duplicates, {expected}", pause=0.1)


if __name__ == "__main__":
    unittest.main()
