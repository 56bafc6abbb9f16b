# SPDX-License-Identifier: Apache-2.0
"""What the documents say is so: commands run, snippets load, names exist, tables are whole.

UPDATE_DOCS=1 writes docs/metrics.md anew, from what the program at $EXPORTER lists.
"""

import os
import re
import subprocess
import tempfile
import unittest

from integration import migration_test
from lint import layers_test, tree
from support.certificates import Certificates
from support.exporter import Exporter, exporter_path, run_exporter
from support.guide import blocks
from support.page import by_label
from support.redis_servers import RedisServer, sentinel

OPERATIONS = "docs/operations.md"
PROGRAM = "build/release/redis_fleet_exporter"
METRICS_HEAD = """\
# Metrics

What each collector emits, in the order of a page. `redis_exporter_*` metrics without a collector are
about the scrape of the node; those about the exporter's own work are in
[operations.md](operations.md#the-exporters-own-metrics). *Since* is the first server that has the value;
empty: all that are supported. A label in the table is the metric's own; histograms also have `le`,
summaries `quantile`.

This file is written from `--list-metrics=markdown` of a fresh build by
`EXPORTER=build/dev/redis_fleet_exporter UPDATE_DOCS=1 tests/run_python tests/integration/docs_test.py`.

"""

FLAG = re.compile(r"(?<![\w-])--([a-z][a-z0-9._-]*[a-z0-9])")
NAME = re.compile(r"\b(?:redis|process)_[a-z0-9_]+(?:\*|\b)")
PATH = re.compile(r"`((?:[\w.-]+/)*[\w-]+\.(?:cpp|h|py|md|txt))`")
PATTERNS = {"collectors/NAME.cpp", "docs/runbooks/ALERT.md"}  # of names
NOT_METRICS = {"redis_exporter", "redis_fleet_exporter", "redis_group"}


def tables(name):
    """Rows of cells below each heading of a table: {first cell of the head: rows}."""
    found = {}
    for table in re.findall(r"(?:^\|.*\n)+", tree.text(name), re.MULTILINE):
        rows = [[cell.strip().strip("`") for cell in line.strip("|\n").split(" |")]
                for line in table.splitlines()]
        found.setdefault(rows[0][0], []).extend(rows[2:])
    return found


def succeeds(*arguments):
    done = run_exporter(*arguments)
    if done.returncode != 0:
        raise AssertionError(f"{arguments}: {done.stderr}")
    return done.stdout


def documents():
    return [name for name in tree.files(".md") if "/" not in name or name.startswith("docs/")]


