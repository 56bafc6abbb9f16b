# SPDX-License-Identifier: Apache-2.0
"""Thousands of Redis nodes that one process plays, each at an address of its own.

    with FleetSimulator(replies) as simulator:
        simulator.addresses(3)      # ["127.1.0.1:PORT", "127.1.0.2:PORT", "127.1.0.3:PORT"]
        simulator.fault("HANG", 0, 50)
"""

import os
import pathlib

from .processes import Program, accepts, free_port
from .resp_client import RespClient

_TOP = pathlib.Path(__file__).resolve().parents[2]


def simulator_path():
    """$SIMULATOR, or the release build's."""
    return os.environ.get("SIMULATOR", str(_TOP / "build/release/fleet_simulator"))


class FleetSimulator(Program):
    def __init__(self, replies, port=None):
        """replies: a folder with a file of raw RESP for each command."""
        self.port = port or free_port()
        super().__init__([simulator_path(), "--port", self.port, "--replies", replies],
                         answers=lambda: accepts("127.0.0.1", self.port), name="fleet_simulator")

    @staticmethod
    def host(node):
        """Nodes count from 0, which is 127.1.0.1."""
        number = (1 << 16) + 1 + node
        return f"127.{number >> 16}.{number >> 8 & 255}.{number & 255}"

    def addresses(self, count):
        return [f"{self.host(node)}:{self.port}" for node in range(count)]

    def client(self, node, **options):
        return RespClient((self.host(node), self.port), **options)

    def fault(self, *words):
        """HANG, CLOSE or SLOW, FIRST, COUNT (SLOW: and MILLISECONDS), or HEAL."""
        with RespClient(("127.0.0.1", self.port)) as client:
            client.command(*words)

    def stats(self):
        """open, accepted, commands, unknown."""
        with RespClient(("127.0.0.1", self.port)) as client:
            lines = client.command("STATS").splitlines()
        return {name: int(value) for name, value in (line.split(":") for line in lines)}
