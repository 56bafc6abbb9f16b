# SPDX-License-Identifier: Apache-2.0
"""Nothing fires on a mixed fleet that is well, through three hours with an orderly failover, a
restarted replica, a scale-in and a CONFIG RESETSTAT, and through more than a day without events.
promtool evaluates all rules over the series of well_fleet.py and well_platform.py.
"""

import subprocess
import tempfile
import unittest

import yaml

from lint import tree
from rules.well_fleet import (
    ABSENT, EXPORTER, GROUP, GROUPS, REMOVED, RESTART, RESTARTED, SCALE_IN, SERVER, SERVERS, at,
    during, until)
from rules.well_platform import CLUSTER_WIDE, HOSTS, NAMESPACE, PODS, pod

LOOK = 5  # steps from one look to the next


def notation(value, minutes):
    """promtool's notation of a value at each of these minutes."""
    words, there = [], False
    for found in (at(value, minute) for minute in minutes):
        words.append(("stale" if there else "_") if found is None else repr(float(found)))
        there = found is not None
    return " ".join(words)


def series(minutes, faults):
    """[{series, values}]; faults: {(group, instance): series} that win over all others."""
    found = []

    def add(families, **labels):
        for name, value in families.items():
            metric, _, own = name.rstrip("}").partition("{")
            words = [f'{label}="{text}"' for label, text in labels.items()] + [own] * bool(own)
            found.append({"series": f"{metric}{{{', '.join(words)}}}",
                          "values": notation(value, minutes)})

    for (group, instance), own in SERVERS.items():
        families = {**SERVER, **own, **faults.get((group, instance), {})}
        if (group, instance) in RESTARTED:
            families = {name: value if name == "redis_up" else during(RESTART, None, value)
                        for name, value in families.items()}
        if (group, instance) in REMOVED:
            families = {name: until(SCALE_IN, value) for name, value in families.items()}
        name = instance.partition(":")[0]
        place = {"namespace": NAMESPACE, "pod": name} if group == PODS else {}
        add(families, instance=instance, redis_group=group, job="redis", **place)
        if place:
            add(pod(name), job="kubelet, kube-state-metrics")
    add(CLUSTER_WIDE, job="kube-state-metrics")
    for name, families in HOSTS.items():
        add(families, instance=f"{name}:9100", job="node")
    for group, own in GROUPS.items():
        add({**GROUP, **own}, redis_group=group, instance="exporter:9121", job="redis")
    add(EXPORTER, instance="exporter:9121", job="redis")
    return found


def metrics():
    """Names of all metrics of the fleet, and of those that it does not have on purpose."""
    return {one["series"].partition("{")[0] for one in series(range(1), {})} | ABSENT


def promtool(minutes, faults=None, interval=None):
    """promtool's judgement of a fleet in which nothing may fire at any of these minutes; rules are
    evaluated at each of them, or at an interval."""
    step = minutes.step
    # That a failover happened is told, as it should be. Whatever fired since the look before counts.
    looks = range(step * LOOK, len(minutes) * step, step * LOOK)
    firing = 'max_over_time(ALERTS{alertstate="firing", alertname!="RedisFailoverHappened"}[%dm])'
    checks = [{"expr": firing % (step * LOOK), "eval_time": f"{minute}m", "exp_samples": []}
              for minute in looks]
    document = {"rule_files": [str(tree.TOP / "rules" / files)
                               for files in ("redis-*.yml", "opt-in/redis-*.yml")],
                "evaluation_interval": interval or f"{step}m",
                "tests": [{"interval": f"{step}m", "input_series": series(minutes, faults or {}),
                           "promql_expr_test": checks}]}
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        yaml.safe_dump(document, file)
        file.flush()
        # It takes every processor, and other tests watch servers meanwhile.
        return subprocess.run(["nice", "-n", "5", "promtool", "test", "rules", file.name], text=True,
                              timeout=1200, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


class Healthy(unittest.TestCase):
    def test_nothing_fires_through_planned_events(self):
        done = promtool(range(0, 180, 1))
        self.assertEqual(done.returncode, 0, done.stdout.strip()[:4000])

    def test_nothing_fires_for_a_day(self):
        done = promtool(range(180, 180 + 28 * 60, 4))  # behind the events
        self.assertEqual(done.returncode, 0, done.stdout.strip()[:4000])

    def test_nothing_fires_when_evaluated_more_often_than_scraped(self):
        done = promtool(range(0, 121, 1), interval="30s")
        self.assertEqual(done.returncode, 0, done.stdout.strip()[:4000])

    def test_a_fault_is_seen_between_two_looks(self):
        # In the minutes 11 to 13: RedisProtectedModeRefuses waits for two.
        refuses = {'redis_exporter_node_failure{reason="protected_mode"}':
                   lambda minute: int(11 <= minute < 14)}
        done = promtool(range(0, 31, 1), {("idle", "idle:6379"): refuses})
        self.assertEqual(done.returncode, 1)
        self.assertIn('alertname="RedisProtectedModeRefuses"', done.stdout)

    def test_a_fault_is_seen(self):
        done = promtool(range(0, 30, 1), {("idle", "idle:6379"): {"redis_up": until(10, 1, 0)}})
        self.assertEqual(done.returncode, 1)
        self.assertIn('alertname="RedisDown"', done.stdout)
        self.assertNotIn('redis_group="cache"', done.stdout)


if __name__ == "__main__":
    unittest.main()
