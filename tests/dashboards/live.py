# SPDX-License-Identifier: Apache-2.0
"""Asks a Prometheus all that dashboards ask, as Grafana does, and tells what fails or has no data."""

import concurrent.futures
import itertools
import json
import math
import re
import time
import urllib.error
import urllib.parse
import urllib.request

from dashboards import names
from dashboards.pages import MAY_BE_EMPTY, fill, used_variables

_VALUES = re.compile(r"^label_values\((?:(?P<series>.*),\s*)?(?P<label>\w+)\)$", re.DOTALL)
_RESULT = re.compile(r"^query_result\((?P<expr>.*)\)$", re.DOTALL)
_CUT_OFF = re.compile(r"^\s*$|[,:;(]\s*$")  # a title whose variable is empty
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_AT_ONCE = 4
# Up to so many seconds between two points Grafana asks for such a step.
_STEPS = ((1.5, 1), (3.5, 2), (7.5, 5), (12.5, 10), (17.5, 15), (25, 20), (45, 30), (90, 60), (210, 120),
          (450, 300), (750, 600), (1050, 900), (1500, 1200), (2700, 1800), (5400, 3600), (9000, 7200),
          (16200, 10800), (32400, 21600), (86400, 43200), (604800, 86400), (math.inf, 604800))
_NO_DATA = "no data"


class QueryError(Exception):
    pass


