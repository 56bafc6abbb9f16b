# SPDX-License-Identifier: Apache-2.0
"""Dashboards as data: what the check judges, and what its tests plant mistakes into."""

import json
import pathlib
import re

TOP = pathlib.Path(__file__).resolve().parents[2]
FOLDER = TOP / "dashboards"

# How a description says that its panel has nothing to show at times; dashboards/draw knows it, too.
MAY_BE_EMPTY = re.compile(
    r"\bempty (while|until|unless|when|without|where|on|if|with|for|in)\b", re.IGNORECASE)
# Without queries.
SILENT = ("row", "text")


class Page:
    """name: of its file, without the end; json: as it is saved."""

    def __init__(self, name, content):
        self.name, self.json = name, content

    def panels(self):
        """All, also those in collapsed rows, and the rows themselves."""
        return [inner for panel in self.json["panels"] for inner in (panel, *panel.get("panels", []))]

    def filled_panels(self):
        return [panel for panel in self.panels() if panel["type"] not in SILENT]

    def queries(self):
        """(panel, target) of each query."""
        return [(panel, target) for panel in self.filled_panels()
                for target in panel.get("targets", [])]

    def variables(self):
        return self.json.get("templating", {}).get("list", [])

    def annotations(self):
        """Those with a query."""
        return [one for one in self.json.get("annotations", {}).get("list", []) if "expr" in one]

    def place(self, panel):
        return f'{self.name}: panel {panel.get("id")} "{panel.get("title", "")}"'


def read_pages():
    """The project's own."""
    return [Page(path.stem, json.loads(path.read_text())) for path in sorted(FOLDER.glob("*.json"))
            if path.stem.startswith("redis-")]


# Used like variables, and not defined by a page.
BUILT_IN = {"__all", "__rate_interval", "__interval", "__interval_ms", "__range", "__range_s",
            "__range_ms", "__from", "__to", "__url_time_range", "__all_variables", "__field", "__data",
            "__value", "__series", "__dashboard", "__name", "__timezone"}
_USE = re.compile(r"\$\{(\w+)[^}]*\}|\$([A-Za-z_]\w*)")


def used_variables(text):
    return {braced or plain for braced, plain in _USE.findall(text)} - {""}


def fill(expression, values):
    """The expression with values in the place of variables; one that has none stays."""
    def value(found):
        name = found[1] or found[2]
        return values.get(name, found[0])
    return _USE.sub(value, expression)
