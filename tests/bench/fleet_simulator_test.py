# SPDX-License-Identifier: Apache-2.0
"""The fleet simulator answers like many servers, and fails like them."""

import pathlib
import socket
import time
import unittest

from support.fleet_simulator import FleetSimulator
from support.resp_client import RedisError

_REPLIES = pathlib.Path(__file__).resolve().parents[1] / "fixtures/redis-7.0/standalone"


def info(client):
    lines = client.command("INFO", "all").splitlines()
    return dict(line.split(":", 1) for line in lines if ":" in line)


class FleetSimulatorTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.simulator = FleetSimulator(_REPLIES)
        cls.addClassCleanup(cls.simulator.close)

    def tearDown(self):
        self.simulator.fault("HEAL")

    def test_addresses_count_on_over_the_last_byte(self):
        self.assertEqual(self.simulator.host(0), "127.1.0.1")
        self.assertEqual(self.simulator.host(254), "127.1.0.255")
        self.assertEqual(self.simulator.host(255), "127.1.1.0")
        self.assertEqual(self.simulator.host(9999), "127.1.39.16")

    def test_nodes_differ_in_run_id_and_memory_and_share_the_rest(self):
        with self.simulator.client(3) as third, self.simulator.client(700) as other:
            first, second = info(third), info(other)
        self.assertEqual(first["tcp_port"], str(self.simulator.port))
        differing = {name for name in first if first[name] != second[name]}
        self.assertEqual(differing, {"run_id", "used_memory"})
        self.assertEqual(len(first["run_id"]), 40)

    def test_a_pipeline_is_answered_in_order_and_whole(self):
        with self.simulator.client(0) as client:
            for _ in range(200):
                client.send("CONFIG", "GET", "*")
                client.send("SLOWLOG", "LEN")
            for _ in range(200):
                self.assertIn("maxmemory", client.reply())
                self.assertIsInstance(client.reply(), int)

    def test_a_command_may_come_in_pieces(self):
        with socket.create_connection((self.simulator.host(0), self.simulator.port), 5) as client:
            for byte in b"*1\r\n$4\r\nPING\r\n":
                client.sendall(bytes([byte]))
                time.sleep(0.001)
            self.assertEqual(client.recv(100), b"+PONG\r\n")

    def test_what_was_not_recorded_is_an_unknown_command(self):
        with self.simulator.client(0) as client:
            with self.assertRaisesRegex(RedisError, "^ERR unknown command"):
                client.command("FLUSHALL")

    def test_a_hung_node_reads_and_does_not_answer_until_healed(self):
        self.simulator.fault("HANG", 5, 2)
        with self.simulator.client(6, timeout=0.2) as hung, self.simulator.client(7) as well:
            self.assertEqual(well.command("PING"), "PONG")
            with self.assertRaises(TimeoutError):
                hung.command("PING")
        with self.simulator.client(6) as hung:
            hung.send("PING")
            time.sleep(0.05)
            self.simulator.fault("HEAL")
            # Its request was lost, so that later replies would be those of other requests.
            with self.assertRaises(ConnectionError):
                hung.reply()
        with self.simulator.client(6) as healed:
            self.assertEqual(healed.command("PING"), "PONG")

    def test_a_closing_node_closes_open_and_new_connections(self):
        with self.simulator.client(1) as opened:
            self.simulator.fault("CLOSE", 1, 1)
            with self.assertRaises(ConnectionError):
                opened.command("PING")
        with self.assertRaises(ConnectionError):
            with self.simulator.client(1) as new:
                new.command("PING")

    def test_a_slow_node_answers_late(self):
        self.simulator.fault("SLOW", 2, 1, 150)
        with self.simulator.client(2) as slow:
            started = time.monotonic()
            self.assertEqual(slow.command("PING"), "PONG")
            self.assertGreaterEqual(time.monotonic() - started, 0.15)


if __name__ == "__main__":
    unittest.main()
