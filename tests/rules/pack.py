# SPDX-License-Identifier: Apache-2.0
"""The rule pack as data: what the lint judges, and what its tests plant mistakes into."""

import importlib.machinery
import importlib.util
import pathlib
import re

import yaml

from lint import tree
from rules import healthy_test

_loader = importlib.machinery.SourceFileLoader("render", str(tree.TOP / "rules/render"))
render = importlib.util.module_from_spec(importlib.util.spec_from_loader("render", _loader))
_loader.exec_module(render)


class Pack:
    """rules: {file: groups} as Prometheus reads them; sources and tests likewise, by file; times:
    the text of times.yml; readme: the text of rules/README.md; runbooks: {name: text}; healthy:
    names of the metrics that healthy_test.py is about."""

    def __init__(self):
        self.rules = {name: document for pattern in ("redis-*.yml", "opt-in/redis-*.yml")
                      for name, document in _read(tree.TOP / "rules", pattern).items()}
        self.sources = {name: document for name, document in _read(
            tree.TOP / "rules/source", "**/*.yml").items() if name != render.TIMES.name}
        self.times = render.TIMES.read_text()
        self.tests = _read(tree.TOP / "tests/rules", "*_test.yml")
        self.healthy = healthy_test.metrics()
        self.readme = tree.text("rules/README.md")
        self.runbooks = {path.stem: path.read_text()
                         for path in (tree.TOP / "docs/runbooks").glob("*.md")}

    def groups(self):
        """(file, group) of all."""
        return [(file, group) for file, document in self.rules.items()
                for group in document["groups"]]

    def alerts(self):
        """(file, rule) of each alert."""
        return [(file, rule) for file, group in self.groups() for rule in group["rules"]
                if "alert" in rule]

    def records(self):
        """(file, rule) of each recording rule."""
        return [(file, rule) for file, group in self.groups() for rule in group["rules"]
                if "record" in rule]

    def rows(self):
        """Rows of the tables of the README, as {heading: cell}."""
        found = []
        for table in re.findall(r"(?:^\|.*\n)+", self.readme, re.MULTILINE):
            head, _, *rows = [[cell.strip() for cell in line.split("|")[1:-1]]
                              for line in table.splitlines()]
            found += [dict(zip(head, row)) for row in rows]
        return [row for row in found if "Condition" in row]


def _read(folder: pathlib.Path, pattern):
    return {path.name: yaml.safe_load(path.read_text()) for path in sorted(folder.glob(pattern))}
