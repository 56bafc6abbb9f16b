# SPDX-License-Identifier: Apache-2.0
"""The check of dashboards finds each mistake that is planted into a page that is right."""

import contextlib
import copy
import hashlib
import json
import pathlib
import tempfile
import unittest

from dashboards import check, generated, links, twice
from dashboards.empty import Empty
from dashboards.fleet import configuration
from dashboards.live import Live
from dashboards.names import Names
from dashboards.pages import Page
from rules.known import Known
from support.exporter import Exporter
from support.processes import wait_until
from support.prometheus import Prometheus
from support.redis_servers import RedisServer

_EMPTY = [{"why": "There is no replica, and no alert.", "queries": ["redis-example: Roles: A D"]}]
_EXAMPLE = json.loads((pathlib.Path(__file__).parent / "example.json").read_text())


def example():
    return Page("redis-example", copy.deepcopy(_EXAMPLE))


def with_expression(page, old, new, panel=0, query=0):
    """The query of a panel, changed; the panel in the row is panel 2."""
    changed = page.filled_panels()[panel]["targets"][query]
    assert old in changed["expr"], changed["expr"]
    changed["expr"] = changed["expr"].replace(old, new)


def put(value, *path):
    """A mistake that sets what is at the path."""
    def plant(page):
        place = page.json
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
    return plant


def drop(*path):
    def plant(page):
        place = page.json
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]
    return plant


def several(*plants):
    def plant(page):
        for one in plants:
            one(page)
    return plant


def rewrite(old, new, panel=0, query=0):
    return lambda page: with_expression(page, old, new, panel, query)


def two_colours(page):
    targets = page.json["panels"][0]["targets"]
    targets[0]["legendFormat"] = "keys"
    targets.append({**targets[0], "refId": "B"})
    page.json["panels"][0]["fieldConfig"]["overrides"] = [
        {"matcher": {"id": "byFrameRefID", "options": ref},
         "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": colour}}]}
        for ref, colour in (("A", "blue"), ("B", "green"))]


def relink(old, new, of_table=False):
    """The address of the link of the first panel, or of the table."""
    def plant(page):
        config = page.filled_panels()[2 if of_table else 0]["fieldConfig"]
        link = (config["overrides"][1]["properties"][0]["value"] if of_table else config["defaults"]["links"])[0]
        assert old in link["url"], link["url"]
        link["url"] = link["url"].replace(old, new)
    return plant


_FIRST = ("panels", 0)
_DEFAULTS = (*_FIRST, "fieldConfig", "defaults")
_IN_ROW = ("panels", 2, "panels", 0)

