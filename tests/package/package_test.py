# SPDX-License-Identifier: Apache-2.0
"""The Debian package of a build: what is in it, and that it comes into a clean Debian 12 and goes."""

import gzip
import os
import pathlib
import re
import stat
import subprocess
import unittest

from lint import tree
from package.built import NAME, UNIT, built_package, installed_root

SHARE = f"usr/share/{NAME}"
CONFFILES = [f"etc/default/{NAME}", f"etc/{NAME}/fleet.yaml"]
# What says that the unit was enabled, so that a disabled one stays disabled when it comes again.
ENABLED = [f"etc/systemd/system/multi-user.target.wants/{UNIT}",
           f"var/lib/systemd/deb-systemd-helper-enabled/{UNIT}.dsh-also",
           f"var/lib/systemd/deb-systemd-helper-enabled/multi-user.target.wants/{UNIT}"]
MODES = {f"etc/{NAME}/secrets": 0o700, f"etc/default/{NAME}": 0o600,
         "usr/bin/redis_fleet_exporter": 0o755, f"{SHARE}/rules/render": 0o755}


class Package(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.root, self.package = installed_root(), built_package()

    def installed(self):
        return self.root.run("dpkg-query", "-L", NAME).stdout.split("\n")[1:-1]

    def test_its_files_are_those_of_the_sources_and_have_their_modes(self):
        self.assertEqual(self.root.run("dpkg", "--verify", NAME).stdout, "")
        for path in self.installed():
            found = (self.root.path / path[1:]).lstat()
            usual = 0o755 if stat.S_ISDIR(found.st_mode) else 0o644
            with self.subTest(path):
                self.assertEqual((found.st_uid, found.st_gid), (0, 0))
                self.assertEqual(oct(stat.S_IMODE(found.st_mode)),
                                 oct(MODES.get(path[1:], usual)))
        share = self.root.path / SHARE
        packed = {str(path.relative_to(share)) for path in share.rglob("*") if path.is_file()}
        sources = {name for name in tree.files() if re.fullmatch(
            r"README\.md|(rules|docs)/.*|dashboards/redis-.*\.json|deploy/.*", name)
            and not re.match(r"docs/pictures/|deploy/(debian|compose)/|.*\.service$", name)}
        self.assertEqual(packed, sources)
        for name in sources:
            self.assertEqual((share / name).read_bytes(), (tree.TOP / name).read_bytes(), name)

    def test_it_is_a_package_as_debian_has_them(self):
        control = self.package.field
        ours = subprocess.check_output(["dpkg", "--print-architecture"], text=True).strip()
        self.assertEqual(control("Architecture"), ours)
        self.assertIn("libssl3", control("Depends"))
        self.assertLess(self.package.path.stat().st_size, 4_000_000)
        conffiles = self.root.run("dpkg-query", "-W", "-f=${Conffiles}", NAME).stdout.split()[::2]
        below_etc = [path for path in self.installed()
                     if path.startswith("/etc/") and (self.root.path / path[1:]).is_file()]
        self.assertEqual(sorted(conffiles), sorted(f"/{path}" for path in CONFFILES))
        self.assertEqual(sorted(conffiles), sorted(below_etc))
        doc = self.root.path / f"usr/share/doc/{NAME}"
        with gzip.open(doc / "changelog.Debian.gz", "rt") as changelog:
            self.assertTrue(changelog.read().startswith(f"{NAME} ({control('Version')}) "))
        with gzip.open(doc / "changelog.gz") as changelog:
            self.assertEqual(changelog.read(), (tree.TOP / "CHANGELOG.md").read_bytes())
        self.assertIn("License: Apache-2.0", (doc / "copyright").read_text())
        page = self.root.path / "usr/share/man/man1/redis_fleet_exporter.1.gz"
        named = set(re.findall(r"\\-\\-([a-z.\\-]+)", gzip.open(page, "rt").read()))
        flags = self.root.run("redis_fleet_exporter", "--help").stdout
        for flag in named:
            self.assertIn(f"--{flag}".replace("\\", ""), flags)


class ComingAndGoing(unittest.TestCase):
    """In one root: each test leaves it as it was."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.package = built_package()
        cls.root = cls.enterClassContext(cls.package.root())
        cls.before = cls.root.files()

    def tearDown(self):
        self.root.run("dpkg", "--purge", NAME)
        self.assertEqual(self.root.files() ^ self.before, set())

    def test_it_is_enabled_and_leaves_what_is_the_administrators(self):
        self.package.install(self.root)
        for link in ENABLED[:1]:
            target = os.readlink(self.root.path / link)
            self.assertEqual(target, f"/lib/systemd/system/{UNIT}")
            self.assertTrue((self.root.path / target[1:]).is_file())
        # Of the administrator: a change of a conffile, and a secret.
        configuration, secret = (self.root.path / f"etc/{NAME}" / name
                                 for name in ("fleet.yaml", "secrets/main.password"))
        configuration.write_text("groups: [{name: mine, nodes: [localhost]}]\n")
        secret.write_text("secret")
        self.package.install(self.root)  # as an upgrade
        self.assertIn("mine", configuration.read_text())
        self.root.run("dpkg", "--remove", NAME)
        folders = {str(parent) for name in [*CONFFILES, *ENABLED, f"etc/{NAME}/secrets/x"]
                   for parent in pathlib.PurePath(name).parents}
        left = self.root.files() - self.before - folders
        self.assertEqual(left, {*CONFFILES, *ENABLED, str(secret.relative_to(self.root.path))})

    def test_one_that_was_disabled_stays_disabled(self):
        self.package.install(self.root)
        link = self.root.path / ENABLED[0]
        self.root.run("systemctl", "disable", UNIT)
        self.assertFalse(link.is_symlink())
        self.package.install(self.root)
        self.assertFalse(link.is_symlink())


if __name__ == "__main__":
    unittest.main()
