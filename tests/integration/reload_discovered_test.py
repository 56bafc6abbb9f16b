# SPDX-License-Identifier: Apache-2.0
"""Reloads that concern nodes which discovery found."""

import contextlib
import unittest

from support.exporter import Exporter
from support.fleet_file import FleetFile
from support.page import by_instance, value
from support.processes import free_port, wait_until
from support.redis_servers import RedisServer, cluster


def up(exporter):
    return by_instance(exporter.scrape(), "redis_up")


def groups(exporter):
    """instance and group of each node on the page."""
    return sorted((dict(series.labels)["instance"], dict(series.labels)["redis_group"])
                  for series in exporter.scrape()["redis_up"].samples)


class Discovered(unittest.TestCase):
    @contextlib.contextmanager
    def fleet(self, text):
        with FleetFile(text) as file, Exporter(file.flag) as exporter:
            yield file, exporter

    def test_a_group_that_is_discovered(self):
        """What changes for all nodes of a group reaches those that were found before, too."""
        text = """
            groups:
              - name: catalogue
                cluster: {{seeds: ["{address}"]}}
                {more}
            """
        with RedisServer("cluster-enabled yes", f"cluster-port {free_port('127.0.32.4')}",
                         host="127.0.32.4") as node, \
             self.fleet(text.format(address=node.address, more="")) as (file, exporter):
            wait_until(lambda: up(exporter) == {node.address: 1}, "the node")
            self.assertIn("redis_slowlog_length", exporter.scrape())
            file.write(text.format(address=node.address,
                                   more="labels: {team: shop}\n"
                                   "                collectors: {slowlog: false}"))
            self.assertEqual(exporter.reload().status, 200)
            wait_until(lambda: value(exporter.scrape(), "redis_up", instance=node.address,
                                     redis_group="catalogue", team="shop") == 1, "the label")
            wait_until(lambda: "redis_slowlog_length" not in exporter.scrape(),
                       "the end of the collector")
            self.assertEqual(up(exporter), {node.address: 1})

    def moves(self, listed_first):
        """Reloads with and without a listed group of a node that a Cluster has as well."""
        with cluster(2) as (seed, node):
            catalogue = f'  - {{name: catalogue, cluster: {{seeds: ["{seed.address}"]}}}}\n'
            listed = f'  - {{name: first, nodes: ["{node.address}"]}}\n'
            alone = ("groups:\n" + catalogue,
                     sorted([(seed.address, "catalogue"), (node.address, "catalogue")]))
            divided = ("groups:\n" + listed + catalogue,
                       sorted([(seed.address, "catalogue"), (node.address, "first")]))
            changes = (divided, alone) if listed_first else (alone, divided)
            (before, has), (after, expected) = changes
            with self.fleet(before) as (file, exporter):
                wait_until(lambda: groups(exporter) == has, "both nodes")
                file.write(after)
                self.assertEqual(exporter.reload().status, 200)
                with contextlib.suppress(TimeoutError):
                    wait_until(lambda: groups(exporter) == expected, "the groups")
                self.assertEqual(groups(exporter), expected)

    def test_a_node_that_is_listed_later_leaves_its_group(self):
        self.moves(listed_first=False)

    def test_a_node_that_is_listed_no_more_comes_to_its_group(self):
        self.moves(listed_first=True)


if __name__ == "__main__":
    unittest.main()
