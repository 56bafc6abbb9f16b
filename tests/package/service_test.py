# SPDX-License-Identifier: Apache-2.0
"""The systemd unit of the package: systemd finds nothing wrong with it, and the program serves as it
would run it, with what the unit takes away from it."""

import os
import re
import resource
import shlex
import signal
import tempfile
import time
import unittest

from package.built import NAME, UNIT, built_package, installed_root
from package.service import Service, Unit
from support import confinement
from support.notify_socket import NotifySocket
from support.page import value
from support.processes import Program, free_port
from support.redis_servers import RedisServer

EXPOSURE = 20  # of 100, as systemd-analyze counts
PASSWORD = "hunter2"


class Systemd(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = installed_root()
        cls.unit = Unit(cls.root, cls.enterClassContext(tempfile.TemporaryDirectory()))

    def test_systemd_finds_nothing_wrong(self):
        done = self.root.run("systemd-analyze", "verify", UNIT)
        self.assertEqual(done.stdout + done.stderr, "")
        self.root.run("systemd-analyze", "security", "--offline=true",
                      f"--threshold={EXPOSURE}", UNIT)

    def test_systemd_finds_what_is_wrong(self):
        broken = self.root.path / "etc/systemd/system/broken.service"
        broken.write_text(self.unit.text.replace("/usr/bin/redis", "/usr/bin/sider"))
        self.assertNotEqual(self.root.run("systemd-analyze", "verify", broken.name,
                                          check=False).returncode, 0)
        broken.write_text(re.sub(r"^(Protect|Restrict|System|Private).*\n", "", self.unit.text,
                                 flags=re.MULTILINE))
        self.assertNotEqual(self.root.run(
            "systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE}",
            broken.name, check=False).returncode, 0)
        broken.unlink()

    def test_the_file_of_flags_says_what_the_unit_does_without_it(self):
        self.assertEqual(*self.unit.arguments(self.root))

    def test_the_shipped_configuration_is_valid(self):
        self.assertEqual(self.unit.command(self.root)[0], "/usr/bin/redis_fleet_exporter")
        done = self.root.run(*self.unit.command(self.root), "--check-config")
        self.assertEqual(done.stdout, "the configuration is valid\n")
        self.assertEqual(done.stderr, "")
        version = built_package().field("Version").split("-")[0]
        self.assertTrue(self.root.run("redis_fleet_exporter", "--version").stdout.startswith(
            f"redis_fleet_exporter {version} "))
        # Where it says, and for this host alone.
        targets = self.root.run(*self.unit.command(self.root), "--dump-targets").stdout
        self.assertIn("localhost:6379", targets)
        self.assertIn('\nlisten: "127.0.0.1:', self.configuration().read_text())

    def configuration(self):
        return self.root.path / f"etc/{NAME}/fleet.yaml"

    def test_the_confinement_confines(self):
        def confined(*program):
            with Program([*self.unit.confined(self.root), *program]) as running:
                return running.wait(), running.log()

        self.assertEqual(confined("/usr/bin/id", "-u"), (0, f"{confinement.DYNAMIC_USER}\n"))
        for program in (["/usr/bin/nice", "-n", "5", "true"],  # @resources
                        ["/usr/bin/touch", "/tmp/file"],  # ProtectSystem=strict
                        ["/usr/bin/cat", f"/etc/default/{NAME}"],
                        ["/usr/bin/ls", f"/etc/{NAME}/secrets"]):
            self.assertRegex(confined(*program)[1], "Permission denied|not permitted|Read-only",
                             program)
        self.assertNotIn("clock_settime", self.unit.rules)

    def configure(self, redis, port):
        """The administrator's changes: a password, the server, the port."""
        self.credential("secret_main.password", PASSWORD)
        text = re.sub(r"^( *)#(?! )", r"\1", self.configuration().read_text(), flags=re.MULTILINE)
        for shipped, ours in [("localhost:6379", f"localhost:{redis.port}"),
                              ("127.0.0.1:9121", f"127.0.0.1:{port}")]:
            self.assertEqual(text.count(shipped), 1)
            text = text.replace(shipped, ours)
        self.configuration().write_text(text)
        hosts = self.root.path / "etc/hosts"
        hosts.unlink(missing_ok=True)
        hosts.write_text("127.0.0.1 localhost\n")

    def credential(self, name, text):
        """As systemd makes it of LoadCredential=, which it is told where to look for."""
        self.assertIn(f"secret:/etc/{NAME}/secrets", self.unit.values("LoadCredential"))
        folder = self.root.path / "run/credentials" / UNIT
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
        os.chown(folder / name, confinement.DYNAMIC_USER, confinement.DYNAMIC_USER)
        (folder / name).chmod(0o400)

    def test_it_serves_a_redis_reloads_and_ends_under_the_units_confinement(self):
        port, shipped = free_port(), self.configuration().read_text()
        self.addCleanup(self.configuration().write_text, shipped)
        with RedisServer(f"user redis_fleet_exporter on >{PASSWORD} ~* &* +@all",
                         password="another") as redis, \
                NotifySocket(name=f"@fleet-tests-package-{os.getpid()}") as systemd:
            self.configure(redis, port)
            with Service(self.root, self.unit, port, {
                    "NOTIFY_SOCKET": systemd.name, "WATCHDOG_USEC": "2000000"}) as service:
                self.assertEqual(systemd.wait_for("READY=1")["STATUS"],
                                 f"listening on port {port}")
                families = service.scrape()
                node = {"redis_group": "local", "instance": f"localhost:{redis.port}"}
                for name in "redis_up", "redis_exporter_scrape_complete":
                    self.assertEqual(value(families, name, **node), 1, service.log())
                # What a filter could have kept from it without a word.
                self.assertGreater(value(families, "process_resident_memory_bytes"), 1e6)
                self.assertGreater(value(families, "process_open_fds"), 5)
                self.assertEqual(value(families, "process_max_fds"),
                                 resource.getrlimit(resource.RLIMIT_NOFILE)[1])
                self.assertNotIn("level=warn", service.log())
                systemd.wait_for("WATCHDOG=1")

                self.reload(service, systemd, "the configuration is in use")
                self.configuration().write_text(self.configuration().read_text() + "nodess: 1\n")
                self.reload(service, systemd, "the configuration before stays in use: ")
                self.assertEqual(value(service.scrape(), "redis_up", **node), 1)

                began = time.monotonic()
                service.send_signal(signal.SIGTERM)
                systemd.wait_for("STOPPING=1")
                self.assertEqual(service.wait(), 0)
                self.assertLess(time.monotonic() - began, 8)  # nobody is waited for, which is 10 s

    def reload(self, service, systemd, status):
        """As ExecReload= does: by the shell, in which MAINPID is a variable."""
        (command,) = self.unit.values("ExecReload")
        self.root.run(*shlex.split(command), env={**os.environ, "MAINPID": str(service.pid)})
        systemd.wait_for("RELOADING=1")
        self.assertTrue(systemd.wait_for("READY=1")["STATUS"].startswith(status))


if __name__ == "__main__":
    unittest.main()
