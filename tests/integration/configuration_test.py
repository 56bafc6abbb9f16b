# SPDX-License-Identifier: Apache-2.0
"""The configuration file: what is refused and how, and one exporter for servers of every kind."""

import pathlib
import re
import resource
import socket
import subprocess
import unittest

from support.certificates import Certificates
from support.exporter import Exporter, exporter_path, run_exporter
from support.fleet_file import FleetFile
from support.page import by_instance, value
from support.processes import free_port, wait_until
from support.redis_servers import RedisServer

TOP = pathlib.Path(__file__).resolve().parents[2]


def places(text, *marks):
    """line:column of each mark, which stands once in a text."""
    found = []
    for mark in marks:
        before, _ = text.split(mark)
        found.append(f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}")
    return found


class Checks(unittest.TestCase):
    def check(self, file, *flags):
        return run_exporter("--check-config", file.flag, *flags)

    def refused(self, text, *marks, says=()):
        """A configuration that has an error where each mark begins, and no other."""
        with FleetFile(text) as file:
            done = self.check(file)
            self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
            found = re.findall(re.escape(str(file.path)) + r":(\d+:\d+): ", done.stderr)
            self.assertEqual(sorted(found), sorted(places(file.path.read_text(), *marks)),
                             done.stderr)
            for words in says:
                self.assertIn(words, done.stderr)
            return done.stderr

    def test_all_examples_are_valid(self):
        examples = sorted((TOP / "deploy/examples").glob("*.yaml"))
        self.assertGreaterEqual(len(examples), 6)
        for path in examples:
            with self.subTest(path.name):
                done = run_exporter("--check-config", f"--config.file={path}")
                self.assertEqual((done.returncode, done.stdout),
                                 (0, "the configuration is valid\n"), done.stderr)

    def test_what_is_given_and_not_used_is_told(self):
        with FleetFile("""
                groups: [{name: web, nodes: ["a:1"]}]
                allowed_targets: ["10.0.0.0/8"]
                """) as file:
            done = run_exporter("--check-config", file.flag, "--scrape.allowed-targets=*",
                                env={"REDIS_PASSWORD": "hunter2"})
        self.assertEqual((done.returncode, done.stdout), (0, "the configuration is valid\n"))
        self.assertIn("--scrape.allowed-targets replaces the whole list allowed_targets of",
                      done.stderr)
        self.assertIn("REDIS_PASSWORD is not used: ", done.stderr)
        self.assertNotIn("hunter2", done.stderr)

    def test_all_errors_are_told_at_once_and_no_secret(self):
        said = self.refused("""
            lissten: ":9121"
            credentials:
              main: {password: hunter2, pasword_file: x}
              gone: {password_file: nowhere}
            groups:
              - name: caches
                credentials: mian
                nodes: ["redis://:hunter3@127.0.0.1:70000", "127.0.0.1:1"]
              - name: caches # again
                nodes: ["redis://127.0.0.1:1"]
                labels: {job: x}
            """, "lissten", "pasword_file", "nowhere", "mian", '"redis://:', "caches # again",
            '"redis://127.0.0.1:1"', "job",
            says=["did you mean listen?", "did you mean main?", "redis://***@127.0.0.1:70000",
                  "127.0.0.1:1 is listed already"])
        self.assertNotIn("hunter", said)

    def test_a_file_that_is_no_yaml(self):
        with FleetFile('credentials: {main: {password: "hunter2}}\n') as file:
            done = self.check(file)
            self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
            self.assertRegex(done.stderr, re.escape(str(file.path)) + r":\d+:\d+: not YAML")
            self.assertNotIn("hunter2", done.stderr)

    def test_a_server_in_two_groups(self):
        for again in "127.0.0.1:7001", "rediss://127.0.0.1:7001":
            with self.subTest(again):
                self.refused(f"""
                    groups:
                      - {{name: first, nodes: ["redis://127.0.0.1:7001"]}}
                      - {{name: second, nodes: ["{again}"]}}
                    """, f'"{again}"', says=["127.0.0.1:7001 is listed already", "fleet.yaml:3:"])

    def test_an_address_beside_a_file(self):
        with FleetFile("groups: [{name: caches, nodes: [\"127.0.0.1:1\"]}]\n") as file:
            self.assertEqual(self.check(file).returncode, 0)
            for done in (run_exporter(file.flag, "--redis.addr=redis://127.0.0.1:2"),
                         run_exporter(file.flag, env={"REDIS_ADDR": "redis://127.0.0.1:2"})):
                self.assertEqual(done.returncode, 2)
                self.assertIn("--redis.addr", done.stderr)
                self.assertIn("--config.file", done.stderr)

    def test_a_file_that_is_not_there(self):
        done = run_exporter("--config.file=/nowhere/fleet.yaml")
        self.assertEqual(done.returncode, 2)
        self.assertIn("/nowhere/fleet.yaml", done.stderr)

    def test_certificates_that_are_none(self):
        with FleetFile(**{"ca.pem": "no certificate"}) as file:
            file.write("""
                tls: {internal: {ca_file: ca.pem}}
                groups: [{name: caches, tls: internal, nodes: ["127.0.0.1:1"]}]
                """)
            done = self.check(file)
            self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
            self.assertIn("ca.pem", done.stderr)

    def test_a_flag_wins_over_the_file(self):
        with FleetFile("""
                telemetry_path: /of-file
                groups: [{name: caches, nodes: ["127.0.0.1:1"]}]
                """) as file:
            with Exporter(file.flag) as exporter:
                self.assertEqual(exporter.get("/of-file").status, 200)
                self.assertEqual(exporter.get("/metrics").status, 404)
            with Exporter(file.flag, "--web.telemetry-path=/of-flag") as exporter:
                self.assertEqual(exporter.get("/of-flag").status, 200)
                self.assertEqual(exporter.get("/of-file").status, 404)