class Live:
    """scrape_interval: of Prometheus, in seconds, which Grafana's data source is told. seconds: that
    far back the ranges go, instead of the page's own time. points: at most, of a range. job: the one
    that is chosen, instead of all. lenient: Prometheus has not all kinds of servers; a query may be
    empty where another of its panel is not, or when it names a metric that is not there. page_seconds:
    $__range, instead of the page's own time. end: Unix time, instead of now. empty: empty.Empty, of queries
    that have no data; without, and where it is lenient, the descriptions of their panels say so."""

    def __init__(self, prometheus, scrape_interval=1, seconds=20, points=20, job=None, lenient=False,
                 page_seconds=None, end=None, empty=None):
        self._url, self._job, self._page_seconds, self._end = prometheus, job, page_seconds, end
        self._scrape_interval, self._seconds, self._points = scrape_interval, seconds, points
        self._there = self._metrics() if lenient else None
        self._empty = empty
        self.told = {}  # labels of series, by name of the page, id of the panel, and refId: what problems() was told

    def variables(self, page):
        """({name: values}, what is wrong with their queries); All is `.*`."""
        values, wrong = {}, []
        for variable in page.variables():
            name = variable["name"]
            if variable["type"] != "query":
                values[name] = [str(variable.get("query", ""))]
                continue
            try:
                found = self.found(fill(variable["query"], self.firsts(values)), variable.get("regex"))
            except QueryError as problem:
                wrong.append(f"{page.name}: variable {name}: {problem}")
                found = []
            values[name] = [variable["allValue"]] if variable.get("includeAll") else found
            if name == "job" and self._job:
                values[name] = [self._job]
            if not values[name] and self._there is not None:
                values[name] = [""]  # as Grafana has it then
            if not values[name]:
                wrong.append(f"{page.name}: variable {name} has no value")
        return values, wrong

    def problems(self, page):
        """Queries that fail; those without data in any value of a variable without All, unless they are
        known to be empty; and those that are said to be empty, and are not."""
        values, wrong = self.variables(page)
        if wrong:
            return wrong
        titles = ((panel, fill(panel["title"], self.firsts(values))) for panel in page.panels() if "title" in panel)
        cut_off = [f"{page.place(panel)}: is titled {title!r}" for panel, title in titles if _CUT_OFF.search(title)]
        with concurrent.futures.ThreadPoolExecutor(_AT_ONCE) as pool:
            of_queries = list(pool.map(lambda query: self._of_query(page, values, *query),
                                       page.queries()))
            of_annotations = list(pool.map(lambda one: self._of_annotation(page, values, one),
                                           page.annotations()))
        filled = {panel["id"] for (panel, _), text in zip(page.queries(), of_queries) if not text}
        return [text for (panel, _), text in zip(page.queries(), of_queries)
                if text and not (self._there is not None and _NO_DATA in text and panel["id"] in filled)
                ] + [text for text in of_annotations if text] + cut_off

    def ask(self, page, target, chosen, points=None):
        """The series of a query with values of variables that have a number. points: of the panel."""
        step = max(self._scrape_interval,
                   _rounded(self._seconds / min(self._points, points or self._points)))
        whole = self._page_seconds or range_of(page)
        durations = {
            "__rate_interval": f"{max(step + self._scrape_interval, 4 * self._scrape_interval):g}s",
            "__interval": f"{step:g}s", "__interval_ms": f"{step * 1000:g}",
            "__range": f"{whole:g}s", "__range_s": f"{whole:g}"}
        query = fill(target["expr"], {**chosen, **durations})
        now = self._end or time.time()
        if target.get("instant") or target.get("format") == "table":
            data = self._get("query", query=query, time=now)
        else:
            data = self._get("query_range", query=query, start=now - self._seconds, end=now, step=step)
        rows = [{"value": data["result"]}] if data["resultType"] == "scalar" else data["result"]
        return [row for row in rows
                if any(value != "NaN" for _, value in row.get("values") or [row["value"]])]

    def _of_query(self, page, values, panel, target):
        place = f"{page.place(panel)}: query {target['refId']}"
        known = self._empty.of(page, panel, target) if self._empty else None
        try:
            rows = next(filter(None, (self.ask(page, target, chosen)
                                      for chosen in self._choices(values, target["expr"]))), [])
        except QueryError as problem:
            return f"{place}: {problem}"
        self.told[page.name, panel["id"], target["refId"]] = [row.get("metric", {}) for row in rows]
        says = MAY_BE_EMPTY.search(panel.get("description", ""))
        if rows:
            return f"{place}: has data, and is listed as empty: {known['why']}" \
                if known and not known.get("at times") else None
        if known and not says and all(self._empty.of(page, panel, one) for one in panel["targets"]):
            return f"{place}: is listed as empty, and the description does not say when"
        if known or (says and not self._empty) or self._lacks_metrics(target["expr"]):
            return None
        return f"{place}: {_NO_DATA}: {target['expr']}"

    def _of_annotation(self, page, values, annotation):
        """Events need not have been."""
        try:
            self.ask(page, annotation, self.firsts(values))
        except QueryError as problem:
            return f"{page.name}: annotation {annotation['name']}: {problem}"
        return None

    def _lacks_metrics(self, expression):
        return self._there is not None and not names.metrics_of(expression) <= self._there

    def _metrics(self):
        series = f'{{job="{self._job}"}}' if self._job else '{job!=""}'
        return set(self._get("label/__name__/values", **{"match[]": series}))

    @staticmethod
    def firsts(values):
        """One value of each variable."""
        return {name: found[0] for name, found in values.items() if found}

    @staticmethod
    def _choices(values, expression):
        """Each value of the variables that the expression uses."""
        used = [name for name in values if name in used_variables(expression)]
        for chosen in itertools.product(*(values[name] for name in used)):
            yield dict(zip(used, chosen))

    def found(self, query, regex):
        """The values of a variable; regex: of what is left of each, in slashes."""
        if result := _RESULT.match(query.strip()):
            rows = self._get("query", query=result["expr"])["result"]
            found = ["{" + ",".join(f'{name}="{value}"' for name, value in row["metric"].items()) + "} 1 1"
                     for row in rows]
        else:
            found = self._label_values(query)
        if not regex:
            return found
        return [match[1] for match in (re.search(regex.strip("/"), one) for one in found) if match]

    def _label_values(self, query):
        found = _VALUES.match(query.strip())
        if not found:
            raise QueryError(f"neither label_values(...) nor query_result(...): {query}")
        series = {"match[]": found["series"]} if found["series"] else {}
        return self._get(f"label/{found['label']}/values", **series)

    def _get(self, path, **parameters):
        asked = f"{self._url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as refused:
            said = json.load(refused).get("error", refused)
            raise QueryError(f"{said}: {parameters.get('query', asked)}") from refused


def _rounded(seconds):
    """A step as Grafana asks for it, of a second or more."""
    return next(step for below, step in _STEPS if seconds <= below)


def range_of(page):
    """Seconds of the page's own time."""
    found = re.match(r"now-(\d+)([smhd])", page.json["time"]["from"])
    return int(found[1]) * _SECONDS[found[2]]
