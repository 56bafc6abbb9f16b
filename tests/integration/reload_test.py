# SPDX-License-Identifier: Apache-2.0
"""The configuration is read again: the ways to ask for it, what stays, what an error changes."""

import concurrent.futures
import contextlib
import json
import re
import signal
import threading
import unittest

from support.exporter import Exporter
from support.fleet_file import FleetFile
from support.page import by_instance, value
from support.processes import wait_until
from support.redis_servers import RedisServer

RELOADS = 1000
SUCCESSFUL = "redis_exporter_config_last_reload_successful"


def listing(*servers, more=""):
    """A configuration with one group of these servers."""
    return f"groups:\n  - name: caches\n    nodes: {json.dumps([one.address for one in servers])}" \
           f"\n{more}"


def up(exporter):
    return by_instance(exporter.scrape(), "redis_up")


def compared(exporter):
    """Waits until each node has both its connections: for scrapes, and for the comparison."""
    def times():
        family = exporter.scrape()["redis_group_comparison_timestamp_seconds"]
        return min(family.samples.values()) > 0

    wait_until(times, "the first comparison")


def connections(server):
    """The ids of the exporter's connections."""
    return [row.split()[0] for row in server.command("CLIENT", "LIST").splitlines()
            if "name=redis_fleet_exporter" in row]


