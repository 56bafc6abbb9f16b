# SPDX-License-Identifier: Apache-2.0
"""Hours of a large fleet at once: what the test fleet's pages say, copied as often as nodes are wanted,
each copy with its own names and its own pace, written as OpenMetrics and made blocks of by promtool.

Counters go on as they did between two pages, now faster, now slower; gauges of load swing below what
they are; some groups fail over; all else stays.
"""

import math
import os
import pathlib
import re
import subprocess
import time

from dashboards.fleet import Fleet
from dashboards.names import metrics_of
from dashboards.pages import fill
from support import exposition

STEP = 60
CLOCK = "clock"  # the rate of what goes on with time
_FAILOVERS = "redis_group_failovers_total"
_BETWEEN = 10  # seconds between the two pages
_BLOCK = 2 * 3600
_SWINGING = re.compile(r"_(used|connected_clients|db_keys|lag|instantaneous|fragmentation|rss|dataset|"
                       r"hit|seconds_since)(_|$)")
_STEADY = re.compile(r"(max|limit|config|total_system|timestamp|start_time|info|epoch|peak)")
_PORTS = {"slave_port": "6379", "master_port": "6379", "tcp_port": "6379"}
# Alerts of the rules, which fire on each fifth copy: (name, severity, group of the test fleet).
_ALERTS = [("RedisReplicationLagBytes", "warning", "sessions"),
           ("RedisEvictionStarted", "info", "page-cache"),
           ("RedisClusterSlotsFailing", "critical", "catalogue")]