class Blocks(unittest.TestCase):
    maxDiff = None

    def shell(self, script, *places):
        """Runs a block where our program, ports and files take the place of the written ones."""
        for written, ours in [(PROGRAM, exporter_path()), *places]:
            script = script.replace(written, str(ours))
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith("REDIS_")}
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], capture_output=True,
                              text=True, env=environment, timeout=60)
        self.assertEqual(done.returncode, 0, f"{script}\n{done.stdout}{done.stderr}")
        return done.stdout

    def test_marked_commands_run_and_print_what_the_readme_shows(self):
        ran = 0
        for name in documents():
            found = blocks(name)
            for (mark, _, script), (after, _, prints) in zip(found, [*found[1:], ("", "", "")]):
                if mark not in ("test", "test with password"):
                    continue
                password = "admin-password" if mark == "test with password" else None
                with self.subTest(script), RedisServer(password=password) as redis, \
                        Exporter(f"--redis.addr={redis.url}") as exporter:
                    printed = self.shell(script, ("localhost:9121", f"localhost:{exporter.port}"),
                                         ("localhost:6379", redis.address),
                                         ("-p 6379", f"-p {redis.port}"))
                    self.assertNotEqual(printed, "")
                    if after == "prints":
                        self.assertEqual(printed, prints)
                ran += 1
        self.assertGreaterEqual(ran, 4)

    def test_every_other_command_line_has_valid_flags(self):
        checked = 0
        with Certificates() as certificates:
            for name in documents():
                for mark, language, script in blocks(name):
                    if mark or language != "sh":
                        continue
                    for line in script.replace("\\\n", "").splitlines():
                        line = line.split("  # ")[0]
                        if PROGRAM not in line:
                            continue
                        with self.subTest(line):
                            self.shell(line + " --check-config",
                                       ("/etc/redis/tls", certificates.folder))
                        checked += 1
        self.assertGreaterEqual(checked, 6)

    def test_make_run_prints_what_the_readme_shows(self):
        script = (tree.TOP / "tools/run-with-redis").read_text()
        (shown,) = [text for mark, _, text in blocks("README.md") if mark == "make run prints"]
        script = script.replace("$port", "9121")
        for line in filter(None, shown.splitlines()):
            self.assertIn(line, script)

    def test_prometheus_takes_the_snippets(self):
        snippets = [text for name in documents() for mark, _, text in blocks(name)
                    if mark == "prometheus"]
        self.assertEqual(len(snippets), 4)
        rules = [text for mark, _, text in blocks("docs/configuration.md")
                 if mark == "prometheus rules"]
        self.assertEqual(len(rules), 1)
        for kind, text in [*(("config", text) for text in snippets), ("rules", *rules)]:
            with self.subTest(text), tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
                file.write(text)
                file.flush()
                done = subprocess.run(["promtool", "check", kind, file.name],
                                      capture_output=True, text=True, timeout=60)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_prometheus_takes_the_files_that_the_snippets_are_from(self):
        snippets = [text for mark, _, text in blocks("docs/configuration.md")
                    if mark == "prometheus"]
        files = ["deploy/prometheus/fleet-metrics.yml", "deploy/prometheus/fleet-sd.yml"]
        self.assertEqual(len(files), len(snippets))
        for name, snippet in zip(files, snippets):
            with self.subTest(name):
                done = subprocess.run(["promtool", "check", "config", tree.TOP / name],
                                      capture_output=True, text=True, timeout=60)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertTrue(tree.text(name).endswith("\n" + snippet))

    def test_the_packages_to_install_are_those_of_the_libraries_that_it_is_linked_to(self):
        (named,) = re.findall(r"^apt-get install .*?((?: lib\S+)+)$", tree.text("README.md"),
                              re.MULTILINE)
        libraries = re.findall(r"NEEDED +(\S+)", subprocess.check_output(
            ["objdump", "-p", exporter_path()], text=True))
        self.assertGreater(len(libraries), 5)
        owners = subprocess.check_output(
            ["dpkg", "-S", *(f"*-linux-gnu/{library}" for library in libraries)], text=True)
        packages = {line.split(":")[0] for line in owners.splitlines()}
        everywhere = {"libc6", "libcrypt1", "libgcc-s1", "libstdc++6"}  # apt, or libc6
        self.assertEqual(set(named.split()), packages - everywhere)


