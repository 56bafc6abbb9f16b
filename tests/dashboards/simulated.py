# SPDX-License-Identifier: Apache-2.0
"""A large fleet that one process plays: what the exporter tells of itself is real, and of its nodes all
but memory is the same. What changes with time is in history.py."""

import contextlib
import json

from bench.record_replies import record
from dashboards.fleet import configuration
from support.exporter import Exporter
from support.fleet_file import FleetFile
from support.fleet_simulator import FleetSimulator
from support.prometheus import Prometheus


class SimulatedFleet(contextlib.ExitStack):
    """As fleet.Fleet, with nodes that are each a group of their own."""

    def __init__(self, nodes, way="page"):
        super().__init__()
        self.nodes = nodes
        with contextlib.ExitStack() as stack:
            simulator = stack.enter_context(FleetSimulator(record("typical")))
            addresses = json.dumps(simulator.addresses(nodes))
            file = stack.enter_context(FleetFile(
                f"groups: [{{name: simulated, standalone: true, nodes: {addresses}}}]"))
            self.exporter = stack.enter_context(Exporter(file.flag, timeout=60))
            self.prometheus = {way: stack.enter_context(Prometheus(
                configuration(way, self.exporter, interval="5s")))}
            self.push(stack.pop_all())

    def wait_until_scraped(self):
        for prometheus in self.prometheus.values():
            prometheus.becomes("count(redis_up == 1)", lambda found: found == {"": self.nodes}, 120)

    def fail_over(self):
        """There is nobody to."""