def iso(moment):
    """A Unix time as draw takes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def metrics_asked(pages):
    """Names of all metrics that pages ask for."""
    expressions = [target["expr"] for page in pages for _, target in page.queries()]
    expressions += [one["expr"] for page in pages for one in page.annotations()]
    found = set().union(*(metrics_of(expression) for expression in expressions))
    for page in pages:
        for variable in page.variables():
            inner = re.match(r"label_values\((.*),\s*\w+\)$", str(variable.get("query", "")))
            if inner:
                found |= metrics_of(fill(inner[1], {}))
    return found


class Template:
    """Series of the test fleet, as (labels, value, rate or None, whether it swings), by metric."""

    def __init__(self, metrics):
        with Fleet() as fleet:
            fleet.wait_until_scraped()
            fleet.fail_over()
            time.sleep(_BETWEEN)
            first = fleet.exporter.scrape("/metrics")
            time.sleep(_BETWEEN)
            self.time = time.time()
            second = fleet.exporter.scrape("/metrics")
            self.exporter = f"{fleet.exporter.host}:{fleet.exporter.port}"
            self.groups, self.nodes = fleet.groups, fleet.nodes
        self.series = {}
        for name, family in second.items():
            before = first[name].samples if name in first else {}
            for series, value in family.samples.items():
                if series.name in metrics:
                    self._add(series, family.type, value, before.get(series))
        self.addresses = self._addresses()
        for of_prometheus, value, swings in (("up", 1, False), ("scrape_duration_seconds", 0.02, True)):
            self.series[of_prometheus] = [
                ({"instance": address, "redis_group": group}, value, None, swings)
                for address, group in self._nodes()]

    def _add(self, series, kind, value, before):
        name, rate = series.name, None
        counted = kind in ("counter", "histogram") or name.endswith(("_total", "_sum", "_count"))
        clock = name.endswith(("_timestamp_seconds", "_time_seconds", "_uptime_in_seconds"))
        if before is not None and value != before and (counted or clock):
            rate = CLOCK if clock else (value - before) / _BETWEEN
        swings = not counted and not clock and bool(_SWINGING.search(name)) and not _STEADY.search(name)
        self.series.setdefault(name, []).append((dict(series.labels), value, rate, swings))

    def _nodes(self):
        """(instance, group) of each."""
        return sorted({(labels["instance"], labels.get("redis_group", ""))
                       for labels, *_ in self.series["redis_up"]})

    def _addresses(self):
        """{address: the same on another host, with {} for a number of 0 to 255}"""
        found = {}
        for number, (address, group) in enumerate(self._nodes()):
            host, _, _ = address.rpartition(":")
            place = f"1.{number}" if host == "127.0.0.1" else host.removeprefix("127.0.")
            found[address] = f"10.{{}}.{place}:{26379 if group == address else 6379}"
        return found

    def renamed(self, labels, copy):
        """Labels of a copy."""
        changed = {}
        for label, value in labels.items():
            if label in _PORTS:
                value = _PORTS[label]
            elif value in self.addresses:
                value = self.addresses[value].format(copy)
            elif label == "redis_group":
                value = f"{value}-{copy:02}"
            else:
                value = value.replace("127.0.", f"10.{copy}.")
            changed[label] = value
        return changed


class History:
    """Writes blocks into a folder. seconds: up to `end`, which is now; writing takes a while."""

    def __init__(self, template, nodes, folder, seconds=6 * 3600):
        self._template, self._folder = template, pathlib.Path(folder)
        self.copies = math.ceil(nodes / template.nodes)
        self.nodes = self.copies * template.nodes
        self.end = int(time.time()) // STEP * STEP
        self.begin = self.end - seconds
        self.series = self.samples = 0

    def write(self):
        """One block after the other: promtool reads a file once for each block that it makes of it."""
        (self._folder / "data").mkdir()
        begin = self.begin
        while begin <= self.end:
            end = min(self.end + STEP, (begin // _BLOCK + 1) * _BLOCK)
            self._block(range(begin, end, STEP))
            begin = end
        return self._folder / "data"

    def _block(self, times):
        path = self._folder / "block.om"
        self.series = 0
        with open(path, "w", buffering=1 << 20) as file:
            self._write(file, times)
            file.write("# EOF\n")
        subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet", path,
                        self._folder / "data"], check=True, stdout=subprocess.DEVNULL)
        os.unlink(path)

    def _write(self, file, times):
        ends = [f" {moment}\n" for moment in times]
        for name, rows in self._template.series.items():
            for labels, value, rate, swings in rows:
                if "instance" not in labels and "redis_group" not in labels:
                    self._series(file, name, {**labels, "instance": self._template.exporter,
                                              "job": "redis_fleet_exporter"}, value, rate, times, ends)
                    continue
                for copy in range(self.copies):
                    renamed = {**self._template.renamed(labels, copy), "job": "redis"}
                    pace = 0.4 + 1.6 * copy / self.copies
                    of_copy = rate if rate in (None, CLOCK) else rate * pace
                    self._series(file, name, renamed, value, of_copy, times, ends, copy, swings)
        for number, (alert, severity, group) in enumerate(_ALERTS):
            for copy in range(number, self.copies, 5):
                self._series(file, "ALERTS", {
                    "alertname": alert, "alertstate": "firing", "severity": severity,
                    "redis_group": f"{group}-{copy:02}"}, 1, None, times, ends)

    def _series(self, file, name, labels, value, rate, times, ends, copy=None, swings=False):
        begin = exposition.text_of(exposition.Series(name, frozenset(labels.items()))) + " "
        if name == _FAILOVERS and copy is not None and copy % 4 == 1:
            event = self.begin + (copy * 4517) % (self.end - self.begin)
            values = [str(int(value) + (moment >= event)) for moment in times]
        elif rate == CLOCK:
            since = self._template.time if value > 1e9 else self.begin  # an uptime began before
            values = [f"{value + moment - since:.10g}" for moment in times]
        elif rate is not None:
            values = [f"{value + rate * _uneven(moment - self.begin, copy or 0):.10g}"
                      for moment in times]
        elif swings:
            values = [f"{value * _SHARE[(moment // STEP + 37 * (copy or 0)) % len(_SHARE)]:.6g}"
                      for moment in times]
        else:
            values = [f"{value:.10g}"] * len(times)
        file.write("".join([begin + one + end for one, end in zip(values, ends)]))
        self.series += 1
        self.samples += len(times)


def _uneven(seconds, copy):
    """Goes on with the seconds, at half to one and a half of their pace."""
    return seconds + 1200 * (math.sin(seconds / 2400 + copy) - math.sin(copy))


# Of a gauge's value, by the minute: 0.6 to 1, in waves.
_SHARE = [0.8 + 0.2 * math.sin(2 * math.pi * minute / 180) * math.cos(2 * math.pi * minute / 53)
          for minute in range(9540)]
