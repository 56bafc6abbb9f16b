# SPDX-License-Identifier: Apache-2.0
"""What systemd is told: that the exporter is ready, reads its configuration again, and ends."""

import os
import signal
import time
import unittest

from support.exporter import Exporter, run_exporter
from support.fleet_file import FleetFile
from support.notify_socket import NotifySocket
from support.processes import free_port, wait_until

FLEET = 'groups:\n  - {name: caches, nodes: ["127.0.0.1:1"]}\n'


def told(systemd, **variables):
    """The environment of a service."""
    return {"NOTIFY_SOCKET": systemd.name, **variables}


class SystemdIsTold(unittest.TestCase):
    def test_the_exporter_is_ready_when_it_says_so(self):
        for options in {}, {"name": f"@fleet-tests-notify-{os.getpid()}"}:
            with self.subTest(**options), NotifySocket(**options) as systemd, \
                 Exporter("--redis.addr=", env=told(systemd)) as exporter:
                message = systemd.receive()
                self.assertEqual(message, {"READY": "1",
                                           "STATUS": f"listening on port {exporter.port}"})
                self.assertEqual(exporter.get("/-/healthy").status, 200)

    def test_an_exporter_that_cannot_listen_is_never_ready(self):
        with Exporter("--redis.addr=") as first, NotifySocket() as systemd:
            done = run_exporter("--redis.addr=", f"--web.listen-address=127.0.0.1:{first.port}",
                                env=told(systemd))
            self.assertEqual(done.returncode, 1, done.stderr)
            with self.assertRaises(TimeoutError):
                systemd.receive(timeout=0.1)

    def test_reloads_and_the_end(self):
        with FleetFile(FLEET) as file, NotifySocket() as systemd, \
             Exporter(file.flag, env=told(systemd)) as exporter:
            systemd.wait_for("READY=1")
            for text, status in [
                    (FLEET + "allowed_targets: [127.0.32.2]\n", "the configuration is in use"),
                    (FLEET + "nodess: 1\n", "the configuration before stays in use: "),
                    (FLEET + "nodess: 1\nnodesss: 2\n", "the configuration before stays in use: "),
                    (FLEET + f"{'n' * 9000}: 1\n", "the configuration before stays in use: "),
                    (FLEET, "the configuration is in use")]:
                file.write(text)
                before = time.monotonic_ns() // 1000
                exporter.send_signal(signal.SIGHUP)
                begun = systemd.receive()
                self.assertEqual(begun["RELOADING"], "1")
                self.assertGreaterEqual(int(begun["MONOTONIC_USEC"]), before)
                self.assertLessEqual(int(begun["MONOTONIC_USEC"]), time.monotonic_ns() // 1000)
                ended = systemd.receive()
                self.assertEqual(ended["READY"], "1")
                self.assertTrue(ended["STATUS"].startswith(status), ended)
            exporter.send_signal(signal.SIGTERM)
            self.assertEqual(systemd.receive()["STOPPING"], "1")
            self.assertEqual(exporter.wait(), 0)

    def test_the_watchdog_hears_of_the_loop_and_not_of_one_that_hangs(self):
        with NotifySocket() as systemd, Exporter(
                "--redis.addr=", env=told(systemd, WATCHDOG_USEC="400000")) as exporter:
            began = time.monotonic()
            systemd.forget()
            for _ in range(5):
                systemd.wait_for("WATCHDOG=1")
            self.assertGreater(time.monotonic() - began, 0.5)
            exporter.pause()
            try:
                wait_until(exporter.is_paused, "the pause")
                systemd.forget()
                with self.assertRaises(TimeoutError):
                    systemd.wait_for("WATCHDOG=1", timeout=1)
            finally:
                exporter.resume()
            systemd.wait_for("WATCHDOG=1")

    def test_the_watchdog_of_another_process_is_left_alone(self):
        for variables in {"WATCHDOG_PID": "1", "WATCHDOG_USEC": "100000"}, {"WATCHDOG_USEC": "x"}:
            with self.subTest(**variables), NotifySocket() as systemd, \
                 Exporter("--redis.addr=", env=told(systemd, **variables)):
                systemd.wait_for("READY=1")
                with self.assertRaises(TimeoutError):
                    systemd.wait_for("WATCHDOG=1", timeout=0.5)

    def test_who_does_not_listen_is_no_obstacle(self):
        port = free_port()
        for name in "/nowhere/notify", "@fleet-tests-nobody", "vsock:2:1", "", "/" + "n" * 200:
            with self.subTest(name), Exporter(
                    "--redis.addr=", port=port, env={"NOTIFY_SOCKET": name}) as exporter:
                self.assertEqual(exporter.get("/-/healthy").status, 200)
                self.assertEqual("systemd was not told" in exporter.log(),
                                 name.startswith(("/", "@")))
                self.assertEqual(exporter.stop(), 0)

    def test_a_systemd_that_hangs_does_not_hold_up_the_exporter(self):
        with NotifySocket() as systemd, Exporter("--redis.addr=", env=told(systemd)) as exporter:
            for _ in range(200):
                if "systemd was not told" in exporter.log():
                    break
                began = time.monotonic()
                self.assertEqual(exporter.reload().status, 200)
                self.assertLess(time.monotonic() - began, 20)
            self.assertIn("systemd was not told", exporter.log())
            self.assertEqual(exporter.get("/-/healthy").status, 200)


if __name__ == "__main__":
    unittest.main()
