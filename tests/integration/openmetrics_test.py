# SPDX-License-Identifier: Apache-2.0
"""OpenMetrics 1.0, for who asks for it: a strict parser reads every page, and it holds what text
0.0.4 holds. A real Prometheus scrapes both and gets the same series."""

import collections
import contextlib
import json
import pathlib
import subprocess
import unittest

from support import exposition
from support.exporter import Exporter
from support.processes import wait_until
from support.prometheus import Prometheus
from support.redis_servers import RedisServer, cluster, replica_pair, sentinel

OPENMETRICS = {"Accept": "application/openmetrics-text;version=1.0.0;q=0.6,"
                         "application/openmetrics-text;version=0.0.1;q=0.5,"
                         "text/plain;version=0.0.4;q=0.4,*/*;q=0.2"}
TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
READER = pathlib.Path(__file__).resolve().parents[1] / "support/read_openmetrics.py"


def read(page):
    """Families of a page as read_openmetrics.py tells them."""
    done = subprocess.run(["/usr/bin/python3", READER], input=page, capture_output=True, timeout=60)
    if done.returncode != 0:
        raise AssertionError(done.stderr.decode().splitlines()[-1])
    return json.loads(done.stdout)


def series(families):
    """(name, sorted labels) of each sample."""
    return {(name, tuple(sorted(labels.items())))
            for *_, samples in families for name, labels, _ in samples}


class Pages(unittest.TestCase):
    def check(self, exporter, path):
        """Both formats of a page hold the same series under the same names; returns types by
        family. Series only come: what is in the text before must be there, and what is there must
        be in the text after."""
        before = self.text_series(exporter, path)
        answer = exporter.get(path, OPENMETRICS)
        after = self.text_series(exporter, path)
        self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, TYPE))
        self.assertTrue(answer.body.endswith(b"\n# EOF\n"))
        families = read(answer.body)
        self.assertEqual(before - series(families), set())
        self.assertEqual(series(families) - after, set())
        for family, kind, unit, _ in families:
            self.assertTrue(not unit or family.endswith("_" + unit), family)
        return {family: kind for family, kind, *_ in families}

    def text_series(self, exporter, path):
        text = exporter.get(path)
        self.assertEqual(text.headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
        self.assertNotIn(b"# EOF", text.body)
        return {(sample.name, tuple(sorted(sample.labels)))
                for family in exposition.parse(text.body.decode()).values()
                for sample in family.samples}

    def test_a_server_with_all_kinds_of_data(self):
        with RedisServer() as redis:
            for command in (["SET", "user:1", "x"], ["LPUSH", "queue", "a"],
                            ["XADD", "events", "*", "a", "b"], ["CONFIG", "SET", "latency-tracking",
                                                                "yes"], ["NOSUCH"]):
                try:
                    redis.command(*command)
                except Exception as error:  # the last is to fail
                    self.assertEqual(command, ["NOSUCH"], error)
            with Exporter(f"--redis.addr={redis.url}", "--check-single-keys=user:1,queue",
                          "--check-single-streams=events", "--export-client-list",
                          "--include-config-metrics", "--include-modules-metrics") as exporter:
                exporter.scrape()
                types = self.check(exporter, "/metrics")
                self.assertEqual(types["redis_commands_processed"], "counter")
                self.assertEqual(types["redis_commands_duration_seconds"], "counter")
                self.assertEqual(types["redis_up"], "gauge")
                self.assertEqual(types["redis_latency_percentiles_usec"], "unknown")
                self.assertEqual(types["redis_latency_percentiles_usec_sum"], "unknown")
                self.assertEqual(types["redis_commands_latencies_usec"], "histogram")
                self.check(exporter, f"/scrape?target={redis.address}")
                self.check(exporter, "/metrics/fleet")
                self.check(exporter, "/metrics?name[]=redis_up")
                gzip = exporter.get("/metrics", {**OPENMETRICS, "Accept-Encoding": "gzip"})
                self.assertEqual((gzip.headers["Content-Type"], gzip.headers["Content-Encoding"]),
                                 (TYPE, "gzip"))
                explained = exporter.get(f"/scrape?target={redis.address}&debug=true", OPENMETRICS)
                self.assertEqual(explained.headers["Content-Type"], "text/plain; charset=utf-8")

    def test_all_kinds_of_servers(self):
        with replica_pair() as (master, replica), sentinel(master) as watcher, cluster() as nodes:
            with Exporter("--redis.addr=", "--scrape.allowed-targets=127.0.0.1") as exporter:
                for server in master, replica, watcher, nodes[0]:
                    self.check(exporter, f"/scrape?target={server.address}")

    def test_a_namespace_and_a_server_that_is_down(self):
        with Exporter("--redis.addr=redis://127.0.0.1:1", "--namespace=cache") as exporter:
            types = self.check(exporter, "/metrics")
            self.assertEqual(types["cache_up"], "gauge")

    def test_who_asks_for_what_is_not_written_gets_text(self):
        with Exporter("--redis.addr=") as exporter:
            for accept in ("*/*", "text/plain", "text/html,*/*;q=0.8",
                           "application/openmetrics-text;version=2.0.0,text/plain",
                           "application/openmetrics-text;q=0.1,text/plain;q=0.9",
                           "application/openmetrics-text;q=0"):
                answer = exporter.get("/metrics", {"Accept": accept})
                self.assertIn("version=0.0.4", answer.headers["Content-Type"], accept)
            for accept in "application/openmetrics-text", OPENMETRICS["Accept"]:
                answer = exporter.get("/metrics", {"Accept": accept})
                self.assertEqual(answer.headers["Content-Type"], TYPE, accept)


class InPrometheus(unittest.TestCase):
    def test_both_formats_become_the_same_series(self):
        with RedisServer() as redis, \
             Exporter(f"--redis.addr={redis.url}") as exporter, \
             Prometheus("global: {scrape_interval: 1s}\n"
                        "scrape_configs:\n"
                        "  - job_name: redis\n"
                        f"    static_configs: [{{targets: ['127.0.0.1:{exporter.port}']}}]\n"
                        ) as prometheus:
            exporter.scrape()
            prometheus.becomes("redis_up == 1", bool)
            names, wanted = None, None

            def same():
                """Prometheus asks for OpenMetrics: what it stored against the page in text."""
                nonlocal names, wanted
                stored = prometheus.vector('{job="redis", __name__=~"redis_.+|process_.+"}')
                names = collections.Counter(labels["__name__"] for labels, _ in stored)
                page = exposition.parse(exporter.get("/metrics").body.decode())
                wanted = collections.Counter(sample.name for family in page.values()
                                             for sample in family.samples)
                return names == wanted

            # A scrape that was late is no scrape, and what a server has seen grows.
            with contextlib.suppress(TimeoutError):
                wait_until(same, "the same series", pause=0.3)
            self.assertEqual(names, wanted)
            metadata = prometheus.api("targets/metadata?limit=10000")
            types = {row["metric"]: row["type"] for row in metadata}
            self.assertEqual(types["redis_commands_processed"], "counter")


if __name__ == "__main__":
    unittest.main()
