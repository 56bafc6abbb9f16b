# SPDX-License-Identifier: Apache-2.0
"""The rules in Debian 13's Prometheus, 2.53, and in VictoriaMetrics: both take them, and they fire as
the tests for the installed Prometheus say."""

import concurrent.futures
import os
import subprocess
import unittest

import yaml

from lint import tree
from rules.victoria import VictoriaMetrics, differences, seconds
from support.newer_monitoring import newer

RULES = sorted((tree.TOP / "rules").rglob("redis-*.yml"))
TESTS = sorted((tree.TOP / "tests/rules").glob("*_test.yml"))
# For VictoriaMetrics a counter that it has not seen before, and that is small, has risen from 0: in
# these tests some begin at 3 or 5.
RISES_AT_FIRST_SIGHT = {"RedisSentinelTilt", "RedisFailoverHappened", "RedisFailoversRepeating"}


def run(*words):
    return subprocess.run(list(map(str, words)), capture_output=True, text=True, timeout=300)


class Prometheus(unittest.TestCase):
    def test_takes_the_rules(self):
        self.assertIn("version 2.53", run(newer("promtool"), "--version").stdout)
        done = run(newer("promtool"), "check", "rules", *RULES)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_rules_fire_as_their_tests_say(self):
        self.assertGreater(len(TESTS), 20)
        with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            for file, done in zip(TESTS, pool.map(
                    lambda file: run(newer("promtool"), "test", "rules", file), TESTS)):
                with self.subTest(file.name):
                    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class Victoria(unittest.TestCase):
    def test_takes_the_rules_and_their_texts(self):
        done = run(newer("vmalert"), "-dryRun", *(f"-rule={path}" for path in RULES))
        self.assertEqual(done.returncode, 0, done.stderr)
        bad = tree.TOP / "rules/README.md"
        self.assertNotEqual(run(newer("vmalert"), "-dryRun", f"-rule={bad}").returncode, 0)

    def test_rules_fire_as_their_tests_say(self):
        number = 0
        with VictoriaMetrics(newer("victoria-metrics")) as victoria:
            for file in TESTS:
                # 0x60 is not a number here.
                document = yaml.load(file.read_text(), yaml.BaseLoader)
                groups = [group for name in document["rule_files"] for group in
                          yaml.safe_load((file.parent / name).read_text())["groups"]]
                for test in document["tests"]:
                    number += 1
                    with self.subTest(f"{file.name}: {test['name']}"):
                        interval = seconds(document["evaluation_interval"])
                        self.assertEqual([
                            found for found in differences(victoria, groups, test, interval, number)
                            if found[2] or found[0] not in RISES_AT_FIRST_SIGHT], [])
        self.assertGreater(number, 100)

    def test_a_difference_is_found(self):
        rule = {"alert": "A", "expr": "a > 1", "for": "1m", "labels": {"severity": "info"}}
        test = {"interval": "1m", "input_series": [{"series": 'a{b="c"}', "values": "1x4 2x9"}],
                "alert_rule_test": [{"alertname": "A", "eval_time": time, "exp_alerts": [
                    {"exp_labels": {"b": "c", "severity": "info"}}]} for time in ("5m", "6m")]}
        with VictoriaMetrics(newer("victoria-metrics")) as victoria:
            found = list(differences(victoria, [{"rules": [rule]}], test, 60, "one"))
        self.assertEqual([(name, time) for name, time, _, _ in found], [("A", "5m")])


if __name__ == "__main__":
    unittest.main()
