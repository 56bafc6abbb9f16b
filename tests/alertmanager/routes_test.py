# SPDX-License-Identifier: Apache-2.0
"""Who is told of what, by amtool; every receiver is reached, and Alertmanager takes the files."""

import pathlib
import subprocess
import tempfile
import unittest

from support.alertmanager import DEPLOY, configuration

FILE = DEPLOY / "alertmanager.yml"
# Labels of an alert besides its severity, and the receivers of critical, warning and info. The
# events come first, of everything that is about Redis.
ROUTES = [
    ({"redis_group": "payments", "instance": "10.0.0.5:6379"}, ("page", "chat", "mail")),
    ({}, ("page", "chat", "mail")),
    ({"team": "web", "redis_group": "sessions"}, ("web-page", "web-chat", "web-mail")),
    ({"team": "shop"}, ("shop-page", "shop-chat", "mail")),
    ({"team": "nobody"}, ("page", "chat", "mail")),
]


def amtool(*arguments):
    return subprocess.run(["amtool", *map(str, arguments)], capture_output=True, text=True,
                          timeout=60)


def routed(receivers, **labels):
    """Whether amtool finds that these receivers, in this order, are told."""
    done = amtool("config", "routes", "test", f"--config.file={FILE}",
                  f"--verify.receivers={','.join(receivers)}",
                  *(f"{name}={value}" for name, value in labels.items()))
    return done.returncode == 0


class Configuration(unittest.TestCase):
    def test_alertmanager_takes_it(self):
        done = amtool("check-config", FILE)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(" 1 templates", done.stdout)

    def test_a_mistake_in_a_template_would_be_found(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "templates").mkdir()
            (pathlib.Path(folder) / "alertmanager.yml").write_text(FILE.read_text())
            (pathlib.Path(folder) / "templates/redis.tmpl").write_text('{{ define "a" }}')
            self.assertNotEqual(amtool("check-config", f"{folder}/alertmanager.yml").returncode, 0)

    def test_it_has_no_secret(self):
        def keys(value):
            if isinstance(value, dict):
                for name, inner in value.items():
                    yield name
                    yield from keys(inner)
            elif isinstance(value, list):
                for inner in value:
                    yield from keys(inner)

        secret = {"smtp_auth_password", "smtp_auth_secret", "slack_api_url", "api_url", "password",
                  "auth_password", "credentials", "bearer_token", "client_secret"}
        found = set(keys(configuration()))
        self.assertEqual(found & secret, set())
        self.assertTrue({"smtp_auth_password_file", "slack_api_url_file",
                         "credentials_file"} <= found)

    def test_groups_are_by_alert_and_redis_group_everywhere(self):
        def routes(route):
            yield route
            for inner in route.get("routes", []):
                yield from routes(inner)

        root, *others = routes(configuration()["route"])
        self.assertEqual(root["group_by"], ["alertname", "redis_group"])
        for route in others:
            self.assertNotIn("group_by", route)


class Routes(unittest.TestCase):
    def test_each_severity_of_each_team(self):
        for labels, receivers in ROUTES:
            for severity, receiver in zip(("critical", "warning", "info"), receivers):
                with self.subTest(severity=severity, **labels):
                    self.assertTrue(routed(["events", receiver], alertname="RedisDown",
                                           severity=severity, **labels))

    def test_what_is_not_about_redis_is_no_event(self):
        self.assertTrue(routed(["page"], alertname="HostDown", severity="critical"))
        self.assertTrue(routed(["mail"], alertname="HostDown"))

    def test_the_check_itself_can_fail(self):
        self.assertFalse(routed(["events", "mail"], alertname="RedisDown",
                                severity="critical"))

    def test_every_receiver_is_told_of_something(self):
        reached = {receiver for _, receivers in ROUTES for receiver in receivers} | {"events"}
        self.assertEqual(reached, {one["name"] for one in configuration()["receivers"]})


if __name__ == "__main__":
    unittest.main()
