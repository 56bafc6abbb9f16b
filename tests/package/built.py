# SPDX-License-Identifier: Apache-2.0
"""The Debian package of the build that $EXPORTER is of, made by CPack."""

import atexit
import functools
import pathlib
import re
import shutil
import subprocess
import tempfile

from support.bookworm import BookwormRoot
from support.exporter import exporter_path

NAME = "redis-fleet-exporter"
UNIT = f"{NAME}.service"
SOCKET = f"{NAME}.socket"


@functools.cache
def built_package():
    """One for all tests of a process; CPack takes some seconds."""
    package = BuiltPackage()
    atexit.register(package.close)
    return package


@functools.cache
def installed_root():
    """A root with the package, for tests that leave it as it is."""
    root = built_package().root()
    atexit.register(root.close)
    built_package().install(root)
    return root


class BuiltPackage:
    def __init__(self):
        build = pathlib.Path(exporter_path()).resolve().parent
        self._holder = tempfile.TemporaryDirectory(prefix="package-")
        done = subprocess.run(["cpack", "--config", build / "CPackConfig.cmake",
                               "-B", self._holder.name], capture_output=True, text=True,
                              timeout=300)
        if done.returncode != 0:
            raise AssertionError(f"cpack: {done.stdout}{done.stderr}")
        (self.path,) = pathlib.Path(self._holder.name).glob("*.deb")

    def field(self, name):
        """A field of its control file."""
        return subprocess.run(["dpkg-deb", "--field", self.path, name], check=True,
                              capture_output=True, text=True).stdout.strip()

    def root(self):
        """A clean Debian with what the package says it needs, and nothing else that it could."""
        return BookwormRoot([re.split(r"[ (|:]", one.strip())[0]
                             for one in self.field("Depends").split(",")])

    def install(self, root):
        """dpkg refuses it when what it depends on is not there."""
        shutil.copy(self.path, root.path / "tmp")
        root.run("dpkg", "--install", "--force-confold", f"/tmp/{self.path.name}")
        (root.path / "tmp" / self.path.name).unlink()

    def close(self):
        self._holder.cleanup()
