# SPDX-License-Identifier: Apache-2.0
"""What panels say of faults: their queries, asked by promtool of series that are written down here.

A case is a query of a page, what a fleet told, and what the query has to give at some moments. An
expected series is its labels; samples are a minute apart.
"""

import json
import re
import subprocess
import tempfile
import unittest

from dashboards import absent, faults, hidden, lasting, leads, unscraped
from dashboards.figures import column_of
from dashboards.pages import fill, read_pages

_VALUES = {"job": ".*", "redis_group": ".*", "instance": ".*", "__range": "3600s", "__range_s": "3600",
           "__rate_interval": "240s", "__interval": "60s", "durations_of": "shop", "lone_node": ""}


def expression(pages, case):
    """The query of the last panel of that title, as figures come first; of a table, the one of a column. Or that of
    an annotation or a variable."""
    page = pages[f"redis-{case.page}"]
    for variable in page.variables():
        if variable["name"] == case.panel:
            return re.fullmatch(r"query_result\((.*)\)", variable["query"])[1]
    for annotation in page.annotations():
        if annotation["name"] == case.panel and not case.figure:
            return annotation["expr"]
    panel = [one for one in page.filled_panels() if one.get("title") == case.panel
             and (one["type"] == "stat" or not case.figure)][-1]
    if re.fullmatch("[A-Z]", case.column):  # of a column that shows a label
        (target,) = [one for one in panel["targets"] if one["refId"] == case.column]
    else:
        target = column_of(panel, case.column)[0] if case.column else panel["targets"][0]
    return target["expr"]


def _minutes(moment):
    return int(moment[:-1]) * {"m": 1, "h": 60}[moment[-1]]


def asked(pages, case):
    """One test of promtool."""
    chosen = {"redis_group": case.group, **({"instance": "10.0.0.1:6379"} if case.page == "instance" else {}),
              **case.chosen}
    expr = fill(expression(pages, case), {**_VALUES, **chosen})

    def at(moment):
        if not case.past:
            return expr
        begin = 60 * (_minutes(moment) - _minutes(case.past))  # a page's, which promtool has not
        return f"max_over_time(({expr.replace('@ start()', f'@ {begin}')})[{case.past}:1m])"
    return {
        "name": case.name, "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in case.series.items()],
        "promql_expr_test": [
            {"expr": at(moment), "eval_time": moment, "exp_samples": [
                {"labels": labels, "value": value} for labels, value in found.items()]}
            for moment, found in case.expected.items()]}


class FaultsTest(unittest.TestCase):
    def test_panels_say_what_happened(self):
        pages = {page.name: page for page in read_pages()}
        for case in (*absent.CASES, *faults.CASES, *hidden.CASES, *lasting.CASES, *leads.CASES, *unscraped.CASES):
            with self.subTest(case.name), tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
                json.dump({"tests": [asked(pages, case)]}, file)
                file.flush()
                told = subprocess.run(["promtool", "test", "rules", file.name], text=True,
                                      capture_output=True, check=False)
                self.assertEqual(told.returncode, 0, told.stdout + told.stderr)


if __name__ == "__main__":
    unittest.main()