class ServersOfEveryKind(unittest.TestCase):
    """One file, and for each server what it alone needs."""

    @classmethod
    def setUpClass(cls):
        cls.certificates = cls.enterClassContext(Certificates())
        cls.first = cls.enterClassContext(RedisServer(host="127.0.30.1", password="of-first"))
        cls.second = cls.enterClassContext(RedisServer(host="127.0.30.2", password="of-second"))
        cls.acl = cls.enterClassContext(RedisServer(
            "user default off", "user monitor on >of-monitor +@all ~*", host="127.0.30.3"))
        cls.tls = cls.enterClassContext(RedisServer(
            certificates=cls.certificates, tls_client_auth=True, password="of-tls"))
        cls.listed = [cls.enterClassContext(RedisServer(host=f"127.0.30.{number}"))
                      for number in (5, 6)]
        cls.in_url = cls.enterClassContext(RedisServer(password="of-url", unix_socket=True))
        cls.file = cls.enterClassContext(FleetFile(
            first="of-first\n", **{"targets/caches.json": f"""[
                {{"targets": ["{cls.listed[0].address}"], "labels": {{"team": "web"}}}},
                {{"targets": ["{cls.listed[1].address}"]}}]"""}))
        cls.file.write(f"""
            credentials:
              first: {{password_file: first}}
              second: {{password_env: OF_SECOND}}
              monitor: {{username: monitor, password: of-monitor}}
              tls: {{password: of-tls}}
            tls:
              internal:
                ca_file: {cls.certificates.ca}
                cert_file: {cls.certificates.client_cert}
                key_file: {cls.certificates.client_key}
            groups:
              - name: pair
                labels: {{team: data, tier: gold}}
                credentials: first
                nodes:
                  - "{cls.first.address}"
                  - {{address: "{cls.second.address}", credentials: second, labels: {{tier: tin}}}}
              - {{name: acl, credentials: monitor, nodes: ["{cls.acl.address}"]}}
              - name: tls
                credentials: tls
                tls: internal
                nodes: ["localhost:{cls.tls.tls_port}"]
              - name: url
                standalone: true
                nodes: ["unix://:of-url@{cls.in_url.socket_path}"]
              - {{name: imported, files: ["targets/*.json"], labels: {{team: none, tier: tin}}}}
            thresholds: {{memory_used_ratio: {{warning: 0.75}}}}
            """)
        cls.environment = {"OF_SECOND": "of-second"}
        cls.exporter = cls.enterClassContext(Exporter(cls.file.flag, env=cls.environment))
        # instance -> its other labels
        one, two = (server.address for server in cls.listed)
        cls.expected = {
            cls.first.address: {"redis_group": "pair", "team": "data", "tier": "gold"},
            cls.second.address: {"redis_group": "pair", "team": "data", "tier": "tin"},
            cls.acl.address: {"redis_group": "acl"},
            f"localhost:{cls.tls.tls_port}": {"redis_group": "tls"},
            cls.in_url.socket_path: {"redis_group": cls.in_url.socket_path},
            one: {"redis_group": one, "team": "web", "tier": "tin"},
            two: {"redis_group": two, "team": "none", "tier": "tin"}}

    def test_all_are_up_with_their_labels(self):
        families = self.exporter.scrape()
        found = {}
        for series, up in families["redis_up"].samples.items():
            labels = dict(series.labels)
            found[labels.pop("instance")] = (labels, up)
        self.assertEqual(found, {instance: (labels, 1)
                                 for instance, labels in self.expected.items()})
        self.assertEqual(value(families, "redis_process_id", instance=self.acl.address,
                               redis_group="acl"), self.acl.pid)
        self.assertEqual(value(families, "redis_group_expected_nodes", redis_group="pair"), 2)
        self.assertEqual(value(families, "redis_threshold", redis_group="tls", severity="warning",
                               name="memory_used_ratio"), 0.75)

    def test_no_password_is_told(self):
        said = "".join(self.exporter.get(path).body.decode()
                       for path in ("/metrics", "/sd", "/metrics/fleet", "/"))
        dumped = run_exporter("--dump-targets", self.file.flag, env=self.environment)
        for text in said, self.exporter.log(), dumped.stdout, dumped.stderr:
            self.assertNotRegex(text, "of-(first|second|monitor|tls|url)")

    def test_dump_targets(self):
        done = run_exporter("--dump-targets", self.file.flag, env=self.environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = [line.split("\t") for line in done.stdout.splitlines()]
        self.assertEqual({instance: group for group, instance, *_ in rows},
                         {instance: labels["redis_group"]
                          for instance, labels in self.expected.items()})
        origins = {instance: origin for _, instance, _, origin in rows}
        lines = self.file.path.read_text().splitlines()
        number = next(number for number, line in enumerate(lines, 1)
                      if f'"{self.first.address}"' in line)
        self.assertIn(f"fleet.yaml:{number}:", origins[self.first.address])
        self.assertIn("targets/caches.json:2:", origins[self.listed[0].address])

    def test_what_one_server_lacks_does_not_harm_the_others(self):
        with RedisServer(host="127.0.30.7", password="of-another") as refusing, FleetFile(f"""
                groups:
                  - {{name: open, nodes: ["{self.listed[0].address}"]}}
                  - {{name: refusing, nodes: ["{refusing.address}"]}}
                  - {{name: gone, nodes: ["127.0.30.8:{free_port('127.0.30.8')}"]}}
                """) as file, Exporter(file.flag) as exporter:
            families = exporter.scrape()
            up = by_instance(families, "redis_up")
            self.assertEqual(len(up), 3)
            self.assertEqual([instance for instance, is_up in up.items() if is_up],
                             [self.listed[0].address])
            self.assertEqual(by_instance(families, "redis_exporter_node_failure",
                                         reason="auth")[refusing.address], 1)


class Names(unittest.TestCase):
    def test_a_name_stands_for_all_its_addresses(self):
        known = {address for *_, (address, *_) in socket.getaddrinfo("localhost", 6379)}
        with RedisServer() as redis, FleetFile(f"""
                groups: [{{name: all, nodes: ["localhost:{redis.port}"], dns: all}}]
                """) as file:
            expected = {f"[{address}]:{redis.port}" if ":" in address else
                        f"{address}:{redis.port}" for address in known}
            done = run_exporter("--dump-targets", file.flag)
            self.assertEqual({line.split("\t")[1] for line in done.stdout.splitlines()}, expected)
            with Exporter(file.flag) as exporter:
                wait_until(lambda: by_instance(exporter.scrape(), "redis_up").get(redis.address),
                           "the node at the name's address")


class TooLarge(unittest.TestCase):
    """Better no start than a fleet of which some nodes fail, others at each scrape."""

    NODES = 200

    def write(self, file, nodes):
        listed = ", ".join(f'"127.0.31.1:{port}"' for port in range(1, nodes + 1))
        file.write(f"groups: [{{name: caches, standalone: true, nodes: [{listed}]}}]\n")

    def refused(self, file, open_files):
        """What it says when it does not start with so many open files."""
        done = subprocess.run(["prlimit", f"--nofile={open_files}:{open_files}", exporter_path(),
                               file.flag, f"--web.listen-address=127.0.0.1:{free_port()}"],
                              capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, 1, done.stderr)
        return done.stderr + done.stdout

    def test_it_does_not_start_and_says_what_it_needs(self):
        with FleetFile() as file:
            self.write(file, self.NODES)
            said = self.refused(file, 700)
            self.assertIn("200 connections", said)
            self.assertIn("the limit is 700", said)
            needed = int(re.search(r"ulimit -n (\d+)", said)[1])
            self.assertIn(f"ulimit -n {needed}", self.refused(file, needed - 1))

            # Two more for each node that is looked into.
            file.write("checks: {count_keys: ['*']}\n" + file.path.read_text())
            self.assertIn("600 connections", self.refused(file, 700))
            self.write(file, self.NODES)

            # What it asks for is enough, and a reload does not let more in.
            with Exporter(file.flag) as exporter:
                resource.prlimit(exporter.pid, resource.RLIMIT_NOFILE, (needed, needed))
                self.assertEqual(exporter.reload().status, 200)
                self.write(file, self.NODES + 1)
                status, _, body = exporter.reload()
                self.assertEqual(status, 500)
                self.assertIn(f"ulimit -n {needed + 1}", body.decode())
                self.assertEqual(len(by_instance(exporter.scrape(), "redis_up")), self.NODES)


if __name__ == "__main__":
    unittest.main()
