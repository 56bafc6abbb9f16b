#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The comparison itself: it must see every kind of difference, and only these."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from conformance import comparison, differences
from support import exposition

PEER = """\
# TYPE redis_a gauge
redis_a 5
# TYPE redis_b_total counter
redis_b_total{cmd="x"} 7
redis_b_total{cmd="y"} 8
# TYPE redis_info gauge
redis_info{version="1"} 1
# TYPE redis_connected_clients gauge
redis_connected_clients 1
# TYPE go_threads gauge
go_threads 3
"""


def listed(*rows):
    with tempfile.TemporaryDirectory() as folder:
        document = pathlib.Path(folder) / "differences.md"
        document.write_text("\n".join(["| Metric | Where | Differs | Why |", "| --- |", *rows]))
        return differences.read(("everywhere", "Sentinel"), document)


def compare(ours, rows=(), after=PEER):
    return comparison.compare(exposition.parse(PEER), exposition.parse(ours),
                              exposition.parse(after), rows, {"everywhere"})


class Comparison(unittest.TestCase):
    def test_equal_but_for_what_is_not_of_redis_and_what_we_have_more(self):
        result = compare(PEER.replace("go_threads", "redis_more"))
        self.assertEqual(result.problems(), [])
        self.assertEqual((result.compared, result.equal, result.listed), (5, 5, 0))

    def test_a_missing_series_is_the_first_problem(self):
        result = compare(PEER.replace('redis_b_total{cmd="y"} 8\n', "").replace("a 5", "a 6"))
        self.assertEqual([problem.split()[:2] for problem in result.problems()],
                         [["missing:", 'redis_b_total{cmd="y"}'], ["value:", "redis_a:"]])

    def test_another_type(self):
        ours = PEER.replace("TYPE redis_a gauge", "TYPE redis_a counter")
        self.assertEqual(compare(ours).problems(), ["type: redis_a: gauge, ours counter"])
        result = compare(ours, listed("| `redis_a` | everywhere | type | why |"))
        self.assertEqual((result.problems(), result.listed), ([], 1))

    def test_a_value_outside_of_what_the_peer_saw(self):
        after = PEER.replace('cmd="x"} 7', 'cmd="x"} 9')
        for value, problems in ((6, 1), (7, 0), (8, 0), (9, 0), (10, 1)):
            ours = PEER.replace('cmd="x"} 7', f'cmd="x"}} {value}')
            self.assertEqual(len(compare(ours, after=after).problems()), problems, value)

    def test_a_tolerance_is_bounded(self):
        for value, problems in ((3, 0), (4, 1)):
            ours = PEER.replace("redis_connected_clients 1", f"redis_connected_clients {value}")
            self.assertEqual(len(compare(ours).problems()), problems, value)

    def test_other_labels_are_no_missing_series_when_listed(self):
        rows = listed("| `redis_info` | everywhere | labels | why |")
        self.assertEqual(compare(PEER.replace('version="1"', 'version="2"'), rows).problems(), [])
        gone = PEER.replace('redis_info{version="1"} 1\n', "")
        self.assertEqual(len(compare(gone, rows).problems()), 1)

    def test_added_labels_keep_those_of_the_peer_and_the_value(self):
        rows = listed("| `redis_info` | everywhere | added labels | why |")
        for ours, problems in (('version="1",id="x"} 1', 0), ('version="2",id="x"} 1', 1),
                               ('version="1",id="x"} 2', 1)):
            self.assertEqual(
                len(compare(PEER.replace('version="1"} 1', ours), rows).problems()), problems, ours)

    def test_another_value_under_added_labels_is_another_value(self):
        rows = listed("| `redis_info` | everywhere | value | why |")
        for ours, problems in (('version="1",id="x"} 2', 0), ('version="1",id="x"} 1', 1),
                               ('version="2"} 2', 1)):
            self.assertEqual(
                len(compare(PEER.replace('version="1"} 1', ours), rows).problems()), problems, ours)

    def test_a_row_counts_only_where_and_for_what_it_says(self):
        gone = PEER.replace('redis_b_total{cmd="y"} 8\n', "")
        for row, problems in (("| `redis_b_*` | everywhere | missing | why |", 0),
                              ('| `redis_b_total{cmd="y"}` | everywhere | missing | why |', 0),
                              ('| `redis_b_total{cmd="x"}` | everywhere | missing | why |', 1),
                              ("| `redis_b_*` | everywhere | value | why |", 1),
                              ("| `redis_b_*` | Sentinel | missing | why |", 1)):
            rows = listed(row)
            self.assertEqual(len(compare(gone, rows).problems()), problems, row)
            self.assertEqual(rows[0].seen, 1 - problems, row)

    def test_a_row_that_is_no_row_is_an_error(self):
        for row in ("| a | everywhere | gone | why |", "| a | nowhere | type | why |", "| a | b |"):
            with self.assertRaises(ValueError):
                listed(row)


if __name__ == "__main__":
    unittest.main()
