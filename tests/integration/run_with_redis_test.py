# SPDX-License-Identifier: Apache-2.0
"""tools/run-with-redis, what `make run` ends in: Redis and exporter begin and end together.

The script is run as it is, but for Redis's port: 6379 may be somebody's on this machine.
"""

import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import unittest

from support.exporter import exporter_path
from support.processes import accepts, free_port, wait_until

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "tools/run-with-redis"
HOST = "127.0.0.1"


class RunWithRedis(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="fleet-run-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.redis_port, self.port = free_port(), free_port()
        self.script = self.folder / "run-with-redis"
        self.script.write_text(SCRIPT.read_text().replace("6379", str(self.redis_port)))
        self.script.chmod(0o755)
        # The exporter's own default is 6379 too.
        self.exporter = self.folder / "exporter"
        self.exporter.write_text(f"#!/bin/sh\nREDIS_ADDR=redis://{HOST}:{self.redis_port} "
                                 f"exec {pathlib.Path(exporter_path()).resolve()} \"$@\"\n")
        self.exporter.chmod(0o755)
        self.output = self.folder / "output"

    def start(self, *arguments):
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith("REDIS_")}
        with open(self.output, "wb") as output:
            run = subprocess.Popen(
                [self.script, self.exporter, f"--web.listen-address={HOST}:{self.port}",
                 *arguments], stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                env={**environment, "TMPDIR": str(self.folder)})
        self.addCleanup(lambda: run.poll() is None and (run.terminate(), run.wait(10)))
        return run

    def says(self, text):
        wait_until(lambda: text in self.output.read_text(), f"{text} in {self.output.read_text()}")

    def assert_ended(self):
        for port in self.port, self.redis_port:
            wait_until(lambda port=port: not accepts(HOST, port), f"port {port} is free again")

    def test_a_signal_ends_both_and_leaves_nothing(self):
        for number in signal.SIGINT, signal.SIGTERM:
            with self.subTest(number):
                run = self.start()
                self.says(f"Open http://localhost:{self.port}/metrics")
                self.assertNotIn("redis_up is 0", self.output.read_text())
                self.assertTrue(accepts(HOST, self.redis_port))
                run.send_signal(number)
                self.assertEqual(run.wait(15), 0, self.output.read_text())
                self.assert_ended()
                self.assertEqual(sorted(path.name for path in self.folder.iterdir()),
                                 ["exporter", "output", "run-with-redis"])

    def test_both_end_when_the_script_is_killed(self):
        run = self.start()
        self.says("Open http")
        run.kill()
        run.wait(10)
        self.assert_ended()

    def test_a_port_in_use_is_the_exporters_own_error(self):
        with socket.create_server((HOST, self.port)):
            run = self.start()
            self.assertNotEqual(run.wait(15), 0)
        output = self.output.read_text()
        self.assertIn(str(self.port), output)
        self.assertIn("in use", output.lower())
        self.assertNotIn("Open http", output)
        self.assertFalse(accepts(HOST, self.redis_port))

    def test_no_redis_is_started_where_an_address_is_given(self):
        run = self.start(f"--redis.addr=redis://{HOST}:{self.redis_port}")
        self.says("Open http")
        self.assertFalse(accepts(HOST, self.redis_port))
        run.terminate()
        self.assertEqual(run.wait(15), 0)

    def test_a_server_that_runs_already_is_used_and_left(self):
        with socket.create_server((HOST, self.redis_port)):  # it never answers
            run = self.start()
            self.says("Using the server")
            self.says("redis_up is 0: see the log line above")
            self.says("Open http")
            run.terminate()
            self.assertEqual(run.wait(15), 0, self.output.read_text())
            self.assertTrue(accepts(HOST, self.redis_port))


if __name__ == "__main__":
    unittest.main()
