# SPDX-License-Identifier: Apache-2.0
"""The check of dashboards, as far as it needs no Prometheus: functions that take pages and give texts,
one for each thing that is wrong."""

import re

from dashboards import links, schemas
from dashboards.pages import BUILT_IN, used_variables

COLUMNS = 24
_SENTENCES = 4
SCHEMA_VERSIONS = range(39, 42)
DATA_SOURCE = {"type": "prometheus", "uid": "${datasource}"}
VARIABLES = ("datasource", "job", "redis_group", "instance")
# Grafana makes a unit of what follows.
_MADE_UNITS = ("suffix:", "prefix:", "time:", "si:", "count:", "currency:", "bool:")
_FIXED_RATE = re.compile(r"\b(i?rate)\s*\((?:[^()\[]|\([^()]*\))*"
                         r"\[(?!\$__rate_interval\]|\$__range\])([^\]]*)\]")


def problems(pages):
    """Everything that is wrong with pages, without looking at their metrics."""
    found = [text for page in pages for text in schemas.problems(page)]
    if found:
        return found
    for page in pages:
        for judge in (of_head, of_ids, of_grid, of_widths, of_texts, of_units, of_axes, of_variables,
                      of_data_sources, of_intervals):
            found += judge(page)
    return [*found, *of_all(pages), *of_colours(pages), *links.problems(pages)]


def of_all(pages):
    """What only all of them together tell."""
    for what in ("uid", "title"):
        values = [page.json[what] for page in pages]
        for value in {value for value in values if values.count(value) > 1}:
            yield f"several dashboards have the {what} {value}"


def _line_colours(page):
    """(panel, name of its line, colour) of those that are set."""
    for panel in page.filled_panels():
        names = {target["refId"]: target.get("legendFormat", "") for target in panel["targets"]}
        for override in panel["fieldConfig"]["overrides"]:
            for one in override["properties"]:
                if one["id"] == "color" and override["matcher"]["id"] == "byFrameRefID":
                    yield panel, names.get(override["matcher"]["options"]), one["value"].get("fixedColor")


def of_colours(pages):
    """A word has one colour on all pages, and those of roles are of nothing else."""
    seen = {}
    for page in pages:
        for panel, name, colour in _line_colours(page):
            if seen.setdefault(name, colour) != colour:
                yield f"{page.place(panel)}: {name} is {colour}, and {seen[name]} elsewhere"
            if colour in _OF_ROLES and not _OF_ROLES[colour].search(name):
                yield f"{page.place(panel)}: {name} is {colour}, which is the colour of a role"


_OF_ROLES = {"purple": re.compile("master|failover"), "light-blue": re.compile("replica")}


def of_head(page):
    json = page.json
    if json.get("uid") != page.name:
        yield f"{page.name}: the uid is {json.get('uid')}, not as the file is named"
    if json.get("tags") != ["redis"]:
        yield f"{page.name}: the tags are {json.get('tags')}"
    if json["schemaVersion"] not in SCHEMA_VERSIONS:
        yield f"{page.name}: schemaVersion {json['schemaVersion']} is not one of 39 to 41"
    if json.get("id") is not None:
        yield f"{page.name}: an id is a database's own, and must be null"
    for name in ("title", "refresh", "description"):
        if not json.get(name):
            yield f"{page.name}: has no {name}"
    if not json.get("time", {}).get("from", "").startswith("now-"):
        yield f"{page.name}: the time does not begin before now"


def of_ids(page):
    ids = [panel.get("id") for panel in page.panels()]
    for panel in page.panels():
        if panel.get("id") is None or ids.count(panel["id"]) > 1:
            yield f"{page.place(panel)}: the id is missing, or another panel's, too"
    for panel in page.filled_panels():
        names = [target["refId"] for target in panel.get("targets", [])]
        if not names:
            yield f"{page.place(panel)}: has no query"
        if len(names) != len(set(names)):
            yield f"{page.place(panel)}: several queries have one refId"
        for override in panel["fieldConfig"]["overrides"]:
            matcher = override["matcher"]
            if matcher["id"] == "byFrameRefID" and matcher.get("options") not in names:
                yield f"{page.place(panel)}: an override is for query {matcher.get('options')}"


def of_grid(page):
    """Panels of the page, and those of each collapsed row by themselves: they move when it opens."""
    groups = [page.json["panels"], *(panel.get("panels", []) for panel in page.json["panels"])]
    for group in groups:
        for number, panel in enumerate(group):
            if "gridPos" not in panel:
                yield f"{page.place(panel)}: has no place"
                continue
            at = panel["gridPos"]
            if at["x"] < 0 or at["y"] < 0 or at["w"] < 1 or at["h"] < 1 or at["x"] + at["w"] > COLUMNS:
                yield f"{page.place(panel)}: is not within {COLUMNS} columns"
            for other in group[number + 1:]:
                if "gridPos" in other and _overlap(at, other["gridPos"]):
                    yield f"{page.place(panel)}: overlaps panel {other.get('id')}"


