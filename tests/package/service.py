# SPDX-License-Identifier: Apache-2.0
"""The unit of an installed package, and the program as systemd would run it for this unit."""

import json
import pathlib
import re
import shlex
import sys

from package.built import NAME, UNIT
from support import confinement
from support.exporter import Exporter
from support.processes import Program


class Service(Exporter):
    """The installed program, as its unit would start it, under the unit's confinement."""

    def __init__(self, root, unit, port, env):
        self.host, self.port = "127.0.0.1", port
        Program.__init__(self, [*unit.confined(root), *unit.command(root)], answers=self._is_ready,
                         env=env, name=NAME)


class Unit:
    def __init__(self, root, folder):
        self.text = (root.path / "lib/systemd/system" / UNIT).read_text()
        sets = root.run("systemd-analyze", "syscall-filter").stdout
        self.rules = confinement.unit_rules(self.values, sets)
        self.rules_file = pathlib.Path(folder) / "rules.json"
        self.rules_file.write_text(json.dumps(self.rules))

    def values(self, name):
        return re.findall(rf"^{name}=(.*)$", self.text, re.MULTILINE)

    def confined(self, root):
        return [sys.executable, confinement.__file__, root.path, self.rules_file]

    def arguments(self, root):
        """What $ARGS is: of the file, which wins, and without it of the unit."""
        (file,) = self.values("EnvironmentFile")
        text = (root.path / file.removeprefix("-/")).read_text()
        (of_file,) = re.findall(r'^ARGS="(.*)"$', text, re.MULTILINE)
        (of_unit,) = re.findall(r"^ARGS=(.*)$", "\n".join(self.values("Environment")), re.MULTILINE)
        return of_file, of_unit

    def command(self, root):
        (start,) = self.values("ExecStart")
        return shlex.split(start.replace("$ARGS", self.arguments(root)[0]))
