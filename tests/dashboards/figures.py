# SPDX-License-Identifier: Apache-2.0
"""What a reader sees of a page: the texts and colours that Grafana makes of what Prometheus answers, by the
panel's own mappings and thresholds."""

import collections
import concurrent.futures
import re

from dashboards.live import Live

Shown = collections.namedtuple("Shown", "text colour")
_AT_ONCE = 4


def shown(field, value):
    """field: of fieldConfig's defaults and what overrides set; value: a number, or None for none."""
    text, colour = _mapped(field.get("mappings", []), value)
    if text is None:
        text = field.get("noValue", "") if value is None else _written(value)
    if colour is None and field.get("color", {}).get("mode") == "fixed":
        colour = field["color"]["fixedColor"]
    if colour is None:
        steps = field.get("thresholds", {}).get("steps", [])
        below = [step["color"] for step in steps
                 if step["value"] is None or (value is not None and value >= step["value"])]
        colour = below[-1] if below else None
    return Shown(text, colour)


def _written(value):
    return str(int(value)) if value.is_integer() else f"{value:g}"


def _mapped(mappings, value):
    for mapping in mappings:
        options = mapping["options"]
        if mapping["type"] == "value":
            result = options.get(_written(value)) if value is not None else None
        else:
            assert mapping["type"] == "special", mapping
            result = options["result"] if options["match"] == "null" and value is None else None
        if result:
            return result.get("text"), result.get("color")
    return None, None


class Figures:
    """Of pages, by a Prometheus. chosen: values of variables, by name; the others are All, or what `live`
    finds first."""

    def __init__(self, pages, prometheus, scrape_interval=1, **chosen):
        self._live = Live(prometheus, scrape_interval, page_seconds=3600)
        self._pages = {page.name.removeprefix("redis-"): page for page in pages}
        self._chosen = {}
        for name, page in self._pages.items():
            values, _ = self._live.variables(page)
            self._chosen[name] = {**self._live.firsts(values), **chosen}

    def stat(self, page, title):
        """What each series of a figure shows; without any, one that has no value."""
        panel = self._panel(page, "stat", title)
        (target,) = panel["targets"]
        named = target["legendFormat"].strip("{}")
        found = [(row["metric"].get(named), _last(row)) for row in self._ask(page, target)]
        return [shown(_field(panel, name), value) for name, value in found or [(None, None)]]

    def cells(self, page, title, column):
        """What a column of a table shows, by the row's labels, each a frozenset of pairs."""
        target, field = column_of(self._panel(page, "table", title), column)
        return {frozenset((name, value) for name, value in row["metric"].items() if name != "__name__"):
                shown(field, _last(row)) for row in self._ask(page, target)}

    def places(self):
        """(page, title of a figure) and (page, title of a table, column) of all that show values."""
        for page, content in self._pages.items():
            for panel in content.filled_panels():
                if panel["type"] == "stat":
                    yield page, panel["title"]
                elif panel["type"] == "table":
                    yield from ((page, panel["title"], column) for column in _columns(panel))

    def at(self, places):
        """All that is shown, by place."""
        def at(place):
            return self.stat(*place) if len(place) == 2 else list(self.cells(*place).values())
        with concurrent.futures.ThreadPoolExecutor(_AT_ONCE) as pool:
            return dict(zip(places, pool.map(at, places)))

    def _ask(self, page, target):
        return self._live.ask(self._pages[page], target, self._chosen[page])

    def _panel(self, page, kind, title):
        found = [panel for panel in self._pages[page].filled_panels()
                 if panel["type"] == kind and panel["title"] == title]
        assert len(found) == 1, f"{len(found)} panels are a {kind} {title} of {page}"
        return found[0]


def _last(row):
    values = row.get("values") or [row["value"]]
    return float([value for _, value in values if value != "NaN"][-1])


def _renamed(panel):
    (organize,) = [one for one in panel["transformations"] if one["id"] == "organize"]
    return organize["options"]["renameByName"]


def _columns(panel):
    """Names of those that show a value."""
    return [name for field, name in _renamed(panel).items() if re.match(r"Value\b", field)]


def column_of(panel, name):
    """The query of a column, and its field."""
    (source,) = [field for field, shown_as in _renamed(panel).items() if shown_as == name]
    ref = source.removeprefix("Value").removeprefix(" #") or panel["targets"][0]["refId"]
    (target,) = [one for one in panel["targets"] if one["refId"] == ref]
    return target, _field(panel, name)


def _field(panel, name):
    """What holds for the field of this name."""
    field = dict(panel["fieldConfig"]["defaults"])
    for override in panel["fieldConfig"]["overrides"]:
        if override["matcher"] == {"id": "byName", "options": name}:
            field |= {one["id"]: one["value"] for one in override["properties"]}
    return field