def _overlap(one, other):
    return (one["x"] < other["x"] + other["w"] and other["x"] < one["x"] + one["w"]
            and one["y"] < other["y"] + other["h"] and other["y"] < one["y"] + one["h"])


def of_widths(page):
    """Tables show all their columns on a laptop."""
    for panel in page.filled_panels():
        if panel["type"] != "table":
            continue
        widths = {override["matcher"]["options"]: one["value"] for override in panel["fieldConfig"]["overrides"]
                  for one in override["properties"] if one["id"] == "custom.width"}
        needed = sum(widths.get(name, _LEAST_WIDTH) for one in panel.get("transformations", [])
                     for name in one["options"].get("renameByName", {}).values())
        there = _WIDTH * panel["gridPos"]["w"] // COLUMNS - _FRAME
        if needed > there:
            yield f"{page.place(panel)}: the columns need {needed} pixels, and have {there} of {_SCREEN}"


_SCREEN = 1440
_WIDTH = 1416  # of 24 columns, with the gap of 8 pixels after each panel
_FRAME = 26  # that gap, and a panel's edges
_LEAST_WIDTH = 150  # of a column that has no width of its own

# What a sentence says that nothing has to be told for. An alert fires, or not, whatever is scraped.
_STAYS_TRUE = re.compile(r"\b(known|tells?|told|scraped|metrics|fires)\b")


def of_texts(page):
    for panel in page.panels():
        if not panel.get("title", "").strip() and panel["type"] != "text":
            yield f"{page.place(panel)}: has no title"
    for panel in page.filled_panels():
        text = panel.get("description", "").strip()
        if len(text) < 40 or not text.endswith("."):
            yield f"{page.place(panel)}: the description does not say what, why and what to do"
        if len(re.findall(r"[.!?](?=\s|$)", text)) > _SENTENCES:
            yield f"{page.place(panel)}: the description has more than {_SENTENCES} sentences"
        if len(text) > 600:
            yield f"{page.place(panel)}: the description is too long to be read in an alarm"
        empty = panel["fieldConfig"]["defaults"].get("noValue", "")
        if re.match(r"(Every|All)\b", empty) or (empty.endswith(".") and not _STAYS_TRUE.search(empty)):
            yield f"{page.place(panel)}: {empty!r} is no longer true when nothing is told"


def of_units(page):
    """That there is one, that Grafana knows it, and that it is the metric's."""
    for panel in page.filled_panels():
        units = [panel["fieldConfig"]["defaults"].get("unit")]
        if units[0] is None:
            yield f"{page.place(panel)}: has no unit"
        units += [one.get("value") for override in panel["fieldConfig"]["overrides"]
                  for one in override["properties"] if one["id"] == "unit"]
        for unit in filter(None, units):
            if unit not in schemas.NAMES["units"] and not unit.startswith(_MADE_UNITS):
                yield f"{page.place(panel)}: there is no unit {unit}"
        for target in panel.get("targets", []):
            yield from (f"{page.place(panel)}: {text}" for text in _of_unit(panel, target))


def _of_unit(panel, target):
    """Whether the query's values have the unit of its metric, as far as the name tells."""
    unit, metric = _unit(panel, target), _PLAIN.match(_values(target["expr"]))
    if not unit or not metric:
        return
    for end, rated, fitting in _UNITS:
        if metric["name"].endswith(end) and bool(metric["rate"]) == rated:
            if unit not in fitting:
                yield f"{metric['name']} is shown as {unit}"
            return
    if unit in _MEASURES and not _MEASURED.search(metric["name"]):
        yield f"{metric['name']} is shown as {unit}, and is a number by its name"


def _values(expression):
    """What a query's values are of: without selectors, and without what only filters."""
    parts = _FILTER.split(_SELECTOR.sub("", expression))
    found = parts[0]
    for mark, part in zip(parts[1::2], parts[2::2]):
        if found.count("(") == found.count(")"):
            break
        found += mark + part
    return found


_SELECTOR = re.compile(r"\{[^}]*\}")
_FILTER = re.compile(r"(\s(?:and|unless|or|[<>=!]=?)\s)")
# Aggregations of a metric or of its rate, and nothing calculated with it.
_PLAIN = re.compile(r"(?:(?:sum|min|max|avg)(?: by)?\s*(?:\([\w, ]*\)\s*)?\(\s*)*(?P<rate>i?rate\()?"
                    r"(?P<name>[a-z_]+)(?:\[[^\]]*\])?[\s)]*$")