# (mistake, what the check says of it)
STATIC = {
    "an unknown field of a page": (put(1, "sharing"), "sharing"),
    "an unknown field of a panel": (put(1, *_FIRST, "colour"), "colour"),
    "an unknown option": (put(True, *_FIRST, "options", "smooth"), "smooth"),
    "an option with a wrong value": (put("left", *_FIRST, "options", "legend", "placement"), "left"),
    "a wrong option of stat": (put("blue", "panels", 1, "options", "colorMode"), "blue"),
    "an unknown field option": (put(3, *_DEFAULTS, "custom", "lineThickness"), "lineThickness"),
    "a field option where there is none":
        (put({"fillOpacity": 1}, "panels", 1, "fieldConfig", "defaults", "custom"), "no field options"),
    "an unknown override":
        (put("custom.wide", *_IN_ROW, "fieldConfig", "overrides", 0, "properties", 0, "id"), "wide"),
    "a wrong value of an override":
        (put("wide", *_IN_ROW, "fieldConfig", "overrides", 0, "properties", 0, "value"), "wide"),
    "an override for a query that is not there":
        (put({"id": "byFrameRefID", "options": "Z"}, *_IN_ROW, "fieldConfig", "overrides", 0, "matcher"),
         "query Z"),
    "an unknown option of a query": (put(True, *_FIRST, "targets", 0, "instantly"), "instantly"),
    "an unknown format": (put("tables", *_IN_ROW, "targets", 0, "format"), "tables"),
    "an unknown transformation": (put("arrange", *_IN_ROW, "transformations", 0, "id"), "arrange"),
    "an unknown type of panel": (put("graph", *_FIRST, "type"), "graph"),
    "another uid than the file's": (put("redis-other", "uid"), "redis-other"),
    "an old schema": (put(36, "schemaVersion"), "36"),
    "no tag": (put([], "tags"), "tags"),
    "an id of a database": (put(7, "id"), "database"),
    "two panels with one id": (put(1, *_IN_ROW, "id"), "another panel's"),
    "panels that overlap": (put(11, "panels", 1, "gridPos", "x"), "overlaps"),
    "a panel beyond the grid": (put(14, "panels", 1, "gridPos", "w"), "24 columns"),
    "columns that a laptop does not show": (
        put(1300, *_IN_ROW, "fieldConfig", "overrides", 0, "properties", 0, "value"), "need 1450 pixels"),
    "no title": (put(" ", *_FIRST, "title"), "no title"),
    "no description": (drop(*_FIRST, "description"), "does not say what"),
    "a description that says nothing": (put("Commands.", *_IN_ROW, "description"), "does not say what"),
    "a description that nobody reads in an alarm": (
        put("It is shown. It matters. Do it. Else do not. It is empty when it is.", *_FIRST, "description"),
        "more than 4 sentences"),
    "a colour of a role": (put(
        [{"matcher": {"id": "byFrameRefID", "options": "A"},
          "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": "purple"}}]}],
        *_FIRST, "fieldConfig", "overrides"), "the colour of a role"),
    "a word with two colours": (two_colours, "and blue elsewhere"),
    "emptiness that is taken for health": (
        put("Every node answers.", *_FIRST, "fieldConfig", "defaults", "noValue"), "no longer true"),
    "emptiness that is taken for nothing": (
        put("No key was evicted.", *_FIRST, "fieldConfig", "defaults", "noValue"), "no longer true"),
    "no unit": (drop(*_DEFAULTS, "unit"), "no unit"),
    "a unit that is not there": (put("commands", *_DEFAULTS, "unit"), "no unit commands"),
    "a unit of something else":
        (put("ms", "panels", 1, "fieldConfig", "defaults", "unit"), "shown as ms"),
    "a unit of something else in a column":
        (put("s", *_IN_ROW, "fieldConfig", "overrides", 0, "properties", 1, "value"), "shown as s"),
    "a column without its unit": (drop(*_IN_ROW, "fieldConfig", "overrides", 0, "properties", 1),
                                  "redis_memory_used_bytes is shown as short"),
    "a unit of a number": (put("bytes", *_IN_ROW, "fieldConfig", "defaults", "unit"), "a number by its name"),
    "an axis without min": (drop(*_DEFAULTS, "min"), "no min"),
    "a variable that is not defined": (rewrite("$job", "$cluster"), "cluster is used"),
    "a variable that is not used":
        (lambda page: page.variables().append({"name": "shard", "type": "custom", "query": "a"}),
         "shard is never used"),
    "no variable for the data source": (lambda page: page.variables().pop(0), "datasource is"),
    "All that needs the label":
        (put(".+", "templating", "list", 2, "allValue"), "leaves out what lacks"),
    "a fixed data source": (put("PBFA97CFB590B2093", *_FIRST, "datasource", "uid"), "PBFA97CFB590B2093"),
    "a fixed data source of a variable":
        (put("prom", "templating", "list", 1, "datasource", "uid"), "prom"),
    "a query without data source": (drop(*_FIRST, "datasource"), "no data source"),
    "a fixed interval in a rate": (rewrite("$__rate_interval", "5m"), "[5m]"),
    "a fixed interval in a rate of what is calculated":
        (put("rate(sum(redis_up{job='x'})[5m:1m])", *_FIRST, "targets", 0, "expr"), "[5m:1m]"),
    "a fixed interval of a panel": (put("10s", *_FIRST, "interval"), "fixed interval"),
    "a link that loses the time": (put({**_EXAMPLE["links"][0], "type": "link", "url": "/d/redis-example",
                                        "keepTime": False}, "links", 0), "loses the time"),
    "a menu that loses the time": (put(False, "links", 0, "keepTime"), "loses the time"),
    "a menu of no pages": (put(["valkey"], "links", 0, "tags"), "no page has the tags"),
    "a link of data that loses the time": (relink("${__url_time_range}", ""), "loses the time"),
    "a link that loses the data source": (relink("${datasource:queryparam}", ""), "loses ${datasource"),
    "a link to a page that is not there": (relink("example", "examples"), "redis-examples is no dashboard"),
    "a link to nowhere": (relink("/d/", "/"), "neither to a page nor to a runbook"),
    "a variable that the page of a link has not":
        (relink("var-instance", "var-node"), "redis-example has no variable node"),
    "a variable that is kept and is not there":
        (relink("${job:queryparam}", "${job:queryparam}&${shard:queryparam}"), "has no variable shard"),
}

