# SPDX-License-Identifier: Apache-2.0
"""docs/migrating-from-redis_exporter.md keeps its promises: of each flag of redis_exporter, and of
what both print side by side.

The flags are data, in tests/conformance/redis_exporter_flags.tsv.
"""

import csv
import json
import pathlib
import re
import shlex
import subprocess
import tempfile
import unittest

import yaml

from lint import tree
from support.certificates import Certificates
from support.exporter import Exporter, Peer, exporter_path, run_exporter
from support.guide import block, blocks
from support.page import value
from support.redis_servers import RedisServer, cluster

GUIDE = "docs/migrating-from-redis_exporter.md"
PROGRAM = "redis_fleet_exporter"
YOURS = "/path/to/your/rules-and-dashboards"

# Flags that mean something only beside another one.
TOGETHER = {"tls-client-key-file": "tls-client-cert-file",
            "tls-client-cert-file": "tls-client-key-file",
            "cluster-discover-hostnames": "is-cluster",
            "check-search-indexes": "include-search-indexes-metrics",
            "tls-server-key-file": "tls-server-cert-file",
            "tls-server-cert-file": "tls-server-key-file",
            "tls-server-ca-cert-file": "tls-server-cert-file tls-server-key-file",
            "basic-auth-username": "basic-auth-password",
            "basic-auth-password": "basic-auth-username",
            "basic-auth-hash-password": "basic-auth-username"}


def known_flags():
    """Rows of the list by name: flag, type, variable, default, value."""
    text = tree.text("tests/conformance/redis_exporter_flags.tsv")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {row["flag"]: row
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)}


def table(head):
    """Rows of cells of the guide's table whose first heading is this."""
    (found,) = re.findall(rf"^\| {re.escape(head)} \|.*\n\|[ |-]+\n((?:\|.*\n)+)",
                          tree.text(GUIDE), re.MULTILINE)
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in found.splitlines()]


