# SPDX-License-Identifier: Apache-2.0
"""What a PromQL expression names, for the lint: enough of the grammar to find selectors, and what
is around them. promtool judges whether the expression is valid."""

import collections
import re

# metric: "" where only matchers select. matchers: [(label, operator, value)]. functions: names of
# the functions and aggregations around it. bare: neither an aggregation around it nor on (...)
# before it says which of its labels count. by: the labels of the innermost `by` or `without`.
# joined: on (...) is before it, so that it only filters. groupings: the labels of `by` or `without` of
# each of functions.
Selector = collections.namedtuple("Selector", "metric matchers functions bare by joined groupings")
# The lists of labels that on, ignoring, by, without, group_left and group_right name.
LabelList = collections.namedtuple("LabelList", "keyword labels")

AGGREGATIONS = {"sum", "min", "max", "avg", "count", "group", "stddev", "stdvar", "topk", "bottomk",
                "count_values", "quantile"}
OPERATORS = {"and", "or", "unless", "atan2", "+", "-", "*", "/", "%", "^", "==", "!=", ">", "<",
             ">=", "<="}
LISTS = {"on", "ignoring", "by", "without", "group_left", "group_right"}
WORDS = {"bool", "offset", "inf", "nan", "start", "end"}

_TOKEN = re.compile(r"""
    (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
  | (?P<number>\d[\w.]*)
  | (?P<word>[a-zA-Z_:][\w:]*)
  | (?P<mark>=~|!~|==|!=|>=|<=|[-+*/%^=<>(){}\[\],@])
  | \s+
""", re.VERBOSE)


class _Level:
    """What is inside of one pair of parentheses."""

    def __init__(self, function=None, grouping=(), joined=False):
        self.function, self.grouping, self.joined = function, grouping, joined
        self.whole_joined = joined


def tokens(text):
    found, position = [], 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if not match:
            raise ValueError(f"not PromQL: {text[position:]}")
        position = match.end()
        if match.lastgroup:
            found.append((match.lastgroup, match[0]))
    return found


def normal(text):
    """The expression with one blank wherever there are some."""
    return " ".join(text.split())


def read(text):
    """(selectors, lists of labels) of an expression."""
    queue = collections.deque(tokens(text))
    selectors, lists = [], []
    levels = [_Level()]
    function, grouping = None, ()
    while queue:
        kind, word = queue.popleft()
        following = queue[0][1] if queue else ""
        if word in LISTS:
            labels = _labels(queue) if following == "(" else []
            lists.append(LabelList(word, labels))
            if word in ("by", "without"):
                grouping = tuple(labels)
            levels[-1].joined |= word in ("on", "ignoring")
        elif word in OPERATORS:
            levels[-1].joined = levels[-1].whole_joined
        elif word in AGGREGATIONS and following in ("(", "by", "without"):
            function, grouping = word, ()
        elif kind == "word" and following == "(" and word not in WORDS:
            function, grouping = word, ()
        elif word == "(":
            levels.append(_Level(function, grouping, levels[-1].joined))
            function, grouping = None, ()
        elif word == ")":
            levels.pop()
        elif word == "[":
            while queue.popleft()[1] != "]":
                pass
        elif word == "{" or (kind == "word" and word.lower() not in WORDS):
            if word != "{" and following == "{":
                queue.popleft()
            matchers = _matchers(queue) if "{" in (word, following) else []
            selectors.append(_selector("" if word == "{" else word, matchers, levels))
    return selectors, lists


def _selector(metric, matchers, levels):
    around = [level.function for level in levels if level.function]
    groupings = [level.grouping for level in levels if level.function]
    aggregated = any(name in AGGREGATIONS for name in around)
    by = next((level.grouping for level in reversed(levels) if level.grouping), ())
    joined = levels[-1].joined
    return Selector(metric, matchers, around, not aggregated and not joined, by, joined,
                    groupings)


def _labels(queue):
    queue.popleft()
    labels = []
    while (word := queue.popleft()[1]) != ")":
        if word != ",":
            labels.append(word)
    return labels


def _matchers(queue):
    found = []
    while (word := queue.popleft()[1]) != "}":
        if word == ",":
            continue
        operator, value = queue.popleft()[1], queue.popleft()[1]
        found.append((word, operator, value[1:-1].replace("\\\\", "\\")))
    return found