_LENGTHS = ("s", "dtdurations", "dtdurationms", "dthms", "clocks")
_PER_SECOND = ("ops", "cps", "reqps", "rps", "wps", "iops", "suffix:/s")
# (end of a name, whether it is of a rate, units); the first that fits counts.
_UNITS = (
    ("_timestamp_seconds", False, ("dateTimeFromNow", "dateTimeAsIso")),
    ("_bytes", False, ("bytes", "decbytes")),
    ("_bytes_total", True, ("Bps", "binBps")),
    ("_seconds", False, _LENGTHS),
    ("_seconds_total", True, ("percentunit", "short", "none")),
    ("_milliseconds", False, ("ms",)),
    ("_total", True, _PER_SECOND),
    ("_ratio", False, ("percentunit", "short", "none", "suffix:×")),
)


_MEASURES = (*_LENGTHS, "ms", "µs", "bytes", "decbytes", "Bps", "binBps")
# Metrics with a unit that their names, which are Redis's, do not end in.
_MEASURED = re.compile(r"^redis_mem_|_offset$|_bucket$")


def _unit(panel, target):
    """Of the query's values; None of those that a table does not show."""
    field = target["refId"]
    if panel["type"] == "table":
        field = "Value" if len(panel["targets"]) == 1 else f"Value #{field}"
        for one in panel.get("transformations", []):
            if one["id"] == "organize":
                if one["options"].get("excludeByName", {}).get(field):
                    return None
                field = one["options"].get("renameByName", {}).get(field, field)
        matcher = {"id": "byName", "options": field}
    else:
        matcher = {"id": "byFrameRefID", "options": field}
    for override in panel["fieldConfig"]["overrides"]:
        if override["matcher"] == matcher:
            for one in override["properties"]:
                if one["id"] == "unit":
                    return one["value"]
    return panel["fieldConfig"]["defaults"].get("unit")


def of_axes(page):
    for panel in page.filled_panels():
        if panel["type"] != "timeseries":
            continue
        defaults = panel["fieldConfig"]["defaults"]
        custom = defaults.get("custom", {})
        below = any(one["id"] == "custom.transform" and one.get("value") == "negative-Y"
                    for override in panel["fieldConfig"]["overrides"] for one in override["properties"])
        if "min" not in defaults and "axisSoftMin" not in custom and not below \
                and not custom.get("axisCenteredZero") \
                and custom.get("scaleDistribution", {}).get("type", "linear") == "linear":
            yield f"{page.place(panel)}: the axis has no min"


def of_variables(page):
    text = str(page.json)
    defined = [variable["name"] for variable in page.variables()]
    for name in sorted(used_variables(text) - set(defined) - BUILT_IN):
        yield f"{page.name}: the variable {name} is used and not defined"
    for variable in page.variables():
        name = variable["name"]
        if defined.count(name) > 1:
            yield f"{page.name}: the variable {name} is defined several times"
        if name not in used_variables(text):
            yield f"{page.name}: the variable {name} is never used"
        if variable.get("includeAll") and variable.get("allValue") != ".*":
            yield f"{page.name}: All of the variable {name} leaves out what lacks the label"
    for name in VARIABLES:
        if name not in defined:
            yield f"{page.name}: the variable {name} is missing"


def of_data_sources(page):
    """The one of the variable, everywhere."""
    for path, found in _keys(page.json, "datasource"):
        if found != DATA_SOURCE and found != {"type": "grafana", "uid": "-- Grafana --"}:
            yield f"{page.name}: {path}: the data source is {found}, not {DATA_SOURCE}"
    for panel, target in page.queries():
        if panel.get("datasource") is None and target.get("datasource") is None:
            yield f"{page.place(panel)}: query {target['refId']} has no data source"


def _keys(value, name, path=""):
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == name:
                yield f"{path}/{key}", inner
            else:
                yield from _keys(inner, name, f"{path}/{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _keys(inner, name, f"{path}/{index}")


def of_intervals(page):
    """A rate over a fixed time is empty, or rough, with another scrape interval."""
    expressions = [(page.place(panel), target["expr"]) for panel, target in page.queries()]
    expressions += [(f"{page.name}: annotation {one['name']}", one["expr"])
                    for one in page.annotations()]
    for place, expression in expressions:
        for function, window in _FIXED_RATE.findall(expression):
            yield f"{place}: {function} over [{window}], not [$__rate_interval]"
    for panel in page.filled_panels():
        if panel.get("interval") or any(target.get("interval") for target in panel["targets"]):
            if "$" not in str(panel.get("interval", "$")):
                yield f"{page.place(panel)}: has a fixed interval"
