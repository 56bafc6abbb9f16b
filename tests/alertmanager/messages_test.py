# SPDX-License-Identifier: Apache-2.0
"""Messages as they come to mail, Slack, and the bridges to SMS and DingTalk: short, whole and
harmless."""

import json
import re
import subprocess
import tempfile
import unittest

from support.alertmanager import (DEPLOY, Alertmanager, HttpSink, SmtpSink, alert, led_to, resolved)
from support.processes import wait_until

RUNBOOK = "http://exporter.internal:9121/runbooks/RedisMemoryAlmostFull"
MEMORY = {"summary": "A server that must not evict is almost full.", "runbook_url": RUNBOOK}


def memory(number, severity="critical", **labels):
    address = f"10.0.0.{number}:6379"
    return alert("RedisMemoryAlmostFull", severity, redis_group="payments", instance=address,
                 **labels, annotations={**MEMORY, "description": f"{address} (payments) has used "
                                        "96.2% of maxmemory, more than 95%."})


def data(*alerts):
    """What templates see of these alerts, as Alertmanager makes it."""
    def common(field):
        return {name: text for name, text in alerts[0][field].items()
                if all(one[field].get(name) == text for one in alerts)}

    alerts = [{"status": "resolved" if "endsAt" in one else "firing",
               "startsAt": "2026-11-25T02:00:00Z", **one} for one in alerts]
    firing = any(one["status"] == "firing" for one in alerts)
    return {"receiver": "page", "status": "firing" if firing else "resolved", "alerts": alerts,
            "groupLabels": {}, "commonLabels": common("labels"),
            "commonAnnotations": common("annotations"), "externalURL": "http://am.internal:9093"}


