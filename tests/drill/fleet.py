# SPDX-License-Identifier: Apache-2.0
"""All that drills share: the exporter that watches their groups, Prometheus with the rules in scaled
time, Alertmanager and its receiver."""

import contextlib
import json
import pathlib
import subprocess
import tempfile
import threading
import time
import urllib.request

import yaml

from support import busy_machine
from support.alertmanager import Alertmanager
from support.exporter import Exporter
from support.fleet_file import FleetFile
from support.processes import wait_until
from support.prometheus import Prometheus

from .alerting import Receiver, configuration

_TOP = pathlib.Path(__file__).resolve().parents[2]


class Rules:
    """The rules that `rules/render --scale` writes."""

    def __init__(self, factor):
        self.factor = factor
        self._holder = tempfile.TemporaryDirectory(prefix="fleet-rules-")
        self.files = f"{self._holder.name}/*.yml"
        subprocess.run([_TOP / "rules/render", f"--scale={factor}", "--output", self._holder.name],
                       check=True)
        self.alerts = {(rule["alert"], rule["labels"]["severity"])
                       for path in pathlib.Path(self._holder.name).glob("*.yml")
                       for group in yaml.safe_load(path.read_text())["groups"]
                       for rule in group["rules"] if "alert" in rule}


class WatchedFile:
    """A configuration file of an exporter that watches the groups of these drills."""

    def __init__(self, stack, drills):
        self._drills, self._lock = drills, threading.Lock()
        self._file = stack.enter_context(FleetFile(self._text()))
        self.exporter = stack.enter_context(Exporter(self._file.flag, patient=False))

    @property
    def address(self):
        return f"{self.exporter.host}:{self.exporter.port}"

    def reload(self, text=None):
        """Writes what the drills list now, or this text, and lets the exporter read it."""
        with self._lock:
            self._file.write(self._text() if text is None else text)
            return self.exporter.reload().status

    def _text(self):
        whole = {"scrape": {"node_timeout": self._drills[0].node_timeout},
                 "thresholds": busy_machine.THRESHOLDS, "groups": []}
        for drill in self._drills:
            for key, value in drill.config.items():
                if isinstance(value, list):
                    whole.setdefault(key, []).extend(value)
                else:
                    whole.setdefault(key, {}).update(value)
        return json.dumps(whole, indent=2)  # which is YAML, and has no anchors


class Fleet(contextlib.ExitStack):
    """Watches drills whose servers run."""

    def __init__(self, drills, rules):
        super().__init__()
        self.drills, self._factor = drills, rules.factor
        with contextlib.ExitStack() as stack:
            self._start(stack, rules)
            self.push(stack.pop_all())

    def _start(self, stack, rules):
        shared = [drill for drill in self.drills if not drill.own_exporter]
        watched = WatchedFile(stack, shared) if shared else None
        jobs = _jobs_by_node(watched.address) if shared else []
        for drill in self.drills:
            drill.fleet = self
            drill.watched = watched
            if drill.own_exporter:
                drill.watched = WatchedFile(stack, [drill])
                jobs += drill.jobs()
            drill.started()
        self.receiver = stack.enter_context(Receiver())
        self.alertmanager = stack.enter_context(Alertmanager(configuration(self.receiver.url)))
        self.prometheus = stack.enter_context(Prometheus(yaml.safe_dump({
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s",
                       "evaluation_interval": "1s"},
            "rule_files": [rules.files],
            "alerting": {"alertmanagers": [
                {"static_configs": [{"targets": [
                    self.alertmanager.url.removeprefix("http://")]}]}]},
            "scrape_configs": jobs})))

        self._began = time.monotonic()

    def age(self):
        """Seconds since Prometheus began to scrape."""
        return time.monotonic() - self._began

    def seconds_of(self, hours):
        """How long so many hours of the rules are here."""
        return hours * 3600 * self._factor

    def wait_until_watched(self):
        """Until every group has been compared, and all its nodes are up."""
        wait_until(lambda: self.prometheus.vector("count(redis_up)"), "a first scrape", 60, 0.2)
        for what in ("redis_up == 0", "redis_group_comparison_timestamp_seconds == 0",
                     "max by (redis_group) (redis_group_expected_nodes) - on (redis_group) "
                     "max by (redis_group) (redis_group_answering_nodes) > 0"):
            wait_until(lambda: not self.prometheus.vector(what), f"no {what}", 60, 0.2)

    def firing(self, name, group):
        """What Prometheus has of an alert, of a group or without one."""
        return [alert for alert in self._alerts() if alert["labels"]["alertname"] == name
                and alert["labels"].get("redis_group", group) == group]

    def state(self, name, group):
        """For the log: what is known of an alert."""
        lines = [f"    Prometheus: {alert['state']} {alert['labels']} value {alert['value']}"
                 for alert in self.firing(name, group)] or ["    Prometheus: inactive"]
        lines += [f"    Alertmanager: {alert['status']} {alert['labels']}"
                  for alert in self.alertmanager.alerts()
                  if alert["labels"]["alertname"] == name
                  and alert["labels"].get("redis_group", group) == group]
        lines += [f"    message to {one.receiver}: {one.status} {one.labels}"
                  for one in self.receiver.messages() if one.labels["alertname"] == name
                  and one.labels.get("redis_group", group) == group]
        return "\n".join(lines)

    def fired(self):
        """Labels of all alerts that fired since the begin."""
        return [labels for labels, _ in self.prometheus.vector(
            'max by (alertname, severity, redis_group, instance, job) '
            '(max_over_time(ALERTS{alertstate="firing"}[1h]))')]

    def _alerts(self):
        with urllib.request.urlopen(f"{self.prometheus.url}/api/v1/alerts", timeout=10) as answer:
            return json.load(answer)["data"]["alerts"]


def _jobs_by_node(address):
    """As deploy/prometheus/fleet-sd.yml has them."""
    return [{"job_name": "redis", "http_sd_configs": [
                {"url": f"http://{address}/sd", "refresh_interval": "1s"}]},
            {"job_name": "redis_fleet_exporter", "metrics_path": "/metrics/fleet",
             "honor_labels": True, "static_configs": [{"targets": [address]}]}]