class Names(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.listed = [line.split("\t")[0] for line in succeeds("--list-metrics").splitlines()]
        cls.redis = cls.enterClassContext(RedisServer())
        cls.exporter = cls.enterClassContext(Exporter(f"--redis.addr={cls.redis.url}"))
        cls.page = cls.exporter.scrape()

    def test_metrics_md_is_fresh(self):
        text = METRICS_HEAD + succeeds("--list-metrics=markdown")
        path = tree.TOP / "docs/metrics.md"
        if os.environ.get("UPDATE_DOCS"):
            path.write_text(text)
        self.assertTrue(path.read_text() == text,
                        f"docs/metrics.md is not what {exporter_path()} lists: UPDATE_DOCS=1 "
                        "writes it anew")

    def test_every_metric_that_is_named_exists(self):
        known = {*self.listed, *self.page}
        # One is generated, the other tells of metrics that are not here.
        for name in {*documents()} - {"docs/metrics.md", "docs/differences.md"}:
            for word in set(NAME.findall(tree.text(name))) - NOT_METRICS:
                with self.subTest(f"{word} in {name}"):
                    base = re.sub("_(bucket|sum|count)$", "", word)
                    self.assertTrue(any(metric in (word, base) or word.endswith("*")
                                        and metric.startswith(word[:-1]) for metric in known))

    def test_every_flag_that_is_named_exists(self):
        known = set(FLAG.findall(succeeds("--help")))
        for line in succeeds("--list-collectors").splitlines():
            known |= {f"collector.{line.split()[0]}", f"no-collector.{line.split()[0]}"}
        bench = (tree.TOP / "tests/bench/scrape_bench.py").read_text()
        known |= set(FLAG.findall(bench))
        # What is true of the flags of redis_exporter is in migration_test.py.
        known |= set(migration_test.known_flags())
        for name in "README.md", *filter(lambda name: name.startswith("docs/"), documents()):
            # Their flags are not ours.
            text = re.sub(r"\b(cmake|curl) (-\S+ ?)+|"
                          r"\b(redis-cli|redis-check-aof|kubectl|prometheus|docker \w+|apt-get) [^`\n]*",
                          "", tree.text(name))
            self.assertEqual(set(FLAG.findall(text)) - known, set(), name)

    def test_the_exporters_own_metrics_are_all_told(self):
        # Those about checks of keys are with the checks.
        rows = {row[0] for name in (OPERATIONS, "README.md") for row in tables(name)["Metric"]}
        own = {name for name in self.page if not name.startswith("process_")} - set(self.listed)
        about_the_scrape = {name for name in self.listed
                            if name == "redis_up" or name.startswith("redis_exporter_")}
        self.assertGreater(len(own), 5)
        self.assertEqual((own | about_the_scrape) - rows, set())

    def test_reasons_are_all_told(self):
        rows = [row[0] for row in tables(OPERATIONS)["Reason"]]
        self.assertEqual(rows, list(by_label(self.page, "redis_exporter_node_failure", "reason")))

    def test_collectors_are_all_in_the_readme(self):
        listed = succeeds("--list-collectors").splitlines()
        flags = [f"--collector.{line.split()[0]}" for line in listed]
        with sentinel(self.redis) as watcher, \
                Exporter(f"--redis.addr={watcher.url}", *flags) as exporter:
            for_sentinels = self.collectors_of(exporter.scrape())
        with Exporter(f"--redis.addr={self.redis.url}", *flags) as exporter:
            for_data = self.collectors_of(exporter.scrape())
        want = []
        for line in listed:
            about, _, sends = line.partition("  Sends: ")
            name, state = about.split()[:2]
            where = {(True, True): "all", (True, False): "data", (False, True): "Sentinels"}
            want.append([name, state, where[name in for_data, name in for_sentinels], sends])
        self.assertEqual(tables("README.md")["Collector"], want)

    @staticmethod
    def collectors_of(page):
        return set(by_label(page, "redis_exporter_collector_success", "collector"))

    def test_endpoints_answer(self):
        for cell, *_ in tables(OPERATIONS)["Path"]:
            for path in cell.replace("`", "").split(", "):
                path = path.replace("localhost:6379", self.redis.address)
                with self.subTest(path):
                    others = {"/-/reload": 405,  # takes a POST
                              "/discover-cluster-nodes": 400}  # needs a Cluster
                    self.assertEqual(self.exporter.get(path).status, others.get(path, 200))

    def test_files_that_are_named_exist(self):
        for name in documents():
            for path in set(PATH.findall(tree.text(name))) - PATTERNS:
                with self.subTest(f"{path} in {name}"):
                    self.assertTrue(any((tree.TOP / folder / path).is_file()
                                        for folder in (".", "exporter", "docs", "tests")))

    def test_the_architecture_has_the_directions_that_are_enforced(self):
        rows = {room: set(filter(None, rests.replace("`", "").split(", ")))
                for room, rests, *_ in tables("ARCHITECTURE.md")["Room"]}
        self.assertEqual(rows, layers_test.RESTS_ON)


if __name__ == "__main__":
    unittest.main()
