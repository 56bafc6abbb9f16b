# SPDX-License-Identifier: Apache-2.0
"""What the program does instead of serving, and its exit statuses."""

import re
import unittest

from support import exposition
from support.exporter import Exporter, run_exporter
from support.page import by_label, require_complete, value
from support.processes import free_port
from support.redis_servers import RedisServer


def rows(text):
    return [line.split("\t") for line in text.splitlines()]


class Commands(unittest.TestCase):
    def succeeds(self, *arguments, env=None):
        done = run_exporter(*arguments, env=env)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_probe_prints_one_scrape(self):
        with RedisServer(password="secret") as redis:
            families = exposition.parse(self.succeeds("probe", f"redis://:secret@{redis.address}"))
            require_complete(families)
            self.assertEqual(value(families, "redis_process_id"), redis.pid)
            again = self.succeeds("-redis.password", "secret", "probe", redis.address)
            self.assertEqual(exposition.parse(again).keys(), families.keys())

    def test_probe_tells_a_failure_by_its_status(self):
        done = run_exporter("probe", f"redis://127.0.0.1:{free_port()}")
        self.assertEqual(done.returncode, 1)
        families = exposition.parse(done.stdout)
        self.assertEqual(value(families, "redis_up"), 0)
        self.assertEqual(value(families, "redis_exporter_node_failure", reason="refused"), 1)
        self.assertIn("nobody listens there", done.stderr)

    def test_probe_of_what_is_no_target(self):
        done = run_exporter("probe", "http://host")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("http://host", done.stderr)

    def test_check_config(self):
        self.assertEqual(self.succeeds("--check-config"), "the configuration is valid\n")
        done = run_exporter("--check-config", "--tls-ca-cert-file=/nonexistent.pem")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("/nonexistent.pem", done.stderr)
        self.assertEqual(run_exporter("--check-config", "--namespace=a-b").returncode, 2)

    def test_version(self):
        self.assertRegex(self.succeeds("--version"),
                         r"^redis_fleet_exporter \d+\.\d+\.\d+ \(commit \w+ of \S+, .+\)\n$")

    def test_help_lists_flags_and_collectors(self):
        for flag in "--help", "-help":
            text = self.succeeds(flag)
            for words in "--redis.addr=URI", "REDIS_ADDR", "probe URI", "latency_histogram":
                self.assertIn(words, text)

    def test_list_collectors(self):
        listed = self.succeeds("--list-collectors", "--no-collector.slowlog")
        states = dict(re.match(r"(\w+) +(on|off) ", line).groups() for line in listed.splitlines())
        off = {name for name, state in states.items() if state == "off"}
        self.assertEqual(off, {"slowlog", "client_list", "tile38"})
        self.assertIn("Sends: SLOWLOG LEN", listed)
        with RedisServer() as redis, \
                Exporter(f"--redis.addr={redis.url}", "--no-collector.slowlog") as exporter:
            ran = by_label(exporter.scrape(), "redis_exporter_collector_success", "collector")
        # A Sentinel's collectors have nothing to ask here.
        self.assertEqual(states.keys() - ran.keys() - off, {"sentinel", "sentinel_masters", "sentinel_config"})
        self.assertEqual(ran.keys() - states.keys(), set())

    def test_every_series_of_a_page_is_in_list_metrics(self):
        listed = {row[0]: row for row in rows(self.succeeds("--list-metrics"))}
        self.assertGreater(len(listed), 300)
        with RedisServer("appendonly yes") as redis:
            page = exposition.parse(self.succeeds(
                "--include-config-metrics", "--include-modules-metrics", "--export-client-list",
                "probe", redis.url))
        for name, family in page.items():
            with self.subTest(name):
                _, kind, labels, text, *_ = listed[name]
                self.assertEqual((family.type, family.help), (kind, text))
                known = set(labels.split(",")) | {"le", "quantile"} if labels else set()
                for series in family.samples:
                    self.assertLessEqual({label for label, _ in series.labels}, known)

    def test_list_metrics_as_markdown(self):
        table = self.succeeds("--list-metrics=markdown").splitlines()
        plain = self.succeeds("--list-metrics").splitlines()
        self.assertEqual(len(table), len(plain) + 2)
        self.assertTrue(all(re.fullmatch(r"\| .* \|", line) for line in table))

    def test_print_acl_of_a_server_that_is_not_there(self):
        done = run_exporter(f"--print-acl=redis://127.0.0.1:{free_port()}")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("nobody listens there", done.stderr)

    def test_print_acl_of_a_server_without_acl(self):
        done = run_exporter("--print-acl=redis-5.0")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("have no ACL", done.stderr)


if __name__ == "__main__":
    unittest.main()
