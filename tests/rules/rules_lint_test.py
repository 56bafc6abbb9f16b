# SPDX-License-Identifier: Apache-2.0
"""The rule pack keeps to its conventions, is fresh, and is what promtool takes; and the lint finds
each kind of mistake when it is planted."""

import concurrent.futures
import copy
import os
import re
import subprocess
import tempfile
import unittest

import yaml

from lint import tree
from rules import rules_lint
from rules.known import Known
from rules.pack import Pack, render


def run(*words):
    return subprocess.run(list(map(str, words)), cwd=tree.TOP, capture_output=True, text=True,
                          timeout=1200)


class Rules(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pack, cls.known = Pack(), Known()

    def test_the_pack_keeps_to_its_conventions(self):
        self.assertGreater(len(self.pack.alerts()), 10)
        found = rules_lint.problems(self.pack, self.known)
        if found:
            self.fail("\n" + "\n".join(found))

    def planted(self, check, **changes):
        """What a check says of a copy of the pack in which RedisMemorySwapped was changed."""
        pack = copy.deepcopy(self.pack)
        for _, rule in pack.alerts():
            if rule["alert"] == "RedisMemorySwapped":
                rule.update(changes)
        return list(check(pack, self.known))

    def alert(self):
        (found,) = [rule for _, rule in self.pack.alerts() if rule["alert"] == "RedisMemorySwapped"]
        return found

    def test_finds_planted_mistakes_in_an_alert(self):
        texts = self.alert()["annotations"]
        expression = self.alert()["expr"]
        for check, changes in [
                (rules_lint.names, {"alert": "RedisMemoryFragmented"}),
                (rules_lint.names, {"alert": "RedisOOM"}),
                (rules_lint.names, {"alert": "Redis" + "Memory" * 6}),
                (rules_lint.labels, {"labels": {"severity": "page"}}),
                (rules_lint.labels, {"labels": {"severity": "warning", "team": "db"}}),
                (rules_lint.annotations, {"annotations": {"summary": "A server swaps."}}),
                (rules_lint.annotations, {"annotations": {**texts, "summary": "No period"}}),
                (rules_lint.annotations, {"annotations": {**texts, "summary": "{{ $value }} is."}}),
                (rules_lint.annotations, {"annotations": {**texts, "summary": "Two. Of them."}}),
                (rules_lint.annotations, {"annotations": {**texts, "description": "It swaps."}}),
                (rules_lint.annotations, {"annotations": {**texts, "runbook_url": "/X"}}),
                (rules_lint.selectors, {"expr": "redis_memory_used > 0"}),
                (rules_lint.selectors, {"expr": "node_vmstat_oom_kill > 0"}),
                (rules_lint.selectors, {"expr": 'redis_errors_total{error="OOM"} > 0'}),
                (rules_lint.selectors, {"expr": 'redis_errors_total{err="OUT"} > 0'}),
                (rules_lint.selectors, {"expr": 'redis_errors_total{err=~"OOM|OUT"} > 0'}),
                (rules_lint.selectors, {"expr": 'redis_up{job="redis"} == 0'}),
                (rules_lint.selectors, {"expr": '{__name__="redis_up"} == 0'}),
                (rules_lint.selectors, {"expr": 'redis_commands_latencies_usec_bucket{le="1"}'}),
                (rules_lint.selectors, {"expr": "redis_master_link_up == 0"}),
                (rules_lint.selectors, {"expr": "sum(changes(redis_master_link_up[1m])) > 0"}),
                *((rules_lint.queries, {"annotations": {**texts, "description": description}})
                  for description in [
                      '{{ "redis_up" | query }}',
                      '{{ printf "redis_down{instance=%q}" $labels.instance | query }}',
                      '{{ printf "redis_up{node=%q}" $labels.instance | query }}',
                      '{{ range printf "redis_up{instance=%q}" "a" | query }}{{ end }}']),
                (rules_lint.joins, {"expr": "redis_up * on (job) redis_memory_used_bytes"}),
                (rules_lint.joins, {"expr": "redis_up and on (role) redis_instance_info"}),
                (rules_lint.groups, {"expr": "sum by (redis_group) (redis_up) < 1"}),
                (rules_lint.thresholds, {"expr": expression.replace("resident", "present")}),
                (rules_lint.thresholds, {"expr": expression.replace("<", ">", 1)}),
                (rules_lint.thresholds, {"expr": expression.replace("group_left ()", "")}),
                (rules_lint.thresholds, {"expr": expression.replace("resident_ratio_warning",
                                                                    "used_ratio_critical")}),
                (rules_lint.thresholds, {"annotations": {**texts, "description": "$value."}}),
                (rules_lint.tests, {"alert": "RedisMemoryUntested"}),
                (rules_lint.tests, {"labels": {"severity": "critical"}}),
                (rules_lint.healthy, {"expr": "redis_hz == 0"}),
                (rules_lint.runbooks, {"alert": "RedisMemoryUnexplained"}),
                (rules_lint.readme, {"alert": "RedisMemoryUnlisted"}),
                (rules_lint.readme, {"labels": {"severity": "critical"}}),
                (rules_lint.readme, {"expr": "redis_up == 0"})]:
            with self.subTest(check=check.__name__, **changes):
                self.assertEqual(self.planted(check), [])
                self.assertNotEqual(self.planted(check, **changes), [])

    def test_finds_planted_mistakes_around_alerts(self):
        def plant(check, change):
            pack = copy.deepcopy(self.pack)
            change(pack)
            return list(check(pack, self.known))

        def rule(pack):
            return next(rule for rule in pack.sources["memory.yml"]["groups"][0]["rules"]
                        if "alert" in rule)

        def replaced(text, pattern, by):
            changed = re.sub(pattern, by, text, count=1)
            self.assertTrue(changed != text, f"{pattern}: not there")
            return changed

        def readme(pattern, by):
            return lambda pack: setattr(pack, "readme", replaced(pack.readme, pattern, by))

        for check, change in [
                (rules_lint.names, lambda pack: pack.groups()[0][1].update(
                    name=pack.groups()[1][1]["name"])),
                (rules_lint.names, lambda pack: pack.records()[0][1].update(record="a_b")),
                (rules_lint.names, lambda pack: pack.records()[0][1].update(
                    record=pack.records()[1][1]["record"])),
                (rules_lint.sizes, lambda pack: pack.groups()[0][1]["rules"].extend([{}] * 20)),
                (rules_lint.times, lambda pack: rule(pack).update({"for": "5m"})),
                (rules_lint.times, lambda pack: rule(pack).pop("for")),
                (rules_lint.times, lambda pack: rule(pack).update({"for": "${rate_window}"})),
                (rules_lint.times, lambda pack: rule(pack).update(expr="rate(redis_a_total[5m])")),
                (rules_lint.times, lambda pack: rule(pack).update(expr="(redis_up offset 5m)")),
                (rules_lint.times, lambda pack: setattr(pack, "times", "unused_window: 1m\n")),
                (rules_lint.tests, lambda pack: pack.tests["memory_test.yml"]["tests"].clear()),
                (rules_lint.runbooks, lambda pack: pack.runbooks.update(RedisNone="# RedisNone\n")),
                (rules_lint.runbooks, lambda pack: pack.runbooks.update(RedisDown="# Down\n")),
                (rules_lint.runbooks, lambda pack: pack.runbooks.update(RedisOutOfMemory=re.sub(
                    r"(?s)(## Cure\n).*?(?=## )", r"\1", pack.runbooks["RedisOutOfMemory"]))),
                (rules_lint.readme, readme(r"\| promtool[^|]* \|", "| |")),
                (rules_lint.readme, readme(r"(`redis_errors_total` \|) 6.2", r"\1 ")),
                (rules_lint.readme, readme(r"`redis_errors_total`", "`redis_none`")),
                (rules_lint.readme, readme(r"`memory_used_ratio`", "`memory_full_seconds`")),
                (rules_lint.readme, readme(r"\| `memory_used_ratio` \|", "| |")),
                (rules_lint.readme, readme(r"(?<=\n)(\| A server is down.*\n)", r"\1\1")),
                (rules_lint.readme, readme(r"\[RedisOutOfMemory\]\([^)]*\)", "RedisOutOfMemory")),
                (rules_lint.readme, readme("promtool; no drill: it needs a day", "promtool")),
                (rules_lint.drills, readme("promtool; no drill: it needs a day", "promtool, drill")),
                (rules_lint.drills, readme("promtool, drill", "promtool; no drill: why"))]:
            with self.subTest(check=check.__name__):
                self.assertNotEqual(plant(check, change), [])

    def test_lets_right_expressions_pass(self):
        for expression in [
                'redis_up and on (redis_group, instance) redis_slave_info{read_only="1"}',
                "max by (redis_group, instance) (redis_master_link_up) == 0",
                'count by (redis_group) (redis_up{redis_group!=""}) < 1',
                'redis_commands_total{cmd=~"get|info"} > 0',
                "up == 0 and on (job, instance) redis_up"]:
            for check in (rules_lint.selectors, rules_lint.joins, rules_lint.groups):
                with self.subTest(expression, check=check.__name__):
                    self.assertEqual(self.planted(check, expr=expression), [])


class Files(unittest.TestCase):
    def test_what_is_committed_is_what_the_sources_say(self):
        done = run("rules/render", "--check")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_promtool_takes_the_rules(self):
        done = run("promtool", "check", "rules", *sorted((tree.TOP / "rules").rglob("redis-*.yml")))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_rules_fire_as_their_tests_say(self):
        files = sorted((tree.TOP / "tests/rules").glob("*_test.yml"))
        self.assertGreater(len(files), 0)
        with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            for file, done in zip(files, pool.map(
                    lambda file: run("nice", "-n", "5", "promtool", "test", "rules", file), files)):
                with self.subTest(file.name):
                    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_each_time_says_what_it_is_for(self):
        for line in render.TIMES.read_text().splitlines():
            self.assertRegex(line, r"^$|^#|^[a-z0-9_]+: \d+[smhdw]( # .+)?$")


class Rendering(unittest.TestCase):
    def render(self, *arguments):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        done = run("rules/render", f"--output={folder}", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return folder

    def rule(self, folder, alert):
        with open(f"{folder}/redis-memory.yml") as file:
            rules = yaml.safe_load(file)["groups"][0]["rules"]
        return next(rule for rule in rules if rule.get("alert") == alert)

    def test_scales_times_down_to_their_floors(self):
        folder = self.render("--scale=0.01")
        started = self.rule(folder, "RedisEvictionStarted")
        self.assertIn("[9s]", started["expr"])  # 15m
        self.assertIn("[864s] offset 9s", started["expr"])  # 1d
        self.assertEqual(started["for"], "2s")  # 2m, at the floor of 2 s
        rate = self.rule(folder, "RedisEvictionRateHigh")
        self.assertIn("[4s]", rate["expr"])  # 5m, at the floor of 4 s
        self.assertEqual(rate["for"], "6s")
        done = run("promtool", "check", "rules", f"{folder}/redis-memory.yml")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_stretches_short_times_alone(self):
        folder = self.render("--scale=2")
        started = self.rule(folder, "RedisEvictionStarted")
        self.assertIn("[1d] offset 15m", started["expr"])
        self.assertIn("within 15m, after none within 1d", started["annotations"]["description"])
        self.assertEqual(started["for"], "4m")  # 2m
        rate = self.rule(folder, "RedisEvictionRateHigh")
        self.assertIn("[10m]", rate["expr"])  # 5m
        self.assertEqual(rate["for"], "15m")  # 10m, stretched no further

    def test_writes_long_times_as_people_do(self):
        started = self.rule(self.render("--scale=0.5"), "RedisEvictionStarted")
        self.assertIn("[12h]", started["expr"])  # 1d
        self.assertEqual(started["for"], "1m")

    def test_sets_the_base_of_runbooks(self):
        folder = self.render("--runbooks=https://wiki/redis/")
        self.assertEqual(self.rule(folder, "RedisOutOfMemory")["annotations"]["runbook_url"],
                         "https://wiki/redis/RedisOutOfMemory")

    def test_finds_what_is_stale_and_leaves_what_others_wrote(self):
        folder = self.render()
        with open(f"{folder}/redis-ours.yml", "w") as file:
            file.write("groups: []\n")
        check = ("rules/render", "--check", f"--output={folder}")
        self.assertEqual(run(*check).returncode, 0)
        with open(f"{folder}/redis-memory.yml", "a") as file:
            file.write("# more\n")
        with open(f"{folder}/redis-gone.yml", "w") as file:
            file.write(render.HEAD.format("rules/source/gone.yml"))
        done = run(*check)
        self.assertEqual((done.returncode, done.stderr.split(": ")[2]),
                         (1, "redis-gone.yml redis-memory.yml"))
        run("rules/render", f"--output={folder}")
        self.assertEqual(run(*check).returncode, 0)
        with open(f"{folder}/redis-ours.yml") as file:
            self.assertEqual(file.read(), "groups: []\n")

    def test_refuses_what_is_no_time(self):
        with self.assertRaisesRegex(render.Problem, "5 minutes is no duration"):
            render.milliseconds("5 minutes")
        with self.assertRaisesRegex(render.Problem, "none_for} is not in times.yml"):
            render.filled("for: ${none_for}", {}, "memory.yml")
        self.assertEqual(run("rules/render", "--scale=0", "--check").returncode, 2)


if __name__ == "__main__":
    unittest.main()
