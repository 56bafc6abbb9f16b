# SPDX-License-Identifier: Apache-2.0
"""Which metrics, labels and label values there are: by what the exporter lists, by a real scrape,
and by the golden pages, which are replies that real servers gave."""

import collections
import re

from lint import tree
from rules.foreign import FOREIGN
from support import exposition
from support.exporter import Exporter, run_exporter
from support.fleet_file import FleetFile
from support.processes import wait_until
from support.redis_servers import RedisServer, replica_pair, sentinel

# Prometheus, or the configuration of a node, gives these to every series; namespace and pod only in
# Kubernetes.
COMMON = {"instance", "redis_group", "job", "namespace", "pod"}
# Text or identity of what may be another one after a change of state: the series ends, and a new
# one begins.
CHANGING = {"master_host", "master_port", "master_address", "master_status", "slave_ip",
            "slave_port", "slave_state", "master_replid", "run_id", "message", "value", "serial",
            "flags"}
CHANGING_FAMILIES = {"redis_exporter_last_scrape_error", "redis_clients_paused_info"}


class Known:
    """labels: {metric: names}; values: {(metric, label): values seen}; since: {metric: version}."""

    def __init__(self):
        self.labels = {name: set(labels) for name, labels in FOREIGN.items()}
        self.values = collections.defaultdict(set, {
            (name, label): set(values) for name, labels in FOREIGN.items()
            for label, values in labels.items()})
        self.since = {}
        done = run_exporter("--list-metrics")
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        for line in done.stdout.splitlines():
            name, kind, labels, _, _, since, _ = line.split("\t")
            for suffix in ("", "_bucket", "_sum", "_count"):
                self.since[name + suffix] = since
            self._add(name, kind, set(filter(None, labels.split(","))))
        for page in [*_real_pages(), *_compared_pages(), *_golden_pages()]:
            for name, family in page.items():
                for series in family.samples:
                    labels = dict(series.labels)
                    self._add(name, family.type, set(labels))
                    for label, value in labels.items():
                        self.values[series.name, label].add(value)

    def changes(self, metric):
        """Whether its labels change with the state of a server."""
        return bool(metric in CHANGING_FAMILIES or self.labels.get(metric, set()) & CHANGING)

    def accepts(self, metric, label, operator, value):
        """Whether the matcher can tell series of the metric from each other."""
        seen = self.values[metric, label]
        if label in COMMON:
            return value == ""
        if operator in ("=", "!="):
            return value in seen
        alternatives = value.split("|") if "(" not in value else [value]
        return all(alternative == "" or any(re.fullmatch(alternative, one) for one in seen)
                   for alternative in alternatives)

    def _add(self, name, kind, labels):
        suffixes = {"histogram": ("_bucket", "_sum", "_count"), "summary": ("", "_sum", "_count")}
        for suffix in suffixes.get(kind, ("",)):
            self.labels.setdefault(name + suffix, set()).update(labels)
        if kind == "histogram":
            self.labels[name + "_bucket"].add("le")
        if kind == "summary":
            self.labels[name].add("quantile")


def _real_pages():
    with RedisServer() as redis, sentinel(redis) as watcher, FleetFile(f"""
            groups:
              - {{name: listed, nodes: ["{redis.address}"]}}
              - {{name: Sentinels, standalone: true, nodes: ["{watcher.address}"]}}
              - {{name: watched, sentinel: {{master: mymaster, addresses: ["{watcher.address}"]}}}}
            """) as file, Exporter(file.flag) as exporter:
        return [exporter.scrape(), exporter.scrape(f"/scrape?target={redis.address}")]


def _golden_pages():
    pages = [exposition.parse(tree.text(name)) for name in tree.files(".prom")
             if name.startswith("tests/golden/")]
    assert len(pages) > 20, "golden pages are missing"
    return pages


def _compared_pages():
    """What the exporter tells of a master and its replica once it has compared them."""
    with replica_pair() as (master, replica), FleetFile(f"""
            groups: [{{name: compared, nodes: ["{master.address}", "{replica.address}"]}}]
            """) as file, Exporter(file.flag) as exporter:
        def has_compared():
            lags = exporter.scrape().get("redis_group_replica_lag_seconds")
            return lags is not None and len(lags.samples) == 2
        wait_until(has_compared, "a lag by both ends")
        return [exporter.scrape()]
