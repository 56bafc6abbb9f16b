# SPDX-License-Identifier: Apache-2.0
"""The commands of deploy/*.md, one after the other, as an operator types them.

Folders of the system and ports are the test's, systemd and the editor are stood in for; the
programs that it would start are real ones on the files that the commands have written.
"""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from support.alertmanager import HttpSink
from support.exporter import Exporter
from support.guide import blocks
from support.processes import Program, free_port, is_ready, wait_until
from support.prometheus_files import TOP, rules
from support.redis_servers import RedisServer

STAND_INS = """
systemctl() { echo "$@" >> systemctl.log; }
editor() { test -w "$1"; }
apt-get() { dpkg-query -W "${@: -1}"; }
"""
# Without rights to give files away it is only checked that they are there.
UNPRIVILEGED = """
chgrp() { test -e "${@: -1}"; }
chown() { test -e "${@: -1}"; }
"""


def written_by_the_guide(name):
    """What the guide's block for the exporter puts into this file."""
    (script,) = [text for mark, _, text in blocks("deploy/README.md") if mark == "exporter"]
    return re.search(rf"^cat > {name} <<'END'\n(.*?)^END$", script, re.MULTILINE | re.DOTALL)[1]


class Guide(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.redis = self.enterContext(RedisServer())
        fleet = self.folder / "fleet.yaml"
        fleet.write_text(written_by_the_guide("fleet.yaml").replace("localhost:6379",
                                                                    self.redis.address))
        self.exporter = self.enterContext(Exporter(f"--config.file={fleet}"))
        self.slack = self.enterContext(HttpSink())
        self.ports = {"prometheus": free_port(), "prometheus-alertmanager": free_port()}
        self.etc, self.data = self.folder / "etc", self.folder / "data"
        self.places = [("/etc/prometheus", self.etc), ("/var/lib/prometheus/metrics2", self.data),
                       ("localhost:9121", f"127.0.0.1:{self.exporter.port}"),
                       ("localhost:9090", f"localhost:{self.ports['prometheus']}"),
                       ("localhost:9093", f"localhost:{self.ports['prometheus-alertmanager']}"),
                       ("rules/render", TOP / "rules/render"), ("15s", "1s"), ("group_wait: 30s", "group_wait: 1s")]
        self.etc.mkdir()
        self.data.mkdir()
        (self.etc / "prometheus.yml").write_text("# Debian's\n")
        self.copy = self.folder / "copy"
        shutil.copytree(TOP / "deploy", self.copy / "deploy")
        for path in (self.copy / "deploy").rglob("*.yml"):
            path.write_text(self.placed(path.read_text()))
        for name, text in rules().items():
            (self.copy / name).parent.mkdir(exist_ok=True)
            (self.copy / name).write_text(text)

    def placed(self, text):
        for written, ours in self.places:
            text = text.replace(written, str(ours))
        return text

    def shell(self, script):
        stand_ins = STAND_INS + (UNPRIVILEGED if os.getuid() else "")
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", stand_ins + self.placed(script)],
                              cwd=self.copy, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, f"{script}\n{done.stdout}{done.stderr}")
        return done.stdout

    def program(self, name, *flags):
        """The program of a unit, as Debian starts it."""
        address = f"127.0.0.1:{self.ports[name]}"
        return self.enterContext(Program([name, f"--web.listen-address={address}", *flags],
                                         answers=lambda: is_ready(f"http://{address}"), timeout=30))

    def start(self):
        self.assertEqual((self.copy / "systemctl.log").read_text(),
                         "restart prometheus prometheus-alertmanager\n")
        (self.etc / "secrets/slack_url").write_text(f"http://{self.slack.address}/slack")
        self.alertmanager = self.start_alertmanager()
        self.prometheus = self.program(
            "prometheus", f"--config.file={self.etc}/prometheus.yml",
            f"--storage.tsdb.path={self.data}", "--storage.tsdb.retention.time=10y")

    def start_alertmanager(self):
        return self.program(
            "prometheus-alertmanager", f"--config.file={self.etc}/alertmanager.yml",
            f"--storage.path={self.folder}/alerts", "--cluster.listen-address=")

    def found(self, query):
        return subprocess.run(["promtool", "query", "instant", self.placed("http://localhost:9090"),
                               query], capture_output=True, text=True, timeout=60).stdout

    def test_from_nothing_to_a_message_and_the_history_before(self):
        printed = self.follow_the_guide()
        self.assertEqual((self.etc / "prometheus.yml~").read_text(), "# Debian's\n")
        self.assertEqual((self.etc / "secrets").stat().st_mode & 0o777, 0o750)
        for part in ("=> 1 @", f"{self.ports['prometheus-alertmanager']}/api/v2/alerts",
                     "events,chat"):
            self.assertIn(part, printed)
        path, _, message = wait_until(lambda: list(self.slack.received), "the message")[0]
        self.assertEqual(path, "/slack")
        (attachment,) = message["attachments"]
        self.assertEqual(attachment["title"], "WARNING RedisTest test")
        self.assertIn("nothing is wrong", attachment["text"])
        self.backfill()

    def follow_the_guide(self):
        ran, printed = 0, ""
        for mark, language, script in blocks("deploy/README.md"):
            if mark == "exporter":
                continue  # setUp has done it
            if mark == "install":
                packages = script.split("install -y ")[1].split()
                subprocess.run(["dpkg-query", "-W", *packages], check=True, capture_output=True)
                continue
            self.assertEqual((mark, language), ("test", "sh"))
            with self.subTest(script):
                if ran == 5:
                    wait_until(lambda: "=> 1 @" in self.found("redis_up"), "a scrape")
                    wait_until(lambda: "/api/v2/alerts" in self.shell(
                        "curl -s http://localhost:9090/api/v1/alertmanagers"), "Alertmanager",
                        pause=0.5)
                printed += self.shell(script)
                if "systemctl" in script:
                    self.start()
            ran += 1
        self.assertEqual(ran, 8)
        return printed

    def backfill(self):
        found = blocks("deploy/prometheus/README.md")
        ran = 0
        for (mark, _, script), (after, _, prints) in zip(found, [*found[1:], ("", "", "")]):
            if mark not in ("test", "test stopped"):
                continue
            with self.subTest(script):
                if mark == "test stopped":
                    self.prometheus.stop()
                printed = self.shell(script)
                if mark == "test stopped":
                    self.prometheus.start()
                if after == "prints":
                    self.assertEqual(printed, prints)
            ran += 1
        self.assertEqual(ran, 5)
        self.assertTrue(list((self.copy / "blocks-of-rules").iterdir()))

    def test_trying_a_change_of_alertmanager(self):
        scripts = [script for mark, _, script in blocks("deploy/alertmanager/README.md")
                   if mark == "test"]
        self.assertEqual(len(scripts), 1)
        self.install_alertmanager()
        printed = self.shell(scripts[0])
        for part in 'severity="critical"', "CRITICAL RedisDown payments 10.0.0.5:6379\n":
            self.assertIn(part, printed)

    def install_alertmanager(self, route="", receivers=""):
        """Our files, with this below the routes of teams, and at the end of the receivers."""
        text = (self.copy / "deploy/alertmanager/alertmanager.yml").read_text()
        for place, more in [("    - matchers: ['severity=\"critical\"']\n      receiver: page", route),
                            ("\n# One cause, one message.", receivers)]:
            self.assertEqual(text.count(place), 1)
            text = text.replace(place, more + place)
        (self.etc / "alertmanager.yml").write_text(text)
        shutil.copytree(self.copy / "deploy/alertmanager/templates", self.etc / "templates")

    def marked(self, mark):
        """The one block of Alertmanager's guide with this mark."""
        (text,) = [text for found, _, text in blocks("deploy/alertmanager/README.md")
                   if found == mark]
        return text

    def test_a_team_is_added(self):
        self.install_alertmanager(self.marked("route"), self.marked("receivers"))
        self.install_prometheus(self.marked("alerting"))
        self.assertIn("events,pay-page", self.shell(self.marked("test team")))

    def install_prometheus(self, alerting):
        text = (self.copy / "deploy/prometheus/fleet-metrics.yml").read_text()
        (self.etc / "prometheus.yml").write_text(
            text.replace("alerting:\n", f"alerting:\n{alerting}"))

    def test_silences_are_for_a_group_a_node_and_a_server_of_its_own(self):
        self.install_alertmanager()
        self.alertmanager = self.start_alertmanager()
        printed = self.shell(self.marked("test silences"))
        for matchers in ('redis_group="payments"  ', 'redis_group="payments" instance="10.0.0.5:6379"',
                         'redis_group="cache-1.internal:6379"'):
            self.assertIn(matchers, printed)

    def test_alerts_of_groups_get_their_team(self):
        self.install_alertmanager(self.marked("route"), self.marked("receivers"))
        self.install_prometheus(self.marked("alerting"))
        # Prometheus finds Alertmanager after 5 s, and repeats what it told nobody after a minute.
        rule = ('groups: [{name: test, rules: [{alert: RedisTest, expr: "vector(1)", for: 7s, '
                'labels: {redis_group: invoices, severity: warning}}]}]')
        (self.etc / "rules").mkdir()
        (self.etc / "rules/redis-test.yml").write_text(rule)
        self.shell("promtool check config /etc/prometheus/prometheus.yml\n"
                   "mkdir /etc/prometheus/secrets; touch /etc/prometheus/secrets/slack_url\n"
                   "systemctl restart prometheus prometheus-alertmanager\n")
        self.start()
        message = wait_until(lambda: list(self.slack.received), "the message", timeout=150)[0][2]
        self.assertEqual(message["channel"], "#pay")


if __name__ == "__main__":
    unittest.main()
