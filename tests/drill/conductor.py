# SPDX-License-Identifier: Apache-2.0
"""Conducts a drill: breaks, waits for the message, cures, and waits until it is over."""

import collections
import threading
import time
import traceback

from .alerting import RECEIVERS

# seconds: from the fault, and from the cure, to the message; None where there was none.
Row = collections.namedtuple("Row", "alert drill fault notified resolved said")
_OPTIONAL_LABELS = {"job"}


class Failed(Exception):
    pass


class Conductor(threading.Thread):
    """A drill in a thread, which lives until `over`: its servers end with it."""

    def __init__(self, drill, rules, over):
        super().__init__(daemon=True)
        self.drill, self._rules, self._over = drill, rules, over
        self.rows, self.problems = [], []
        self.prepared, self.begin, self.finished = (threading.Event() for _ in range(3))
        self.start()

    def run(self):
        try:
            if self._guarded(self.drill.prepare):
                self.prepared.set()
                self.begin.wait()
                if not self._over.is_set():
                    self._guarded(self._conduct)
            self.prepared.set()
            self.finished.set()
            self._over.wait()
        finally:
            self.drill.close()

    def _guarded(self, action):
        try:
            action()
            return True
        except Failed as failed:
            self.problems.append(str(failed))
        except Exception:
            self.problems.append(f"{self.drill.name}: {traceback.format_exc()}")
        return False

    def _conduct(self):
        heard, faults = [], self.drill.faults()
        for step in self.drill.steps():
            began = time.monotonic()
            next(faults)
            broken = time.monotonic()
            for alert in step:
                if (alert.name, alert.severity) in self._rules.alerts:
                    message = self._wait_for(alert, "firing", began)
                    heard.append((alert, message, message.time - broken))
                    self._log(f"{alert} after {message.time - broken:.1f} s")
        inhibited = {frozenset(alert["labels"].items())
                     for alert in self.drill.fleet.alertmanager.alerts()
                     if alert["status"]["inhibitedBy"]}
        cured = time.monotonic()
        self.drill.cure()
        for alert, message, notified in heard:
            if frozenset(message.labels.items()) in inhibited:
                over = self._wait_until_gone(alert, message)  # nobody is told of what is silenced
            else:
                over = self._wait_for(alert, "resolved", message.time, message.labels).time
                if over < cured and not (alert.passing or self.drill.ends_alone):
                    raise Failed(f"{self.drill.name}: {alert}: was resolved {cured - over:.1f} s "
                                 "before the cure")
            self.rows.append(Row(alert, self.drill.name, self.drill.__doc__, max(0, notified),
                                 max(0, over - cured), message.annotations["description"]))
        self._log("over")

    def _wait_for(self, alert, status, since, labels=None):
        """The first message of this status, to the right receiver, with the right labels."""
        group, end = self.drill.name, time.monotonic() + self.drill.within
        while time.monotonic() < end and not self._over.is_set():
            for message in self.drill.fleet.receiver.messages():
                if message.time >= since and message.status == status and \
                        message.receiver == RECEIVERS[alert.severity] and \
                        (message.labels == labels if labels else self._fits(alert, message.labels)):
                    return message
            self._over.wait(0.1)
        raise Failed(f"{group}: {alert}: nobody was told that it is {status}, within "
                     f"{self.drill.within} s, at {RECEIVERS[alert.severity]} for "
                     f"{labels or self._labels(alert)}\n"
                     + self.drill.fleet.state(alert.name, group))

    def _wait_until_gone(self, alert, message):
        end = time.monotonic() + self.drill.within
        while time.monotonic() < end and not self._over.is_set():
            if not any(one["labels"] == message.labels
                       for one in self.drill.fleet.firing(alert.name, self.drill.name)):
                return time.monotonic()
            self._over.wait(0.3)
        raise Failed(f"{self.drill.name}: {alert}: still fires {self.drill.within} s after the cure\n"
                     + self.drill.fleet.state(alert.name, self.drill.name))

    def _labels(self, alert):
        wanted = {"alertname": alert.name, "severity": alert.severity,
                  "redis_group": self.drill.name}
        if alert.node:
            wanted["instance"] = self.drill.broken.address
        wanted.update(alert.labels)
        return {name: value for name, value in wanted.items() if value is not False}

    def _fits(self, alert, labels):
        """All labels are there and no others; None stands for any value, False for no such label."""
        wanted = self._labels(alert)
        return labels.keys() - _OPTIONAL_LABELS == wanted.keys() - _OPTIONAL_LABELS and all(
            value is None or labels.get(name) == value for name, value in wanted.items())

    def _log(self, text):
        print(f"{time.strftime('%H:%M:%S')} {self.drill.name}: {text}", flush=True)
