# SPDX-License-Identifier: Apache-2.0
"""What promtool finds in a page as served: the names that redis_exporter gave, and nothing else."""

import pathlib
import subprocess
import unittest

from support.exporter import Exporter
from support.page import require_complete
from support.redis_servers import cluster, replica_pair, sentinel
from support.traffic import use

LEGACY = pathlib.Path(__file__).resolve().parents[1] / "golden/legacy_names.txt"


def complaints(page):
    """What promtool says, by metric. It ends with 3 when it has something to complain about."""
    run = subprocess.run(["promtool", "check", "metrics"], input=page, capture_output=True,
                         timeout=60)
    lines = (run.stdout + run.stderr).decode().splitlines()
    if run.returncode not in (0, 3):
        raise AssertionError("promtool cannot read it:\n" + "\n".join(lines))
    return {line.split(" ", 1)[0]: line for line in lines}


class Promtool(unittest.TestCase):
    legacy = set(LEGACY.read_text().split())

    def check(self, node, *flags):
        with self.subTest(flags=flags), Exporter(f"--redis.addr={node.url}", *flags) as exporter:
            require_complete(exporter.scrape())
            found = complaints(exporter.get("/metrics").body)
            self.assertGreater(len(found), 5)
            self.assertEqual({name: text for name, text in found.items()
                              if name not in self.legacy}, {})

    def test_a_master_with_traffic_its_replica_and_their_sentinel(self):
        with replica_pair("appendonly yes") as (master, replica), sentinel(master) as watching:
            use(master, "rich", rounds=1)
            for node in master, replica, watching:
                self.check(node)
            self.check(master, "--include-config-metrics", "--include-modules-metrics",
                       "--export-client-list", "--latency-histogram-buckets=full")

    def test_a_cluster_node(self):
        with cluster(2) as nodes:
            self.check(nodes[0])


if __name__ == "__main__":
    unittest.main()
