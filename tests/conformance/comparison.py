# SPDX-License-Identifier: Apache-2.0
"""Compares one scrape of ours with the peer's scrapes before and after it."""

import re

from conformance import tolerances
from support.exposition import Series, text_of

# Go's runtime and its HTTP library: later releases of the peer have these behind a flag.
_NOT_OF_REDIS = re.compile(r"go_|promhttp_")


class Result:
    """What one comparison found. Problems are texts, ordered by how bad they are."""

    def __init__(self):
        self.compared = self.equal = self.listed = 0
        self.missing, self.types, self.values = [], [], []

    def problems(self):
        return [*(f"missing: {text}" for text in self.missing),
                *(f"type: {text}" for text in self.types),
                *(f"value: {text}" for text in self.values)]


def compare(first, ours, second, differences, places):
    """first, second: the peer's families; marks in `differences` which rows were seen."""
    result = Result()

    def is_listed(kind, name, series_text):
        rows = [row for row in differences if row.covers(kind, places, name, series_text)]
        for row in rows:
            row.seen += 1
        return bool(rows)

    for name in sorted(first.keys() | second.keys()):
        if _NOT_OF_REDIS.match(name):
            continue
        theirs = [_samples(families.get(name)) for families in (first, second)]
        family = ours.get(name)
        samples = _samples(family)
        kind = first.get(name, second.get(name)).type
        type_listed = False
        if family is not None and family.type != kind:
            type_listed = is_listed("type", name, name)
            if not type_listed:
                result.types.append(f"{name}: {kind}, ours {family.type}")
        # A series that only one of the peer's scrapes has came or went meanwhile.
        for series in sorted(theirs[0].keys() & theirs[1].keys(), key=text_of):
            result.compared += 1
            text = text_of(series)
            before, after = theirs[0][series], theirs[1][series]
            if series not in samples:
                kinds = _kinds_of_absence(series, name, samples, theirs)
                if any(is_listed(kind, name, text) for kind in kinds):
                    result.listed += 1
                else:
                    result.missing.append(f"{text} {before}{_near(series, samples)}")
            elif _same(series, name, samples[series], before, after, theirs):
                result.listed += type_listed
                result.equal += not type_listed
            elif is_listed("value", name, text):
                result.listed += 1
            else:
                result.values.append(f"{text}: {before}, then {after}; ours {samples[series]}")
    return result


def _samples(family):
    """The samples by series; to Prometheus a label without a value is no label."""
    if family is None:
        return {}
    return {Series(series.name, frozenset(pair for pair in series.labels if pair[1])): value
            for series, value in family.samples.items()}


def _kinds_of_absence(series, name, samples, theirs):
    """How a series of the peer that is not there may be described."""
    kinds, others = ["missing"], samples.keys() - theirs[0].keys()
    if others:
        kinds.append("labels")
    before, after = (scrape[series] for scrape in theirs)
    with_more = [samples[other] for other in others
                 if other.name == series.name and other.labels > series.labels]
    if any(_same(series, name, ours, before, after, theirs) for ours in with_more):
        kinds.append("added labels")
    elif with_more:
        kinds.append("value")
    return kinds


def _same(series, name, ours, before, after, theirs):
    if tolerances.OF_THE_EXPORTER.match(name):
        return True
    if name == "redis_latency_percentiles_usec" and series.name == name:
        # Percentiles move, up or down, with each call: exact where no call was made meanwhile.
        count = Series(f"{name}_count",
                       frozenset(pair for pair in series.labels if pair[0] != "quantile"))
        if theirs[0].get(count) != theirs[1].get(count):
            return ours > 0
    return tolerances.fits(name, ours, before, after)


def _near(series, samples):
    """What ours has under that name, to see a difference of labels at once."""
    near = [text_of(other) for other in samples if other.name == series.name][:3]
    return f" (ours: {', '.join(near)})" if near else ""