class Flags(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.known = known_flags()
        cls.rows = {row[0].strip("`-"): row for row in table("Flag")}
        cls.help = run_exporter("--help").stdout
        certificates = cls.enterClassContext(Certificates())
        folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        (folder / "passwords.json").write_text('{"redis://redis-1:6379": "secret"}')
        (folder / "script.lua").write_text("return {'name', '1'}")
        cls.files = {"ca": certificates.ca, "passwords": folder / "passwords.json",
                     "script": folder / "script.lua",
                     "client_key": certificates.client_key,
                     "client_cert": certificates.client_cert,
                     "server_key": certificates.server_key,
                     "server_cert": certificates.server_cert}

    def value(self, flag):
        text = self.known[flag]["value"]
        return str(self.files[text[1:-1]]) if re.fullmatch(r"\{\w+\}", text) else text

    def helped(self, flag):
        """(variable, default, text) that --help has of a flag; None where it has none."""
        found = re.search(rf"^  --{re.escape(flag)}(?:\[?=\S+)?(?:  \((.*)\))?\n((?:      .*\n)+)",
                          self.help, re.MULTILINE)
        if not found:
            return None
        notes = dict.fromkeys(["variable", "default"], "")
        for note in filter(None, (found[1] or "").split(", ")):
            key = "default" if note.startswith("default ") else "variable"
            notes[key] = note.removeprefix("default ")
        if not notes["default"] and self.known[flag]["type"] == "switch":
            notes["default"] = "false"
        return notes["variable"], notes["default"], found[2]

    def ways(self, flag):
        """(source, CompletedProcess) of the flag, and of its variable, with the example's value."""
        beside = [f"--{other}={self.value(other)}" for other in TOGETHER.get(flag, "").split()]
        check = ["--check-config"] if flag != "version" else []
        value, variable = self.value(flag), self.known[flag]["variable"]
        yield f"--{flag}", run_exporter(f"--{flag}={value}", *beside, *check)
        if variable:
            yield variable, run_exporter(*beside, *check, env={variable: value})

    def test_the_list_has_what_the_installed_release_has(self):
        said = subprocess.run(["prometheus-redis-exporter", "--help"], capture_output=True,
                              text=True, timeout=30).stderr
        flags = re.findall(r"^  -([\w.-]+).*\n((?:    .*\n)+)", said, re.MULTILINE)
        self.assertGreater(len(flags), 35)
        for flag, text in flags:
            with self.subTest(flag):
                default = re.search(r'\(default "?(.*?)"?\)$', text.strip())
                self.assertIn(flag, self.known)
                if default:
                    self.assertEqual(self.known[flag]["default"], default[1])

    def test_the_guide_has_every_flag_with_its_variable(self):
        self.assertEqual([(row[0], row[1]) for row in self.rows.values()],
                         [(f"`--{flag}`", row["variable"] and f"`{row['variable']}`")
                          for flag, row in self.known.items()])
        number = re.search(r"^All (\d+), with their variables", tree.text(GUIDE), re.MULTILINE)
        self.assertEqual(int(number[1]), len(self.known))

    def test_what_differs_is_said(self):
        for flag, (_, _, here, note) in self.rows.items():
            with self.subTest(flag):
                self.assertIn(here, ("same", "better", "no effect"))
                self.assertTrue(note or here == "same")

    def test_flags_that_are_the_same_are_taken_with_their_variables_and_defaults(self):
        for flag, (_, _, here, note) in self.rows.items():
            if here not in ("same", "better"):
                continue
            with self.subTest(flag):
                for source, done in self.ways(flag):
                    self.assertEqual(done.returncode, 0, f"{source}: {done.stderr}")
                    self.assertNotRegex(done.stderr, "without effect|no effect")
                variable, default, text = self.helped(flag) or self.fail("--help does not have it")
                self.assertEqual(variable, self.known[flag]["variable"])
                self.assertNotIn("without effect", text)
                if default != self.known[flag]["default"]:
                    self.assertEqual(here, "better")
                    self.assertIn(f"Default `{default}`", note)

    def test_flags_without_effect_are_taken_and_say_so(self):
        for flag, (_, _, here, _) in self.rows.items():
            if here != "no effect":
                continue
            with self.subTest(flag):
                helped = self.helped(flag)
                for source, done in self.ways(flag):
                    self.assertEqual(done.returncode, 0, f"{source}: {done.stderr}")
                    self.assertTrue(helped and "without effect" in helped[2]
                                    or source in done.stderr, f"nothing says so of {source}")


class SideBySide(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.redis = cls.enterClassContext(RedisServer())
        cls.old = cls.enterClassContext(Peer(f"--redis.addr={cls.redis.url}"))
        cls.new = cls.enterClassContext(Exporter(f"--redis.addr={cls.redis.url}"))

    def shell(self, script):
        for written, ours in [("localhost:9121", f"localhost:{self.old.port}"),
                              ("localhost:9122", f"localhost:{self.new.port}"),
                              ("localhost:6379", self.redis.address)]:
            script = script.replace(written, ours)
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], capture_output=True,
                              text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_only_the_old_page_has_what_the_guide_shows(self):
        # Both count requests from the first one on.
        self.old.get(f"/scrape?target={self.redis.address}")
        self.assertEqual(self.shell(block(GUIDE, "side by side")), block(GUIDE, "side by side prints"))

    def test_names_in_rules_and_dashboards_that_the_new_page_lacks_are_found(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in [("rules/a.yaml", "expr: redis_up == 0 or redis_gone > 1\n"),
                               ("dashboards/b.json", '{"expr": "rate(redis_commands_total[1m])"}')]:
                path = pathlib.Path(folder, name)
                path.parent.mkdir()
                path.write_text(text)
            script = block(GUIDE, "names in use")
            self.assertIn(YOURS, script)
            self.assertEqual(self.shell(script.replace(YOURS, folder)), "redis_gone\n")

    def test_paths_are_there(self):
        for cell, *_ in table("Path"):
            path = cell.strip("`")
            if path == "/discover-cluster-nodes":
                continue
            with self.subTest(path):
                method = "POST" if path == "/-/reload" else "GET"
                query = f"?target={self.redis.address}" if path == "/scrape" else ""
                self.assertEqual(self.new.get(path + query, method=method).status, 200)
        self.assertEqual(self.new.get("/-/reload").status, 405)

    def test_the_nodes_of_a_cluster_are_listed_and_may_be_scraped(self):
        with cluster(3) as nodes, \
                Exporter(f"--redis.addr={nodes[0].url}", "--is-cluster") as ours:
            status, _, body = ours.get("/discover-cluster-nodes")
            self.assertEqual(status, 200)
            (group,) = json.loads(body)
            self.assertEqual(sorted(group["targets"]), sorted(node.url for node in nodes))
            for target in group["targets"]:
                self.assertEqual(value(ours.scrape(f"/scrape?target={target}"), "redis_up"), 1)

    def test_parameters_of_scrape_are_read(self):
        names = [name for cell, *_ in table("Parameter of `/scrape`")
                 for name in re.findall(r"`([^`]+)`", cell)]
        path = f"/scrape?target={self.redis.address}"
        plain = self.new.get(path)
        self.assertEqual(plain.status, 200)
        lists = [name for name in names if re.match("check-|count-", name)]
        self.assertEqual(len(lists), 5)
        for name in lists:
            with self.subTest(name):
                refused = self.new.get(f"{path}&{name}=a%25zz")
                self.assertEqual((refused.status, refused.body.split(b":")[0]),
                                 (400, name.encode()))
        self.assertEqual(set(self.new.scrape(f"{path}&name[]=redis_up")), {"redis_up"})
        explained = self.new.get(f"{path}&debug=true").body
        self.assertFalse(explained.startswith(plain.body[:20]))
        self.assertEqual(set(names) - {*lists}, {"target", "name[]", "debug=true",
                                                 "tls_server_name", "tls-server-name"})

    def test_what_the_password_file_has_may_be_scraped_with_its_password(self):
        with RedisServer(password="secret") as redis, tempfile.NamedTemporaryFile("w") as file:
            json.dump({redis.url: "secret"}, file)
            file.flush()
            with Exporter("--redis.addr=", f"--redis.password-file={file.name}") as ours:
                page = ours.scrape(f"/scrape?target={redis.url}")
                self.assertEqual(value(page, "redis_up"), 1)

    def test_the_url_of_scrape_may_name_the_certificate(self):
        with Certificates() as certificates, RedisServer(certificates=certificates) as redis:
            address = f"rediss://127.0.0.1:{redis.tls_port}"
            with Exporter("--redis.addr=", "--scrape.allowed-targets=127.0.0.1",
                          f"--tls-ca-cert-file={certificates.ca}") as ours:
                for parameter in ("tls_server_name", "tls-server-name"):
                    for name, up in [("redis.test", 1), ("other.test", 0)]:
                        with self.subTest(f"{parameter}={name}"):
                            page = ours.scrape(f"/scrape?target={address}&{parameter}={name}")
                            self.assertEqual(value(page, "redis_up"), up)


class Replacement(unittest.TestCase):
    def test_arguments_of_the_container_are_valid(self):
        (arguments,) = re.findall(r"args: \[(.*)\]", block(GUIDE, "container"))
        done = run_exporter(*re.findall(r'"([^"]*)"', arguments), "--check-config")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_container_has_no_readiness_probe(self):
        """Redis of its pod would lose its clients while that fails."""
        (container,) = yaml.safe_load(block(GUIDE, "container"))
        self.assertNotIn("readinessProbe", container)
        self.assertIn("livenessProbe", container)

    def test_the_image_checks_what_the_program_checks(self):
        environment, arguments = re.match(
            r"docker run --rm -e (\S+) registry\.example\.com/redis-fleet-exporter:[\d.]+ (.*)\n$",
            block(GUIDE, "docker check").replace("\\\n", ""), re.DOTALL).groups()
        variable, text = environment.split("=")
        done = run_exporter(*shlex.split(arguments), env={variable: text})
        self.assertEqual((done.returncode, done.stdout), (0, block(GUIDE, "prints")))
        (program, *_) = [text for mark, _, text in blocks(GUIDE) if mark == "test"]
        self.assertEqual(shlex.split(program.replace("\\\n", ""))[2:], shlex.split(arguments))

    def test_the_unit_starts_the_program_with_the_arguments_of_debians(self):
        (replaced, command) = re.findall(r"^ExecStart=(.*)$", block(GUIDE, "unit"), re.MULTILINE)
        self.assertEqual(replaced, "")
        path, arguments = command.split()
        self.assertEqual((pathlib.Path(path).name, arguments), (PROGRAM, "$ARGS"))
        self.assertTrue(exporter_path().endswith("exporter"))
        listed = subprocess.check_output(["dpkg", "-L", "prometheus-redis-exporter"], text=True)
        (unit,) = [line for line in listed.splitlines() if line.endswith(".service")]
        text = tree.text(GUIDE)
        self.assertIn(f"/etc/systemd/system/{pathlib.Path(unit).name}.d/", text)
        (environment,) = [line for line in listed.splitlines() if line.startswith("/etc/default/p")]
        self.assertIn(f"`{environment}`", text)


if __name__ == "__main__":
    unittest.main()
