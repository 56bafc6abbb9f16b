# SPDX-License-Identifier: Apache-2.0
"""Alerts that Alertmanager's configuration names are alerts of the rules."""

import re
import unittest

import yaml

from lint import tree
from support.alertmanager import configuration

MATCHER = re.compile(r'^\s*(\w+)\s*(=~|!~|!=|=)\s*"?(.*?)"?\s*$')
NAME = re.compile(r"Redis[A-Za-z0-9]+")
SEVERITIES = {"critical", "warning", "info"}


def alerts_of_the_rules():
    """{name: set of severities} of rules/redis-*.yml."""
    found = {}
    for path in (tree.TOP / "rules").glob("redis-*.yml"):
        for group in yaml.safe_load(path.read_text())["groups"]:
            for rule in group["rules"]:
                if "alert" in rule:
                    found.setdefault(rule["alert"], set()).add(rule["labels"]["severity"])
    return found


def alternatives(operator, text):
    """The values that a matcher lists, or None where it is a pattern."""
    parts = text.split("|") if operator.endswith("~") else [text]
    return set(parts) if all(re.fullmatch(r"\w*", part) for part in parts) else None


def problems(rules, known):
    """What is wrong with inhibit_rules, as lines of text; `known` as alerts_of_the_rules()."""
    found = []
    for number, rule in enumerate(rules, 1):
        for side in "source_matchers", "target_matchers":
            names, severities, about_redis = None, SEVERITIES, False
            for matcher in rule[side]:
                label, operator, text = MATCHER.match(matcher).groups()
                if label == "severity":
                    severities = alternatives(operator, text)
                    if not severities or severities - SEVERITIES:
                        found.append(f"rule {number}: {matcher}: no such severity")
                if label == "alertname":
                    about_redis |= not operator.startswith("!") and text.startswith("Redis")
                    listed = alternatives(operator, text)
                    for name in sorted(listed or ()):
                        if not NAME.fullmatch(name):
                            found.append(f"rule {number}: {matcher}: not a name of ours")
                        elif name not in known:
                            found.append(f"rule {number}: no rule has the alert {name}")
                    if listed and not operator.startswith("!"):
                        names = listed
            if not about_redis:
                found.append(f"rule {number}: {side} is about other alerts than Redis's, too")
            for name in sorted(names or ()):
                if name in known and not known[name] & severities:
                    found.append(f"rule {number}: {name} has none of {sorted(severities)}")
    return found


class Names(unittest.TestCase):
    def test_every_alert_that_is_named_is_one_of_the_rules(self):
        found = problems(configuration()["inhibit_rules"], alerts_of_the_rules())
        self.assertFalse(found, "\n".join(found))

    def test_the_reason_of_a_node_that_is_down_calls_nobody(self):
        known = alerts_of_the_rules()
        self.assertEqual(known["RedisDown"], {"critical", "warning"})
        self.assertEqual(known["RedisProtectedModeRefuses"], {"warning"})

    def test_finds_what_is_wrong(self):
        known = {"RedisDown": {"critical"}, "RedisFull": {"warning"}}

        def rule(source=("alertname=\"RedisDown\"",), target=("alertname=~\"Redis.+\"",)):
            return [{"source_matchers": list(source), "target_matchers": list(target)}]

        self.assertEqual(problems(rule(), known), [])
        self.assertEqual(len(problems(rule(), {})), 1)  # no rules, no names
        for bad in [rule(source=['alertname="RedisGone"']), rule(source=['severity="critical"']),
                    rule(target=['alertname=~"RedisFull|RedisGone"']),
                    rule(target=['alertname=~"Redis.+"', 'alertname!="RedisGone"']),
                    rule(target=['alertname="HostFull"', 'alertname=~"Redis.+"']),
                    rule(source=['alertname="RedisDown"', 'severity="warning"']),
                    rule(target=['alertname=~"Redis.+"', 'severity=~"warning|page"'])]:
            with self.subTest(bad):
                self.assertEqual(len(problems(bad, known)), 1, problems(bad, known))


if __name__ == "__main__":
    unittest.main()
