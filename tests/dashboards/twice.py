# SPDX-License-Identifier: Apache-2.0
"""Whether sums and counts of dashboards count a server once that several jobs scrape: below each sum there
must be max by (redis_group, instance), and the other labels by which the metric tells series apart."""

from rules import promql
from rules.known import CHANGING

from dashboards.names import marked, metrics_of_selector
from dashboards.pages import used_variables

_ADDING = ("sum", "count", "avg")
_CHOOSING = ("max", "min", "group")
_SERVER = {"redis_group", "instance", "job"}


def problems(page, known):
    """known: rules.known.Known."""
    for panel, target in page.queries():
        place = f"{page.place(panel)}: query {target['refId']}"
        expression = target["expr"]
        try:
            selectors, _ = promql.read(marked(expression, used_variables(expression)))
        except (ValueError, IndexError):
            continue  # which dashboards.names tells
        for selector in selectors:
            yield from (f"{place}: {text}" for text in _of(selector, known.labels))


def _of(selector, labels):
    # What is added for each job is not added to that of another.
    adding = [at for at, name in enumerate(selector.functions)
              if name in _ADDING and "job" not in selector.groupings[at]]
    if not adding or selector.joined:
        return
    last = adding[-1]
    chosen = [at for at, name in enumerate(selector.functions) if name in _CHOOSING and at > last]
    if not chosen:
        # The outer one counts what the inner one has by labels, whatever its value is.
        if [selector.functions[at] for at in adding[-2:]] != ["count", "count"]:
            yield f"{selector.functions[last]} of {selector.metric} takes a server twice that two jobs scrape"
        return
    by = set(selector.groupings[chosen[-1]])
    added = [name for at, name in enumerate(selector.functions) if at > chosen[-1] and name == "sum"]
    if "instance" not in by or added:
        return  # of a group, as one; or all of the server's
    pinned = {label for label, operator, _ in selector.matchers if operator == "="}
    for metric in metrics_of_selector(selector):
        for label in sorted(_telling(metric, labels) - _SERVER - by - pinned):
            yield f"{selector.functions[last]} of {metric} takes one series of those that differ in {label}"


def _telling(metric, labels):
    """The labels by which a server's series of a metric that there are at one time differ."""
    if metric.endswith("_info"):
        return set()  # a server has one
    found = labels.get(metric, set()) - CHANGING
    return found if metric.endswith("_bucket") else found - {"le"}
