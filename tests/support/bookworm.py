# SPDX-License-Identifier: Apache-2.0
"""A clean Debian 12 in a folder: essential packages, systemd, and what is asked for besides.

It is made once below build/, which takes some 30 seconds and Debian's mirror; each user has a copy
of hard links, which dpkg, that replaces files and never writes into one, leaves whole.
"""

import hashlib
import pathlib
import subprocess
import tempfile

from fixtures.record import REPOSITORY, make_tree


class BookwormRoot:
    def __init__(self, packages):
        include = ",".join(sorted({*packages, "systemd"}))
        name = hashlib.sha256(include.encode()).hexdigest()[:12]
        tree = REPOSITORY / f"build/bookworm-{name}"
        make_tree(tree, include, suite="bookworm", variant="essential")
        self._holder = tempfile.TemporaryDirectory(prefix="bookworm-", dir=tree.parent)
        self.path = pathlib.Path(self._holder.name) / "root"
        subprocess.run(["cp", "-al", tree, self.path], check=True)
        (self.path / "var/log/dpkg.log").unlink(missing_ok=True)  # dpkg does write into this one

    def run(self, *command, check=True, **options):
        """Runs a command inside, with a /proc, as root: a CompletedProcess with its output."""
        script = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"'
        done = subprocess.run(["unshare", "--mount", "sh", "-c", script, self.path, *command],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=120, **options)
        if check and done.returncode != 0:
            raise AssertionError(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def files(self):
        """Everything that is there, but dpkg's own records and logs."""
        own = self.path / "var/lib/dpkg", self.path / "var/log"
        return {str(path.relative_to(self.path)) for path in self.path.rglob("*")
                if not any(folder in path.parents for folder in own)}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._holder.cleanup()