def render(name, *alerts, file="redis.tmpl", kind="text"):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as given:
        json.dump(data(*alerts), given)
        given.flush()
        done = subprocess.run(
            ["amtool", "template", "render", f"--template.glob={DEPLOY}/templates/{file}",
             f'--template.text={{{{ template "{name}" . }}}}', f"--template.type={kind}",
             f"--template.data={given.name}"], capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return done.stdout


class Subjects(unittest.TestCase):
    def test_what_and_where(self):
        for alerts, subject in [
                ([memory(5)], "CRITICAL RedisMemoryAlmostFull payments 10.0.0.5:6379"),
                ([memory(5, "warning"), memory(6, "warning")],
                 "WARNING RedisMemoryAlmostFull payments (2)"),
                ([memory(5, "info"), memory(6), memory(7, "warning")],
                 "CRITICAL RedisMemoryAlmostFull payments (3)"),
                ([memory(5), resolved(memory(6))], "CRITICAL RedisMemoryAlmostFull payments"),
                ([resolved(memory(5)), resolved(memory(6))],
                 "RESOLVED RedisMemoryAlmostFull payments"),
                ([alert("RedisSplitBrain", redis_group="payments")],
                 "CRITICAL RedisSplitBrain payments"),
                ([alert("RedisDown", instance="10.0.0.5:6379")],
                 "CRITICAL RedisDown 10.0.0.5:6379"),
                ([alert("RedisDown", instance="a:1", redis_group="a:1")],
                 "CRITICAL RedisDown a:1")]:
            with self.subTest(subject):
                for name in "redis.subject", "redis.slack.title":
                    self.assertEqual(render(name, *alerts).rstrip(), subject)

    def test_colours(self):
        for alerts, colour in [([memory(5, "info"), memory(6)], "#c62828"),
                               ([memory(5, "warning"), memory(6, "info")], "#ef6c00"),
                               ([memory(5, "info")], "#1565c0"),
                               ([resolved(memory(5))], "#2e7d32")]:
            self.assertEqual(render("redis.colour", *alerts), colour)


class Mail(unittest.TestCase):
    maxDiff = None

    def test_text(self):
        self.assertEqual(
            render("redis.mail.text", memory(5), resolved(memory(6))),
            f"""\
CRITICAL RedisMemoryAlmostFull payments
A server that must not evict is almost full.

* 10.0.0.5:6379 (payments) has used 96.2% of maxmemory, more than 95%.
  Since 2026-11-25 02:00:00 UTC

Resolved:
* 10.0.0.6:6379 (payments) has used 96.2% of maxmemory, more than 95%.

What to do: {RUNBOOK}
Alerts: http://am.internal:9093/#/alerts?filter=%7Balertname%3D%22RedisMemoryAlmostFull%22\
%2Credis_group%3D%22payments%22%7D
Graph: http://prometheus.internal:9090/graph?g0.expr=redis_up+%3D%3D+0
""")

    def test_many(self):
        alerts = [memory(number) for number in range(100)]
        for name, kind in ("redis.mail.text", "text"), ("redis.mail.html", "html"):
            text = render(name, *alerts, kind=kind)
            self.assertIn("The first 20 of 100.", text)
            self.assertEqual(text.count("96.2%"), 20)

    def test_html_is_safe_and_has_the_links(self):
        bad = alert("RedisDown", redis_group="<script>", instance="a:1", annotations={
            "description": "<img src=x>", "runbook_url": "javascript:alert(1)"})
        text = render("redis.mail.html", bad, kind="html")
        for part in "<script>", "<img", 'href="javascript':
            self.assertNotIn(part, text)
        text = render("redis.mail.html", memory(5), kind="html")
        self.assertIn(f'<a href="{RUNBOOK}"', text)
        self.assertIn("http://am.internal:9093/#/alerts?filter=%7Balertname%3D%22", text)
        self.assertIn('name="viewport"', text)


class Short(unittest.TestCase):
    def test_slack(self):
        self.assertEqual(render("redis.slack.text", memory(5), resolved(memory(6))), f"""\
A server that must not evict is almost full.
• 10.0.0.5:6379 (payments) has used 96.2% of maxmemory, more than 95%.
Resolved: 1
<{RUNBOOK}|What to do>""")
        many = render("redis.slack.text", *(memory(number) for number in range(100)))
        self.assertIn("The first 10 of 100.", many)
        self.assertLess(len(many), 3000)

    def test_slack_mentions_nobody(self):
        bad = alert("RedisDown", redis_group="<!channel>", instance="<!here>",
                    annotations={"description": "a & b <!everyone>", "summary": "<@U1>"})
        text = render("redis.slack.title", bad) + render("redis.slack.text", bad)
        self.assertNotIn("<", text)
        self.assertIn("a &amp; b &lt;!everyone&gt;", text)

    def test_sms(self):
        self.assertEqual(render("redis.sms", memory(5)), f"""\
CRITICAL RedisMemoryAlmostFull: 10.0.0.5:6379 (payments) has used 96.2% of maxmemory, more than 95%.
{RUNBOOK}""")
        self.assertEqual(render("redis.sms", resolved(memory(5))),
                         "RESOLVED RedisMemoryAlmostFull: 10.0.0.5:6379 (payments) has used 96.2% "
                         "of maxmemory, more than 95%.")
        self.assertEqual(render("redis.sms", alert("RedisTest", instance="a:1")),
                         "CRITICAL RedisTest: RedisTest a:1 critical")

    def test_sms_is_one_of_160_characters_and_its_link(self):
        longest = alert("Redis" + "A" * 35, annotations={
            "description": "word\n" * 100, "runbook_url": RUNBOOK})
        text, link = render("redis.sms", *[longest] * 1000).split("\n")
        self.assertEqual(link, RUNBOOK)
        self.assertLessEqual(len(text), 160)
        self.assertIn(" (1000): word word", text)
        self.assertTrue(text.endswith("..."))

    def test_dingtalk(self):
        self.assertEqual(render("ding.link.title", memory(5), memory(6), file="dingtalk.tmpl"),
                         "CRITICAL RedisMemoryAlmostFull payments (2)")
        text = render("ding.link.content", memory(5), file="dingtalk.tmpl")
        self.assertIn("- 10.0.0.5:6379 (payments) has used 96.2%", text)
        self.assertTrue(text.endswith(f"[What to do]({RUNBOOK})"))
        gone = render("ding.link.content", resolved(memory(5)), file="dingtalk.tmpl")
        self.assertIn("### RESOLVED", gone)
        self.assertIn("- Resolved: 10.0.0.5:6379", gone)

    def test_dingtalk_asks_for_no_function_that_the_bridge_lacks(self):
        text = re.sub(r"\{\{/\*.*?\*/", "", (DEPLOY / "templates/dingtalk.tmpl").read_text(),
                      flags=re.DOTALL)
        words = {word for action in re.findall(r"\{\{(.*?)\}\}", text)
                 for word in re.findall(r'(?<![\w.$"])[a-zA-Z]+', re.sub('".*?"', "", action))}
        known = {"define", "template", "with", "end", "if", "else", "range", "or", "not", "lt",
                 "gt", "len", "toUpper"}
        self.assertEqual(words - known, set())


class Delivered(unittest.TestCase):
    """Our whole configuration on a real Alertmanager, with every receiver's other end."""

    @classmethod
    def setUpClass(cls):
        cls.http, cls.smtp = (cls.enterClassContext(sink()) for sink in (HttpSink, SmtpSink))
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.alertmanager = cls.enterClassContext(
            Alertmanager(led_to(cls.http, cls.smtp, folder)))

    def posted(self, path, receiver_or_channel):
        """The one body that came to this path for a receiver, or to Slack for a channel."""
        def found():
            return [(authorization, body) for to, authorization, body in list(self.http.received)
                    if to == path and receiver_or_channel in (body.get("receiver"),
                                                              body.get("channel"))]
        return wait_until(found, f"{receiver_or_channel} at {path}")[-1]

    def mailed(self, recipient, subject):
        def found():
            return [(credentials, message) for credentials, to, message in list(self.smtp.received)
                    if to == [recipient] and message["Subject"] == subject]
        return wait_until(found, f"mail to {recipient}: {subject}")[-1]

    def test_a_critical_alert_and_its_end(self):
        fired = memory(5)
        self.alertmanager.post(fired)
        subject = "CRITICAL RedisMemoryAlmostFull payments 10.0.0.5:6379"
        credentials, message = self.mailed("redis@example.org", subject)
        self.assertEqual(credentials, ["alertmanager", "of-smtp"])
        self.assertEqual(message["From"], "alertmanager@example.org")
        text = message.get_body(("plain",)).get_content()
        self.assertIn("* 10.0.0.5:6379 (payments) has used 96.2% of maxmemory", text)
        self.assertIn(RUNBOOK, message.get_body(("html",)).get_content())

        _, slack = self.posted("/slack", "#redis")
        (attachment,) = slack["attachments"]
        self.assertEqual(attachment["title"], subject)
        self.assertEqual(attachment["color"], "#c62828")
        self.assertIn("96.2%", attachment["text"])

        authorization, sms = self.posted("/sachet/alert", "page")
        self.assertIsNone(authorization)
        self.assertEqual([one["labels"] for one in sms["alerts"]], [fired["labels"]])
        authorization, _ = self.posted("/alertmanager", "events")
        self.assertEqual(authorization, "Bearer of-events")

        self.alertmanager.post(resolved(fired))
        self.mailed("redis@example.org", "RESOLVED RedisMemoryAlmostFull payments 10.0.0.5:6379")

    def test_teams(self):
        self.alertmanager.post(
            memory(5, team="web"), memory(6, "warning", team="web"), memory(7, "info", team="web"),
            memory(5, team="shop"), memory(6, "warning", team="shop"))
        for path, told in [("/slack", "#web"), ("/sachet/alert", "web-page"),
                           ("/sachet/alert", "shop-page"), ("/dingtalk/shop/send", "shop-page"),
                           ("/dingtalk/shop/send", "shop-chat")]:
            self.posted(path, told)
        for severity, number in ("CRITICAL", 5), ("INFO", 7):
            self.mailed("web@example.org",
                        f"{severity} RedisMemoryAlmostFull payments 10.0.0.{number}:6379")

    def test_nothing_is_told_of_a_dead_nodes_warnings(self):
        dead, alive = ({"redis_group": "half", "instance": f"10.0.9.{number}:6379"}
                       for number in (5, 6))
        self.alertmanager.post(alert("RedisDown", **dead))
        self.mailed("redis@example.org", "CRITICAL RedisDown half 10.0.9.5:6379")
        # One message for both, if both were told.
        self.alertmanager.post(alert("RedisClientsAlmostFull", "warning", **dead),
                               alert("RedisClientsAlmostFull", "warning", **alive))

        def told():
            return [[one["labels"]["instance"] for one in body["alerts"]]
                    for _, _, body in list(self.http.received)
                    if body.get("groupLabels", {}).get("alertname") == "RedisClientsAlmostFull"]

        self.assertEqual(wait_until(told, "the event of the other node"), [[alive["instance"]]])


if __name__ == "__main__":
    unittest.main()
