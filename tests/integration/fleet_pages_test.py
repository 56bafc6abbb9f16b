# SPDX-License-Identifier: Apache-2.0
"""Both ways in which Prometheus may ask for a fleet give the same series, and nothing else does."""

import contextlib
import json
import pathlib
import socket
import tempfile
import time
import unittest
import urllib.parse

from support.exporter import Exporter
from support.fleet_file import FleetFile
from support.page import by_instance, value
from support.processes import free_port, wait_until
from support.prometheus import Prometheus
from support.redis_servers import RedisServer

DEPLOY = pathlib.Path(__file__).resolve().parents[2] / "deploy/prometheus"
# Of the exporter itself; a page of one node tells it, too.
OWN = "redis_exporter_build_info"


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.first, cls.second = (cls.enterClassContext(
            RedisServer(host=f"127.0.33.{number}", password="of-pair")) for number in (1, 2))
        cls.cache = cls.enterClassContext(RedisServer(host="127.0.33.3"))
        cls.gone = f"127.0.33.4:{free_port('127.0.33.4')}"
        cls.file = cls.enterClassContext(FleetFile(f"""
            credentials: {{main: {{password: of-pair}}}}
            groups:
              - name: pair
                credentials: main
                labels: {{team: data}}
                nodes: ["{cls.first.address}", "{cls.second.address}"]
              - name: caches
                standalone: true
                nodes:
                  - {{address: "{cls.cache.address}", labels: {{team: 'we"b'}}}}
                  - "{cls.gone}"
            """))
        cls.exporter = cls.enterClassContext(Exporter(cls.file.flag))
        cls.address = f"{cls.exporter.host}:{cls.exporter.port}"
        cls.labels = {
            cls.first.address: {"redis_group": "pair", "team": "data"},
            cls.second.address: {"redis_group": "pair", "team": "data"},
            cls.cache.address: {"redis_group": cls.cache.address, "team": 'we"b'},
            cls.gone: {"redis_group": cls.gone}}

    def of_node(self, instance):
        return {"instance": instance, **self.labels[instance]}


class Paths(Pages):
    def test_all_nodes_on_one_page(self):
        families = self.exporter.scrape()
        for instance in self.labels:
            self.assertEqual(value(families, "redis_up", **self.of_node(instance)),
                             int(instance != self.gone))

    def test_one_group(self):
        whole = self.exporter.scrape()
        part = self.exporter.scrape("/metrics?redis_group=pair")
        self.assertEqual(by_instance(part, "redis_up"),
                         {self.first.address: 1, self.second.address: 1})
        # Only series of these nodes, and those all.
        for name, family in part.items():
            for series in family.samples:
                self.assertIn(("redis_group", "pair"), series.labels, name)
        self.assertEqual(by_instance(part, "redis_connected_clients").keys(),
                         {self.first.address, self.second.address})
        for absent in "redis_group_expected_nodes", "redis_threshold", "process_open_fds":
            self.assertIn(absent, whole)
            self.assertNotIn(absent, part)
        standalone = self.exporter.scrape(f"/metrics?redis_group={self.cache.address}")
        self.assertEqual(by_instance(standalone, "redis_up"), {self.cache.address: 1})
        self.assertEqual(self.exporter.get("/metrics?redis_group=none").status, 404)

    def test_the_page_without_nodes(self):
        families = self.exporter.scrape("/metrics/fleet")
        self.assertNotIn("redis_up", families)
        self.assertEqual(value(families, "redis_group_expected_nodes", redis_group="pair"), 2)
        self.assertIn("process_open_fds", families)

    def test_the_list_of_nodes(self):
        status, headers, body = self.exporter.get("/sd")
        self.assertEqual((status, headers["Content-Type"]), (200, "application/json"))
        found = {}
        for one in json.loads(body):
            self.assertEqual(one["targets"], [self.address])
            labels = one["labels"]
            plain = {name: text for name, text in labels.items() if not name.startswith("__")}
            found[plain.pop("instance")] = plain
            self.assertEqual(labels["__metrics_path__"], "/scrape")
            self.assertEqual(labels["__meta_redis_group"], labels["redis_group"])
            self.assertEqual(labels["__meta_redis_kind"], "nodes"
                             if labels["redis_group"] == "pair" else "standalone")
            self.assertEqual(labels.get("__meta_redis_label_team"), labels.get("team"))
            page = self.exporter.scrape(f"/scrape?target={labels['__param_target']}")
            self.assertEqual(value(page, "redis_up"), int(labels["instance"] != self.gone))
        self.assertEqual(found, self.labels)
        self.assertNotIn(b"of-pair", body)
        only = json.loads(self.exporter.get("/sd?redis_group=pair").body)
        self.assertEqual(len(only), 2)

    def test_probe_is_scrape(self):
        for path in "/scrape", "/probe":
            families = self.exporter.scrape(f"{path}?target={self.first.url}")
            self.assertEqual(value(families, "redis_up"), 1)
            self.assertEqual(value(families, "redis_process_id"), self.first.pid)

    def test_spellings_of_a_node(self):
        """However its address is written, it is the configured node, with its password."""
        for target in (self.first.address, self.first.url,
                       f"redis://someone:else@{self.first.address}"):
            families = self.exporter.scrape(f"/scrape?target={urllib.parse.quote(target)}")
            self.assertEqual(value(families, "redis_process_id"), self.first.pid, target)
        compared = "redis_group_comparison_timestamp_seconds"
        wait_until(lambda: value(self.exporter.scrape(), compared, redis_group="pair"),
                   "the comparison")
        clients = self.first.command("CLIENT", "LIST")
        # One connection for scrapes, one for the comparison with the other node of its group.
        self.assertEqual(clients.count("name=redis_fleet_exporter"), 2)


