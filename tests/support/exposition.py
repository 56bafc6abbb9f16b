# SPDX-License-Identifier: Apache-2.0
"""A strict parser of the Prometheus text format 0.0.4.

Raises FormatError for what a lenient reader lets pass: a malformed line, a series twice, a sample
outside of its family's block, a family in two blocks, a histogram without +Inf or not cumulative.
"""

import collections
import re

# name -> Family; samples: Series -> float. A Series' labels are a frozenset of (label, value), and
# its name is the sample's own (a histogram's are NAME_bucket, NAME_sum and NAME_count).
Family = collections.namedtuple("Family", "type help samples")
Series = collections.namedtuple("Series", "name labels")

_NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,|(?=}))')
_SAMPLE = re.compile(rf"({_NAME})(?:\{{(.*)\}})? (\S+)(?: (-?\d+))?")
_TYPES = ("counter", "gauge", "histogram", "summary", "untyped")
_SUFFIXES = {"histogram": ("_bucket", "_sum", "_count"), "summary": ("", "_sum", "_count")}
_ESCAPES = {r"\\": "\\", r"\"": '"', r"\n": "\n"}


class FormatError(Exception):
    pass


def parse(text):
    """text -> {family name: Family}"""
    if text and not text.endswith("\n"):
        raise FormatError("the last line does not end")
    families, name = {}, None
    for number, line in enumerate(text.split("\n")[:-1], 1):
        try:
            name = _read_line(line, families, name)
        except (FormatError, ValueError) as problem:
            raise FormatError(f"line {number}: {problem}: {line!r}") from None
    for name, family in families.items():
        if family.type == "histogram":
            _check_histogram(name, family)
    return families


def text_of(series):
    """A series as the format writes it, labels sorted."""
    labels = ",".join(f'{name}="{_escaped(value)}"' for name, value in sorted(series.labels))
    return f"{series.name}{{{labels}}}" if labels else series.name


def _read_line(line, families, current):
    """Adds one line; returns the name of the family whose block the next line is in."""
    if line.startswith(("# HELP ", "# TYPE ")):
        return _read_header(line, families, current)
    if line == "" or line.startswith("#"):
        return current
    sample = _SAMPLE.fullmatch(line)
    if not sample:
        raise FormatError("not a sample")
    series = Series(sample[1], _labels(sample[2] or ""))
    family = families.get(current)
    if family is None or not _belongs(series, current, family.type):
        if series.name in families:
            raise FormatError(f"a sample of {series.name} outside of its block")
        current, family = series.name, Family("untyped", None, {})
        families[current] = family
    if series in family.samples:
        raise FormatError("a series twice")
    family.samples[series] = float(sample[3])
    return current


def _read_header(line, families, current):
    kind, name, *rest = line[2:].split(" ", 2)
    value = rest[0] if rest else ""
    if not re.fullmatch(_NAME, name):
        raise FormatError("not a metric name")
    family = families.get(name)
    if family is not None and (current != name or family.samples):
        raise FormatError(f"the family {name} again")
    if family is None:
        family = Family(None, None, {})
    if kind == "HELP":
        if family.help is not None:
            raise FormatError("HELP twice")
        families[name] = family._replace(help=value)
    else:
        if family.type is not None:
            raise FormatError("TYPE twice")
        if value not in _TYPES:
            raise FormatError("not a type")
        families[name] = family._replace(type=value)
    return name


def _belongs(series, name, kind):
    return any(series.name == name + suffix for suffix in _SUFFIXES.get(kind, ("",)))


def _labels(text):
    labels, position = {}, 0
    text += "}"
    while text[position] != "}" or position != len(text) - 1:
        label = _LABEL.match(text, position)
        if not label:
            raise FormatError("malformed labels")
        if label[1] in labels:
            raise FormatError("a label twice")
        labels[label[1]] = re.sub(r'\\[\\"n]', lambda found: _ESCAPES[found[0]], label[2])
        position = label.end()
    return frozenset(labels.items())


def _escaped(value):
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _check_histogram(name, family):
    buckets = collections.defaultdict(dict)
    for series, value in family.samples.items():
        if series.name == name + "_bucket":
            labels = dict(series.labels)
            if "le" not in labels:
                raise FormatError(f"a bucket of {name} without le")
            bound = float(labels.pop("le"))
            buckets[frozenset(labels.items())][bound] = value
    for labels, counts in buckets.items():
        ordered = [counts[bound] for bound in sorted(counts)]
        if ordered != sorted(ordered):
            raise FormatError(f"buckets of {name} {dict(labels)} are not cumulative")
        if counts.get(float("inf")) != family.samples.get(Series(name + "_count", labels)):
            raise FormatError(f"+Inf and _count of {name} {dict(labels)} differ")
