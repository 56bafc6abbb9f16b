#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The parser that other tests rely on: what it reads, and what it must refuse."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from support.exposition import FormatError, Series, parse, text_of


class Parse(unittest.TestCase):
    def test_reads_families_labels_and_escapes(self):
        families = parse("# HELP a text \\n more\n# TYPE a gauge\n"
                         'a{y="2",x="q\\"b\\\\n\\n,}"} 1e+06\n'
                         "a -Inf\n\n# a comment\nb 3\n")
        self.assertEqual(families["a"].type, "gauge")
        self.assertEqual(families["a"].help, "text \\n more")
        self.assertEqual(list(families["a"].samples.values()), [1e6, float("-inf")])
        self.assertEqual(text_of(next(iter(families["a"].samples))),
                         'a{x="q\\"b\\\\n\\n,}",y="2"}')
        self.assertEqual(families["b"], ("untyped", None, {Series("b", frozenset()): 3.0}))

    def test_the_samples_of_histograms_and_summaries_are_theirs(self):
        families = parse('# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\n'
                         'h_sum 5\nh_count 2\n# TYPE s summary\ns{quantile="50"} 1\ns_sum 1\n'
                         "s_count 1\n")
        self.assertEqual([(name, len(family.samples)) for name, family in families.items()],
                         [("h", 4), ("s", 3)])

    def refuses(self, text, why):
        with self.assertRaisesRegex(FormatError, why):
            parse(text)

    def test_refuses_malformed_lines(self):
        self.refuses("a 1", "does not end")
        self.refuses("a x\n", "could not convert")
        self.refuses("a 1 2 3\n", "not a sample")
        self.refuses("9a 1\n", "not a sample")
        self.refuses("# TYPE a number\n", "not a type")
        for labels in ('x="1', "x=1", 'x="1"y="2"', 'x="\\q"', "x"):
            self.refuses(f"a{{{labels}}} 1\n", "malformed labels")
        self.refuses('a{x="1",x="2"} 1\n', "a label twice")

    def test_refuses_what_belongs_together_but_is_not(self):
        self.refuses("a 1\na 2\n", "line 2: a series twice")
        self.refuses('a 1\nb 1\na{x="1"} 2\n', "outside of its block")
        self.refuses("# TYPE a gauge\n# TYPE a gauge\n", "TYPE twice")
        self.refuses("# HELP a x\n# HELP a x\n", "HELP twice")
        self.refuses("a 1\n# TYPE a gauge\n", "the family a again")
        self.refuses("# TYPE a gauge\nb 1\n# HELP a x\n", "the family a again")

    def test_refuses_broken_histograms(self):
        histogram = ('# TYPE h histogram\nh_bucket{{le="1"}} {}\nh_bucket{{le="+Inf"}} {}\n'
                     "h_count {}\n")
        parse(histogram.format(1, 2, 2))
        self.refuses(histogram.format(3, 2, 2), "not cumulative")
        self.refuses(histogram.format(1, 2, 3), "differ")
        self.refuses("# TYPE h histogram\nh_bucket 1\n", "without le")


if __name__ == "__main__":
    unittest.main()