class Strangers(Pages):
    """Whoever reaches the exporter's port must not reach others through it."""

    def asks(self, target):
        path = f"/scrape?target={urllib.parse.quote(target, safe='')}"
        for one in path, path.replace("/scrape", "/probe"):
            status, _, body = self.exporter.get(one)
            self.assertEqual(status, 403, (target, body))
        return body.decode()

    @contextlib.contextmanager
    def untouched(self, listener):
        """Fails when anything has connected."""
        listener.listen()
        listener.setblocking(False)
        yield
        time.sleep(0.2)  # what would come late
        with self.assertRaises(BlockingIOError):
            listener.accept()

    def test_a_listener_on_a_configured_host(self):
        with socket.socket() as listener:
            listener.bind((self.first.host, 0))
            host, port = listener.getsockname()
            with self.untouched(listener):
                for scheme in "", "redis://", "rediss://", "valkey://":
                    self.asks(f"{scheme}{host}:{port}")
                self.asks(f"redis://{host}:{port}/0")
                said = self.asks(f"redis://user:hunter2@{host}:{port}")
                self.assertNotIn("hunter2", said + self.exporter.log())
                self.assertNotIn("of-pair", said)

    def test_a_unix_socket(self):
        with tempfile.TemporaryDirectory() as folder, \
             socket.socket(socket.AF_UNIX) as listener:
            listener.bind(f"{folder}/socket")
            with self.untouched(listener):
                self.asks(f"unix://{folder}/socket")

    def test_link_local_addresses(self):
        start = time.monotonic()
        for target in ("169.254.169.254:80", "redis://169.254.169.254", "redis://[fe80::1]:6379"):
            self.asks(target)
        self.assertLess(time.monotonic() - start, 12)  # one that is asked costs a node's budget

    def test_another_database_or_port(self):
        self.asks(f"{self.first.url}/5")
        self.asks(f"{self.first.host}:{free_port(self.first.host)}")


class InPrometheus(Pages):
    """The files of deploy/prometheus, faster and at our port."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.by_page, cls.by_node = (cls.enterClassContext(Prometheus(
            (DEPLOY / name).read_text().replace("localhost:9121", cls.address)
            .replace("15s", "1s"))) for name in ("fleet-metrics.yml", "fleet-sd.yml"))

    def series(self, prometheus):
        """The series, as sets of labels, less their job; each must be there once."""
        found = [frozenset((name, text) for name, text in labels.items() if name != "job")
                 for labels, _ in prometheus.vector(
                     f'{{__name__=~"redis_.+|process_.+",__name__!="{OWN}"}}')]
        self.assertEqual(len(found), len(set(found)))
        return set(found)

    def test_the_same_series_in_both(self):
        for prometheus in self.by_page, self.by_node:
            prometheus.becomes("redis_up", lambda found: sorted(found.values()) == [0, 1, 1, 1])
            prometheus.becomes("redis_group_expected_nodes", lambda found: len(found) == 3)

        found, differ = None, None

        def same():
            nonlocal found, differ
            found = self.series(self.by_page)
            differ = found ^ self.series(self.by_node)
            return not differ

        # What a server has seen grows with the first scrapes.
        with contextlib.suppress(TimeoutError):
            wait_until(same, "the same series", pause=0.3)
        self.assertEqual(sorted(map(sorted, differ))[:10], [])
        self.assertGreater(len(found), 600)
        for instance in self.labels:
            self.assertIn(frozenset({"__name__": "redis_up", **self.of_node(instance)}.items()),
                          found)
        # What is of no node has the exporter's address.
        self.assertIn(frozenset({"__name__": "redis_group_expected_nodes", "redis_group": "pair",
                                 "instance": self.address}.items()), found)
        for prometheus in self.by_page, self.by_node:
            self.assertNotIn("Error on ingesting", prometheus.log())


if __name__ == "__main__":
    unittest.main()