class Reload(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kept, cls.other = (cls.enterClassContext(RedisServer(host=f"127.0.32.{number}"))
                               for number in (1, 2))

    @contextlib.contextmanager
    def fleet(self, text, **files):
        with FleetFile(text, **files) as file, Exporter(file.flag) as exporter:
            yield file, exporter

    def test_signal_and_request(self):
        def by_signal(exporter):
            exporter.send_signal(signal.SIGHUP)

        def by_request(exporter):
            status, _, body = exporter.reload()
            self.assertEqual(status, 200, body)

        for ask in by_signal, by_request:
            with self.subTest(ask.__name__), self.fleet(listing(self.kept)) as (file, exporter):
                self.assertEqual(up(exporter), {self.kept.address: 1})
                compared(exporter)
                before = connections(self.kept)
                received = int(self.kept.info("stats")["total_connections_received"])
                self.assertEqual(len(before), 2)

                file.write(listing(self.kept, self.other))
                self.assertEqual(up(exporter), {self.kept.address: 1})  # nobody has asked yet
                ask(exporter)
                both = {self.kept.address: 1, self.other.address: 1}
                wait_until(lambda: up(exporter) == both, "the node that was added")
                wait_until(lambda: len(connections(self.other)) == 2, "both its connections")

                file.write(listing(self.kept))
                ask(exporter)
                wait_until(lambda: up(exporter) == {self.kept.address: 1},
                           "the end of the node that was removed")
                wait_until(lambda: connections(self.other) == [], "the end of its connection")
                self.assertNotIn(self.other.address, exporter.get("/metrics").body.decode())

                self.assertEqual(connections(self.kept), before)
                self.assertEqual(int(self.kept.info("stats")["total_connections_received"]),
                                 received)

    def test_an_invalid_file_changes_nothing(self):
        with self.fleet(listing(self.kept)) as (file, exporter):
            self.assertEqual(value(exporter.scrape(), SUCCESSFUL), 1)
            compared(exporter)
            before = connections(self.kept)
            for text, says in (
                    (listing(self.other, more="    nodess: []\n"), "fleet.yaml:4:5: "),
                    ("groups:\n  - {name: caches\n", "fleet.yaml:"),
                    ("", "lists no groups any more"),
                    (listing(self.other, more="    credentials: hunter2\n"), "fleet.yaml:4:18: ")):
                with self.subTest(says):
                    file.write(text)
                    status, _, body = exporter.reload()
                    self.assertEqual(status, 500)
                    self.assertIn(says, body.decode())
                    self.assertIn(says, exporter.log())
                    families = exporter.scrape()
                    self.assertEqual(value(families, SUCCESSFUL), 0)
                    self.assertEqual(by_instance(families, "redis_up"), {self.kept.address: 1})
            file.path.unlink()
            self.assertEqual(exporter.reload().status, 500)
            self.assertEqual(up(exporter), {self.kept.address: 1})

            file.write(listing(self.kept, self.other))
            status, _, body = exporter.reload()
            self.assertEqual(status, 200, body)
            families = exporter.scrape()
            self.assertEqual(value(families, SUCCESSFUL), 1)
            self.assertEqual(len(by_instance(families, "redis_up")), 2)
            self.assertEqual(connections(self.kept), before)

    def test_a_new_password(self):
        with RedisServer(host="127.0.32.3", password="old") as locked, self.fleet("""
                credentials: {main: {password_file: password}}
                groups:
                  - {name: locked, credentials: main, nodes: ["%s"]}
                  - {name: open, nodes: ["%s"]}
                """ % (locked.address, self.kept.address), password="old\n") as (file, exporter):
            both = {locked.address: 1, self.kept.address: 1}
            self.assertEqual(up(exporter), both)
            compared(exporter)
            before = connections(self.kept)
            locked.command("CONFIG", "SET", "requirepass", "new")
            locked.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
            families = exporter.scrape()
            self.assertEqual(by_instance(families, "redis_up"), {**both, locked.address: 0})
            self.assertEqual(by_instance(families, "redis_exporter_node_failure",
                                         reason="auth")[locked.address], 1)
            file.add("password", "new\n")
            self.assertEqual(exporter.reload().status, 200)
            self.assertEqual(up(exporter), both)
            self.assertEqual(connections(self.kept), before)

    def test_labels_change_and_the_connection_stays(self):
        with self.fleet(listing(self.kept)) as (file, exporter):
            self.assertEqual(up(exporter), {self.kept.address: 1})
            compared(exporter)
            before = connections(self.kept)
            file.write(listing(self.kept, more="    labels: {team: web}\n"))
            self.assertEqual(exporter.reload().status, 200)
            self.assertEqual(value(exporter.scrape(), "redis_up", redis_group="caches", team="web",
                                   instance=self.kept.address), 1)
            self.assertEqual(connections(self.kept), before)

    def test_collectors_thresholds_and_allowed_targets_change(self):
        with self.fleet(listing(self.kept)) as (file, exporter):
            self.assertIn("redis_slowlog_length", exporter.scrape())
            asked = f"/scrape?target={self.other.url}"
            self.assertEqual(exporter.get(asked).status, 403)
            file.write(listing(self.kept, more="    collectors: {slowlog: false}\n"
                               "    thresholds: {memory_used_ratio: {warning: 0.5}}\n"
                               "allowed_targets: [127.0.32.2]\n"))
            self.assertEqual(exporter.reload().status, 200)
            families = exporter.scrape()
            self.assertNotIn("redis_slowlog_length", families)
            self.assertEqual(by_instance(families, "redis_up"), {self.kept.address: 1})
            self.assertEqual(value(families, "redis_threshold", redis_group="caches",
                                   name="memory_used_ratio", severity="warning"), 0.5)
            self.assertEqual(exporter.get(asked).status, 200)

    def test_many_reloads_under_scrapes(self):
        """No scrape is lost, and nothing leaks; the asan-reload stage looks with AddressSanitizer."""
        texts = listing(self.kept), listing(self.kept, self.other)
        with self.fleet(texts[0]) as (file, exporter):
            self.assertEqual(up(exporter), {self.kept.address: 1})
            compared(exporter)
            before = connections(self.kept)
            files = value(exporter.scrape(), "process_open_fds")
            ended = threading.Event()

            def scrape_on():
                pages = 0
                while not ended.is_set():
                    status, _, body = exporter.get("/metrics")
                    rows = re.findall(r'^redis_up{instance="([^"]+)".*} (.*)$', body.decode(), re.M)
                    if (self.kept.address, "1") not in rows or {up for _, up in rows} != {"1"}:
                        raise AssertionError(f"{status}: {rows}")
                    pages += 1
                return pages

            with concurrent.futures.ThreadPoolExecutor() as pool:
                scraping = [pool.submit(scrape_on) for _ in range(3)]
                try:
                    for number in range(RELOADS):
                        file.write(texts[number % 2])
                        status, _, body = exporter.reload()
                        self.assertEqual(status, 200, body)
                finally:
                    ended.set()
                for one in scraping:
                    self.assertGreater(one.result(), 10)
            self.assertEqual(len(up(exporter)), 2)
            self.assertEqual(connections(self.kept), before)
            wait_until(lambda: value(exporter.scrape(), "process_open_fds") <= files + 2,
                       "the end of the connections to the other node")
            self.assertEqual(exporter.stop(timeout=60), 0, exporter.log()[-5000:])

    def test_reloads_at_once(self):
        with self.fleet(listing(self.kept)) as (file, exporter), \
             concurrent.futures.ThreadPoolExecutor() as pool:
            file.write(listing(self.other))
            answers = [pool.submit(exporter.reload) for _ in range(8)]
            self.assertEqual([answer.result().status for answer in answers], [200] * 8)
            self.assertEqual(up(exporter), {self.other.address: 1})

    def test_methods(self):
        with self.fleet(listing(self.kept)) as (file, exporter):
            file.write(listing(self.other))
            refused = exporter.get("/-/reload")
            self.assertEqual((refused.status, refused.headers["Allow"]), (405, "POST"))
            self.assertEqual(up(exporter), {self.kept.address: 1})
            refused = exporter.get("/metrics", method="POST")
            self.assertEqual((refused.status, refused.headers["Allow"]), (405, "GET, HEAD"))


if __name__ == "__main__":
    unittest.main()
