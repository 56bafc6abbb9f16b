# SPDX-License-Identifier: Apache-2.0
"""Which metrics and labels the queries of dashboards name: all must exist, and variables must hold
wherever a metric carries their label."""

import re

from rules import promql

from dashboards.pages import TOP, fill, used_variables

# What Prometheus makes of the rules, with the labels that alerts have.
ALERTS = {name: {"alertname", "alertstate", "severity", "instance", "redis_group", "job", "cmd",
                 "master_name", "collector", "reason", "name"}
          for name in ("ALERTS", "ALERTS_FOR_STATE")}
COMMON = {"instance", "redis_group", "job"}
_DURATIONS = {"__rate_interval": "1m", "__interval": "1m", "__range": "1h", "__range_s": "3600",
              "__interval_ms": "60000"}
_MARK = "VARIABLE_{}_"


def marked(expression, variables):
    """PromQL with marks in the place of variables."""
    values = {name: _MARK.format(name) for name in variables} | _DURATIONS  # which win
    return fill(expression, values)


def metrics_of(expression):
    """All that a query names."""
    selectors, _ = promql.read(marked(expression, used_variables(expression)))
    return {metric for selector in selectors for metric in metrics_of_selector(selector)}


class Names:
    def __init__(self, known):
        self._known = known  # rules.known.Known
        self._alerts = {name for path in (TOP / "rules").rglob("redis-*.yml")
                        for name in re.findall(r"^\s*- alert: (\w+)$", path.read_text(), re.MULTILINE)}

    def problems(self, page):
        variables = [variable["name"] for variable in page.variables()]
        for place, expression, legend in self._expressions(page):
            yield from (f"{place}: {text}" for text in self._of(expression, legend, variables))

    @staticmethod
    def _expressions(page):
        for panel, target in page.queries():
            yield (f"{page.place(panel)}: query {target['refId']}", target["expr"],
                   target.get("legendFormat", ""))
        for one in page.annotations():
            yield (f"{page.name}: annotation {one['name']}", one["expr"],
                   one.get("textFormat", "") + one.get("titleFormat", ""))

    def _of(self, expression, legend, variables):
        text = marked(expression, variables)
        try:
            selectors, lists = promql.read(text)
        except (ValueError, IndexError) as problem:
            yield f"not PromQL: {problem}: {expression}"
            return
        seen = set()
        for selector in selectors:
            for metric in metrics_of_selector(selector):
                labels = self._labels(metric)
                if labels is None:
                    yield f"nobody emits {metric}"
                    continue
                seen |= labels
                yield from self._matchers(metric, labels, selector.matchers)
                yield from _variables(metric, labels, selector.matchers, variables)
        made = {label for label in re.findall(r'"(\w+)"', expression)} \
            if "label_replace" in expression or "label_join" in expression else set()
        made |= {label for label in re.findall(r'count_values\s*\(\s*"(\w+)"', expression)}
        named = {label for one in lists for label in one.labels}
        named |= set(re.findall(r"\{\{\s*(\w+)\s*\}\}", legend))
        for label in sorted(named - seen - made - COMMON - {"__name__"}):
            yield f"no metric of the query has the label {label}: {expression}"

    def _labels(self, metric):
        if metric in ALERTS:
            return ALERTS[metric]
        return self._known.labels.get(metric)

    def _matchers(self, metric, labels, matchers):
        for label, operator, value in matchers:
            if label == "__name__":
                continue
            if label not in labels | COMMON:
                yield f"{metric} has no label {label}"
            elif label == "alertname" and operator in ("=", "=~"):
                for one in alternatives(value):
                    if not any(re.fullmatch(one, name) for name in self._alerts):
                        yield f"no alert of the rules is named {one}, of {value}"
            elif "VARIABLE_" in value or metric in ALERTS or label == "le" or value == _ANY:
                continue
            elif not self._known.accepts(metric, label, operator, value):
                yield f'no series of {metric} is chosen by {label}{operator}"{value}"'


def alternatives(pattern):
    """Regular expressions that together are the pattern: one for each alternative of one of its groups,
    which are not within each other, or of the whole."""
    groups = list(re.finditer(r"\(([^()]*)\)", pattern))
    if not groups:
        return pattern.split("|")
    return [f"{pattern[:group.start()]}({one}){pattern[group.end():]}"
            for group in groups for one in group[1].split("|")]


# Says that what a variable chooses is not what the series is of, such as a Sentinel's group, which is not
# that of the master it tells of.
_ANY = ".*"


def metrics_of_selector(selector):
    """The metric's name, or those that a regular expression names."""
    if selector.metric.startswith("VARIABLE_"):
        return []  # a number that the reader of the page gives
    if selector.metric:
        return [selector.metric]
    return [name for label, _, value in selector.matchers if label == "__name__"
            for name in value.split("|")]


def _variables(metric, labels, matchers, variables):
    """What lets a variable be chosen without effect."""
    for label in ("job", "redis_group", "instance"):
        carries = label == "job" or label in labels
        matched = [value for name, _, value in matchers if name == label]
        if label in variables and carries and not matched:
            yield f"{metric} has the label {label}, and the variable does not choose by it"