NAMED = {
    "a metric that nobody emits": (rewrite("processed_total", "handled_total"), "nobody emits"),
    "a recorded series": (rewrite("redis_memory_used_bytes", "redis:memory_used:bytes", 1),
                          "nobody emits"),
    "a label that is not there": (rewrite('role="', 'kind="', 2), "no label kind"),
    "a value that is not there": (rewrite('"replica"', '"follower"', 2), "no series"),
    "a label in a legend":
        (put("{{node}}", *_FIRST, "targets", 0, "legendFormat"), "no metric of the query has the label"),
    "a label to sum by": (rewrite("sum(", "sum by (shard) (", 1), "label shard"),
    "a variable without effect": (rewrite('job=~"$job", ', "", 1), "does not choose by it"),
    "a variable of nodes without effect":
        (rewrite(', instance=~"$instance"', "", 1), "does not choose by it"),
    "a metric of an annotation":
        (put("changes(redis_restarts_total[$__rate_interval])", "annotations", "list", 0, "expr"),
         "nobody emits"),
    "what is no PromQL": (rewrite("sum(", "sum(&", 1), "not PromQL"),
    "an alert that no rule makes": (rewrite("Memory.*", "Memories.*", 2, 3), "no alert of the rules"),
    "a sum that takes servers twice":
        (rewrite("max by (redis_group, instance) ", "", 1), "takes a server twice"),
    "a sum of an average": (rewrite("max by", "avg by", 1), "takes a server twice"),
    "a sum that takes one of several series": (rewrite(", db", "", 2, 2), "differ in db"),
}

ASKED = {
    "what Prometheus refuses": (rewrite("sum(", "sum by (", 1), "parse error"),
    "an annotation that Prometheus refuses":
        (put("changes(redis_up)", "annotations", "list", 0, "expr"), "annotation Restarts"),
    "a label that no series has": (rewrite("instance=~", "node=~", 1), "no data"),
    "data that is filtered out": (rewrite("})", "} < 0)", 1), "no data"),
    "a panel that is empty and does not say so":
        (several(put("Nodes that are replicas. It matters to nobody but a test.", *_IN_ROW, "description"),
                 lambda page: page.filled_panels()[2]["targets"].pop(1),
                 lambda page: page.filled_panels()[2]["targets"].pop(1)), "does not say when"),
    "a query beside one that is known to be empty": (rewrite("})", "} < 0)", 2, 1), "no data"),
    "a query that is known to be empty, and is not": (rewrite('role="replica"', 'role="master"', 2), "has data"),
    "a variable without a value":
        (put("label_values(redis_down, instance)", "templating", "list", 3, "query"), "has no value"),
    "a variable with another query":
        (put("label_names()", "templating", "list", 3, "query"), "neither label_values"),
    "a title that ends in an empty variable":
        (several(put("Commands, $empty", *_FIRST, "title"), lambda page: page.variables().append(
            {"name": "empty", "type": "constant", "query": ""})), "is titled 'Commands, '"),
}

FOLLOWED = {
    "a label that the lines have not": (relink("labels.instance", "labels.node"), "a series has no label node"),
    "a column that is not there": (put("Address", *_IN_ROW, "fieldConfig", "overrides", 1, "matcher", "options"),
                                   "no series has the label Address"),
    "a value that a variable does not offer": (relink("var-instance", "var-redis_group"), "is no redis_group that"),
    "a value of a column that a variable does not offer":
        (relink("var-instance", "var-redis_group", of_table=True), "is no redis_group that"),
    "a page that a label names and is not there": (relink("example?", "${__value.raw}&", of_table=True),
                                                   "is no dashboard of these"),
    "a runbook that is not there": (put("${runbooks}/${__value.raw}", *_IN_ROW, "fieldConfig", "overrides", 1,
                                        "properties", 0, "value", 0, "url"), "there is no docs/runbooks/127.0.0.1"),
}


