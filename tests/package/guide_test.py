# SPDX-License-Identifier: Apache-2.0
"""The commands of deploy/systemd/README.md, one after the other, in a clean Debian 12.

apt-get is dpkg there, the editor changes nothing, and systemctl, without a systemd, keeps a list."""

import re
import shutil
import subprocess
import tempfile
import unittest

from lint import tree
from package.built import NAME, SOCKET, UNIT, built_package, installed_root
from package.service import Service, Unit
from support.exporter import exporter_path
from support.guide import blocks
from support.processes import free_port
from support.redis_servers import RedisServer

GUIDE = "deploy/systemd/README.md"
STAND_INS = """
cd /tmp
systemctl() { echo "$@" >> /tmp/systemctl.log; }
editor() { test -w "$1"; }
apt-get() { dpkg "--$1" "${@: -1}"; }
"""


class Guide(unittest.TestCase):
    maxDiff = None

    def clean(self):
        self.root = self.enterContext(built_package().root())
        self.build = self.root.path / "tmp/build/release"
        self.build.mkdir(parents=True)

    def shell(self, script):
        return self.root.run("bash", "-euo", "pipefail", "-c", STAND_INS + script).stdout

    def marked(self, mark):
        (text,) = [text for found, _, text in blocks(GUIDE) if found == mark]
        return text

    def configuration(self):
        return self.root.path / f"etc/{NAME}/fleet.yaml"

    def told_systemd(self):
        log = self.root.path / "tmp/systemctl.log"
        said = log.read_text().splitlines()
        log.unlink()
        return said

    def test_the_package_from_its_installation_to_its_end(self):
        self.clean()
        shutil.copy(built_package().path, self.build)
        install, *others = [text for mark, _, text in blocks(GUIDE) if mark == "test"]
        self.shell(install)
        self.serve()
        for script in others:
            self.shell(script)
        self.assertEqual(self.told_systemd(), [
            f"reload {NAME}", f"status --no-pager {NAME}", f"restart {NAME}",
            "daemon-reload", f"stop {UNIT}", f"enable --now {SOCKET}", f"start {UNIT}",
            f"disable --now {SOCKET}", "daemon-reload", f"restart {UNIT}"])
        self.assertFalse((self.root.path / f"etc/{NAME}").exists())

    def test_a_socket_of_systemd(self):
        self.clean()
        built_package().install(self.root)
        systemd = self.root.path / "etc/systemd/system"
        before = self.root.files()
        to_it, back = [text for _, _, text in blocks(GUIDE) if SOCKET in text]
        self.shell(to_it)
        self.assertEqual(self.root.run("systemd-analyze", "verify", SOCKET, UNIT).stderr, "")
        drop_in = (systemd / f"{UNIT}.d/socket.conf").read_text()
        self.assertIn(f"Requires={SOCKET}", drop_in)
        (variable,) = re.findall("^Environment=(.*)$", drop_in, re.MULTILINE)
        with tempfile.TemporaryDirectory() as folder:
            command = Unit(self.root, folder).command(self.root)
            done = self.root.run("env", variable, *command, check=False)
        self.assertIn("systemd gave no socket", done.stderr)
        self.shell(back)
        left = {path for path in self.root.files() - before if path.startswith("etc/")}
        self.assertEqual(left, {f"etc/systemd/system/{UNIT}.d"})

    def serve(self):
        """What the guide looks at, on ports of ours."""
        shipped, port = self.configuration().read_text(), free_port()
        with RedisServer() as redis, tempfile.TemporaryDirectory() as folder:
            self.configuration().write_text(
                shipped.replace("localhost:6379", redis.address).replace(":9121", f":{port}"))
            with Service(self.root, Unit(self.root, folder), port, {}):
                script = self.marked("test outside").replace("localhost:9121", f"127.0.0.1:{port}")
                done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], check=True,
                                      capture_output=True, text=True, timeout=30)
        self.assertRegex(done.stdout, r"^redis_up{.*} 1\n$")
        self.configuration().write_text(shipped)

    def test_what_the_guide_says_of_files(self):
        self.root = installed_root()
        shipped = re.sub(r"^( *)#(?! )", r"\1", self.configuration().read_text(),
                         flags=re.MULTILINE)
        self.assertIn(self.marked("configuration"), shipped)
        override = self.root.path / f"etc/systemd/system/{UNIT}.d/override.conf"
        override.parent.mkdir()
        override.write_text(self.marked("override"))
        done = self.root.run("systemd-analyze", "verify", UNIT)
        self.assertEqual(done.stdout + done.stderr, "")
        for path in re.findall(r"^\| `(/\S+)` \|", tree.text(GUIDE), re.MULTILINE):
            self.assertTrue((self.root.path / path[1:]).exists(), path)
        rated = self.root.run("systemd-analyze", "security", "--offline=true", UNIT, check=False)
        self.assertIn("Overall exposure level", rated.stdout)
        shutil.rmtree(override.parent)
        (said,) = re.findall(r"rates it (\d\.\d) of 10", tree.text(GUIDE))
        rated = self.root.run("systemd-analyze", "security", "--offline=true", UNIT)
        self.assertIn(f"Overall exposure level for {UNIT}: {said} OK", rated.stdout)

    def test_the_unit_without_the_package(self):
        self.clean()
        shutil.copy(exporter_path(), self.build)
        shutil.copytree(tree.TOP / "deploy", self.build.parents[1] / "deploy")
        self.shell(self.marked("test apart"))
        self.assertEqual(self.told_systemd(), ["daemon-reload", f"enable --now {NAME}"])
        done = self.root.run("systemd-analyze", "verify", UNIT)
        self.assertEqual(done.stdout + done.stderr, "")
        self.root.run("redis_fleet_exporter", "--check-config",
                      f"--config.file=/etc/{NAME}/fleet.yaml")


if __name__ == "__main__":
    unittest.main()
