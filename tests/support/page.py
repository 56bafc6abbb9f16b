# SPDX-License-Identifier: Apache-2.0
"""Questions that tests ask of a page of metrics, as exposition.parse() gives it."""

from .exposition import Series


def value(families, name, /, **labels):
    """The value of one series, or None where it is absent."""
    family = families.get(name)
    return family and family.samples.get(Series(name, frozenset(labels.items())))


def by_label(families, name, label):
    """{value of the label: value} over the series of a family."""
    samples = families[name].samples
    return {dict(series.labels)[label]: value for series, value in samples.items()}


def by_instance(families, name, /, **labels):
    """{instance: value} over the series of a family that have these labels, and any others."""
    samples = families[name].samples if name in families else {}
    wanted = set(labels.items())
    return {dict(series.labels)["instance"]: value for series, value in samples.items()
            if wanted <= series.labels}


def reasons(families):
    """The reasons that redis_exporter_node_failure is 1 for."""
    failures = by_label(families, "redis_exporter_node_failure", "reason")
    if len(failures) != 14 or not set(failures.values()) <= {0, 1}:
        raise AssertionError(f"not a 0 or 1 for each reason: {failures}")
    return [reason for reason, failed in failures.items() if failed]


def failed_collectors(families):
    successes = by_label(families, "redis_exporter_collector_success", "collector")
    return [collector for collector, success in successes.items() if success != 1]


def require_complete(families):
    """Raises unless the node is up, and every collector had all that it needs."""
    found = {"redis_up": value(families, "redis_up"), "reasons": reasons(families),
             "complete": value(families, "redis_exporter_scrape_complete"),
             "failed collectors": failed_collectors(families)
             if "redis_exporter_collector_success" in families else "all",
             "refused": value(families, "redis_exporter_refused_commands")}
    wanted = {"redis_up": 1, "reasons": [], "complete": 1, "failed collectors": [], "refused": 0}
    if found != wanted:
        raise AssertionError(f"not a complete scrape: {found}")
