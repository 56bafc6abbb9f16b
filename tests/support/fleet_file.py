# SPDX-License-Identifier: Apache-2.0
"""A folder with a configuration file and the files that it names.

    with FleetFile("groups: [...]") as file:
        with Exporter(file.flag) as exporter:
            file.write("groups: [...]")
"""

import os
import pathlib
import tempfile
import textwrap


class FleetFile:
    def __init__(self, text="", **files):
        """files: what add() writes besides, by name."""
        self._holder = tempfile.TemporaryDirectory(prefix="fleet-file-")
        self.folder = pathlib.Path(self._holder.name)
        self.path = self.folder / "fleet.yaml"
        for name, content in files.items():
            self.add(name, content)
        self.write(text)

    @property
    def flag(self):
        return f"--config.file={self.path}"

    def write(self, text):
        """Replaces the configuration at once, as editors and deployments do."""
        self.add(self.path.name, textwrap.dedent(text))

    def add(self, name, content):
        """Writes, or replaces at once, a file beside it."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_text(content)
        os.replace(fresh, path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._holder.cleanup()