class PlantedMistakesTest(unittest.TestCase):
    def assert_found(self, mistakes, problems):
        self.assertEqual([], list(problems(example())), "the example is not right")
        for name, (plant, said) in mistakes.items():
            with self.subTest(name):
                page = example()
                plant(page)
                found = list(problems(page))
                self.assertTrue(any(said in text for text in found), f"{said!r} is not in {found}")

    def test_mistakes_of_form(self):
        self.assert_found(STATIC, lambda page: check.problems([page]))

    def test_two_pages_with_one_uid(self):
        self.assertTrue(any("several" in text for text in check.problems([example(), example()])))

    def test_mistakes_in_names(self):
        known = Known()
        names = Names(known)
        self.assert_found(NAMED, lambda page: [*names.problems(page), *twice.problems(page, known)])

    def test_mistakes_that_prometheus_tells(self):
        with contextlib.ExitStack() as stack:
            redis = stack.enter_context(RedisServer())
            exporter = stack.enter_context(Exporter(f"--redis.addr={redis.url}"))
            prometheus = stack.enter_context(Prometheus(configuration("page", exporter)))
            redis.command("SET", "key", "value")
            live = Live(prometheus.url, empty=Empty(_EMPTY))
            wait_until(lambda: not live.problems(example()), "the example is answered", pause=0.5)
            self.assert_found(ASKED, live.problems)
            self.assert_found(FOLLOWED, lambda page: live.problems(page) or links.Followed(
                [page], live, Empty(_EMPTY)).problems(page))

    def test_what_is_listed_as_empty_and_is_not_there(self):
        self.assertIn("no query", Empty(_EMPTY).unused()[0])
        with self.assertRaisesRegex(ValueError, "twice"):
            Empty(_EMPTY * 2)


class GeneratedTest(unittest.TestCase):
    def setUp(self):
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix="fleet-dashboards-"))
        self.folder = pathlib.Path(folder)
        (self.folder / "source").mkdir()
        for name in ("source/fleet.ts", "package.json", "package-lock.json", "redis-fleet.json"):
            (self.folder / name).write_text(name)
        self.write_sums()
        self.assertEqual([], self.problems())

    def write_sums(self):
        files = sorted(path for path in self.folder.rglob("*") if path.is_file()
                       and path.name != generated.SUMS)
        (self.folder / generated.SUMS).write_text("".join(
            f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(self.folder)}\n"
            for path in files))

    def problems(self):
        return list(generated.problems(self.folder))

    def test_a_changed_source(self):
        (self.folder / "source/fleet.ts").write_text("another")
        self.assertIn("source/fleet.ts is not as it was", self.problems()[0])

    def test_a_page_changed_by_hand(self):
        (self.folder / "redis-fleet.json").write_text("another")
        self.assertIn("redis-fleet.json is not as it was", self.problems()[0])

    def test_a_new_reason_of_the_exporter(self):
        page, header = example(), self.folder / "failure.h"

        def found(*names):
            header.write_text("kReasonNames = {\n    " + ", ".join(f'"{name}"' for name in names) + "};")
            return list(generated.reason_problems([page], header))

        self.assertIn("no page tells", found("none", "dns", "limit")[0])
        page.queries()[0][1]["expr"] = " or ".join(
            f'max(redis_exporter_node_failure{{job=~"$job", reason="{one}"}})' for one in ("dns", "limit"))
        self.assertEqual([], found("none", "dns", "limit"))
        self.assertIn("failure.h has ['dns', 'quota', 'limit']", found("none", "dns", "quota", "limit")[0])

    def test_a_new_source(self):
        (self.folder / "source/more.ts").write_text("more")
        self.assertIn("does not have source/more.ts", self.problems()[0])

    def test_a_page_that_nothing_makes(self):
        (self.folder / "redis-more.json").write_text("more")
        self.assertIn("does not have redis-more.json", self.problems()[0])

    def test_a_page_that_is_gone(self):
        (self.folder / "redis-fleet.json").unlink()
        self.assertIn("which is not there", " ".join(self.problems()))


if __name__ == "__main__":
    unittest.main()
