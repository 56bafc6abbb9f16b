# SPDX-License-Identifier: Apache-2.0
"""promtool's tests of rules in a VictoriaMetrics: it takes their series, evaluates the expressions
as vmalert does, one after the other at each step, and what would fire is compared."""

import collections
import datetime
import http.client
import json
import re
import struct
import tempfile
import urllib.parse

from support.processes import Program, accepts, free_port

STALE = struct.unpack("<d", struct.pack("<Q", 0x7FF0000000000002))[0]
SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_NUMBER = r"-?[\d.]+(?:e\d+)?"
_ITEM = re.compile(rf"(_|{_NUMBER})(?:([+-])({_NUMBER}))?(?:x(\d+))?")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def seconds(text):
    return sum(float(number) * SECONDS[unit]
               for number, unit in re.findall(r"([\d.]+)(ms|[smhdw])", str(text)))


def values(notation):
    """promtool's notation of a series, one value a step; None where there is no sample."""
    found = []
    for word in str(notation).split():
        if word == "stale":
            found.append(STALE)
            continue
        start, sign, step, times = _ITEM.fullmatch(word).groups()
        count = 1 if times is None else int(times) + (start != "_")
        if start == "_":
            found += [None] * count
        else:
            by = float(f"{sign}{step}") if step else 0
            found += [float(start) + by * number for number in range(count)]
    return found


class VictoriaMetrics(Program):
    def __init__(self, program):
        self._holder = tempfile.TemporaryDirectory(prefix="fleet-victoria-")
        folder, port = self._holder.name, free_port()
        super().__init__(
            [program, f"-httpListenAddr=127.0.0.1:{port}", f"-storageDataPath={folder}/data",
             "-retentionPeriod=100y", "-search.disableCache", "-memory.allowedBytes=256MB"],
            answers=lambda: accepts("127.0.0.1", port), timeout=30, folder=folder,
            name="victoria-metrics")
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def close(self):
        self._connection.close()
        super().close()
        self._holder.cleanup()

    def write(self, series, test):
        """series: [(labels, [(second, value)])]; each of a test is out of the others' sight."""
        body = b"".join(_field(1, _series(labels, samples)) for labels, samples in series)
        self._ask("POST", f"/api/v1/write?extra_label=test={test}", _snappy(body),
                  {"Content-Encoding": "snappy", "X-Prometheus-Remote-Write-Version": "0.1.0"})

    def flush(self):
        """What was written is found from now on."""
        self._ask("GET", "/internal/force_flush")

    def query(self, expression, second, test):
        """[(labels, value)] of an instant query, as vmalert asks it."""
        words = urllib.parse.urlencode({"query": expression, "time": _time(second), "step": "5m",
                                        "extra_filters[]": f'{{test="{test}"}}'})
        rows = json.loads(self._ask("POST", "/api/v1/query", words.encode(), {
            "Content-Type": "application/x-www-form-urlencoded"}))["data"]["result"]
        found = [({name: value for name, value in row["metric"].items()
                   if name not in ("test", "__name__")}, float(row["value"][1])) for row in rows]
        once = {frozenset(labels.items()) for labels, _ in found}
        if len(once) < len(found):  # vmalert refuses it. `or` without `on` compares names, too.
            raise AssertionError(f"the same labels twice: {expression}")
        return found

    def _ask(self, method, path, body=None, headers=None):
        self._connection.request(method, path, body, headers or {})
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise AssertionError(f"{path}: {answer.status} {text[:500]}")
        return text


def _time(second):
    """VictoriaMetrics takes a small number for a year."""
    return datetime.datetime.fromtimestamp(second, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def differences(victoria, groups, test, interval, name):
    """What fires otherwise than a test of promtool says: (alert, time, expected, found)."""
    step = seconds(test["interval"])
    victoria.write([(_labels(one["series"]),
                     [(number * step, value) for number, value in enumerate(values(one["values"]))
                      if value is not None]) for one in test.get("input_series", ())], name)
    victoria.flush()
    cases = test.get("alert_rule_test", [])
    end = max((seconds(case["eval_time"]) for case in cases), default=-1)
    times = [number * interval for number in range(int(end // interval) + 1)]
    rules = [rule for group in groups for rule in group["rules"]]
    wanted = {case["alertname"] for case in cases}
    for rule in _needed([rule for rule in rules if "record" in rule],
                        [rule for rule in rules if rule.get("alert") in wanted]):
        _record(victoria, rule, times, name)
    firing = collections.defaultdict(set)  # (alert, second): label sets
    for rule in rules:
        if rule.get("alert") in wanted:
            since = {}
            for second in times:
                active = {frozenset({**labels, **rule["labels"]}.items())
                          for labels, _ in victoria.query(rule["expr"], second, name)}
                since = {one: since.get(one, second) for one in active}
                firing[rule["alert"], second] |= {
                    one for one in active if second - since[one] >= seconds(rule["for"])}
    for case in cases:
        expected = {frozenset(alert["exp_labels"].items()) for alert in case.get("exp_alerts") or ()}
        at = seconds(case["eval_time"]) // interval * interval
        found = firing[case["alertname"], at]
        if found != expected:
            yield case["alertname"], case["eval_time"], expected - found, found - expected


def _needed(records, alerts):
    """The recording rules that the alerts read, in order; limits first, of which all others may read."""
    found, more = [], alerts
    while more:
        read = " ".join(rule["expr"] for rule in more)
        more = [rule for rule in records if rule["record"] in read and rule not in found]
        found += more
    return sorted(found, key=lambda rule: (not rule["record"].endswith(":threshold"),
                                           records.index(rule)))


def _record(victoria, rule, times, name):
    before, waiting = set(), []
    for second in times:
        now = {frozenset({**labels, "__name__": rule["record"]}.items()): value
               for labels, value in victoria.query(rule["expr"], second, name)}
        samples = {**dict.fromkeys(before - set(now), STALE), **now}
        waiting += [(dict(one), [(second, value)]) for one, value in samples.items()]
        before = set(now)
        if rule["record"] in rule["expr"] or second == times[-1]:  # it reads what it has written
            victoria.write(waiting, name)
            victoria.flush()
            waiting = []


def _labels(series):
    metric, _, rest = series.partition("{")
    return {"__name__": metric, **{label: re.sub(r"\\(.)", r"\1", value)
                                   for label, value in _LABEL.findall(rest)}}


# Prometheus's remote write: protobuf in snappy, which may hold literals alone.

def _varint(number):
    parts = []
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def _field(number, body):
    return _varint(number << 3 | 2) + _varint(len(body)) + body


def _series(labels, samples):
    body = b"".join(_field(1, _field(1, label.encode()) + _field(2, value.encode()))
                    for label, value in sorted(labels.items()))
    return body + b"".join(
        _field(2, b"\x09" + struct.pack("<d", value) + b"\x10" + _varint(int(second * 1000)))
        for second, value in samples)


def _snappy(body):
    literals = (body[start:start + 65536] for start in range(0, len(body), 65536))
    return _varint(len(body)) + b"".join(
        bytes([61 << 2]) + struct.pack("<H", len(one) - 1) + one for one in literals)
