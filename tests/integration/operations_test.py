# SPDX-License-Identifier: Apache-2.0
"""docs/operations.md: every command of it, where the exporter is as the page says, and what it prints;
every event of its table is one that the program logs, and the reverse."""

import contextlib
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from integration.docs_test import OPERATIONS
from lint import tree
from support.exporter import Exporter, exporter_path
from support.fleet_file import FleetFile
from support.guide import blocks
from support.processes import free_port, wait_until
from support.prometheus import Prometheus
from support.redis_servers import RedisServer
from support.web_door import QUICK, Door, WebFile

PROGRAM = pathlib.Path(exporter_path()).resolve()
FILE = "/etc/redis-fleet-exporter/fleet.yaml"
FLEET = """\
groups:
  - name: sessions
    nodes: ["localhost:{up}", "localhost:{down}"]
  - name: payments
    sentinel: {{master: mymaster, addresses: ["localhost:{sentinel}"]}}
"""
NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e[+-]\d+)?")


def port(number, ours):
    return f"localhost:{number}", f"localhost:{ours}"


# Each scene gives what is written on the page, and what takes its place.

@contextlib.contextmanager
def nobody():
    yield [port(9121, free_port()), port(6379, free_port())]


@contextlib.contextmanager
def a_fleet():
    down, sentinel = free_port(), free_port()
    with RedisServer() as redis, \
            FleetFile(FLEET.format(up=redis.port, down=down, sentinel=sentinel)) as file, \
            Exporter(file.flag) as exporter:
        exporter.scrape()
        yield [port(9121, exporter.port), port(6379, redis.port), port(6380, down),
               port(26379, sentinel), (FILE, file.path)]


@contextlib.contextmanager
def a_bad_file():
    with FleetFile("groups: [{name: sessions, nodes: ['127.0.0.1:1']}]\n") as file, \
            Exporter(file.flag) as exporter:
        file.write("groups:\n  - name: sessions\n    nodes: ['127.0.0.1:1']\n    credentals: main\n")
        yield [port(9121, exporter.port), (FILE, file.path)]


@contextlib.contextmanager
def an_exporter_that_hangs():
    with Exporter("--redis.addr=") as exporter:
        exporter.pause()
        yield [port(9121, exporter.port)]


@contextlib.contextmanager
def a_hung_server():
    with RedisServer() as redis, \
            Exporter(f"--redis.addr=redis://localhost:{redis.port}") as exporter:
        redis.pause()
        yield [port(9121, exporter.port), port(6379, redis.port)]
        redis.resume()


@contextlib.contextmanager
def prometheus_at(exporter, until):
    """A page of a hung server takes 2 s. One that is too late is forgotten by no `min_over_time`, so that there is
    time enough for a machine that is busy."""
    with Prometheus("global: {scrape_interval: 10s, scrape_timeout: 10s}\nscrape_configs:\n"
                    f"  - {{job_name: redis, static_configs: [{{targets: ['localhost:{exporter}']}}]}}\n"
                    ) as prometheus:
        prometheus.becomes(until, bool, timeout=60)
        yield [port(9121, exporter), ("localhost:9090", prometheus.url.removeprefix("http://"))]


@contextlib.contextmanager
def prometheus_at_a_hung_server():
    with a_hung_server() as (exporter, _), \
            prometheus_at(exporter[1].rpartition(":")[2], "redis_up == 0") as places:
        yield places


@contextlib.contextmanager
def prometheus_at_a_door_with_a_password():
    with WebFile(f"basic_auth_users: {{prometheus: {QUICK}}}\n") as web, Door(web.flag) as door, \
            prometheus_at(door.port, "up == 0") as places:
        yield places


@contextlib.contextmanager
def a_new_package():
    """As much of a package as the page looks at."""
    with FleetFile("groups: [{name: sessions, nodes: ['127.0.0.1:1']}]\n") as file:
        parts = file.folder / "parts"
        (parts / "usr/bin").mkdir(parents=True)
        (parts / "DEBIAN").mkdir()
        (parts / "usr/bin/redis_fleet_exporter").symlink_to(PROGRAM)
        (parts / "DEBIAN/control").write_text(
            "Package: redis-fleet-exporter\nVersion: 1\nArchitecture: all\n"
            "Maintainer: Nobody <nobody@example.org>\nDescription: a test\n")
        package = file.folder / "redis-fleet-exporter_1_all.deb"
        subprocess.run(["dpkg-deb", "--build", parts, package], check=True, capture_output=True)
        yield [("dpkg -x ", f"cd {file.folder}\ndpkg -x "), (FILE, file.path)]


SCENES = {scene.__name__.replace("_", " "): scene for scene in (
    nobody, a_fleet, a_bad_file, an_exporter_that_hangs, a_hung_server, a_new_package,
    prometheus_at_a_hung_server, prometheus_at_a_door_with_a_password)}


def at_any_time(text):
    return re.sub(r"\btime=\S+", "time=", text)


def like(text):
    """But for its numbers."""
    return NUMBER.sub("0", text)


class Commands(unittest.TestCase):
    maxDiff = None

    def printed(self, script, places):
        """What it prints, on both streams, in the words of the page."""
        for written, ours in places:
            script = script.replace(written, str(ours))
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "redis_fleet_exporter").symlink_to(PROGRAM)
            environment = {name: value for name, value in os.environ.items()
                           if not name.startswith("REDIS_")}
            environment["PATH"] = f"{folder}:{os.environ['PATH']}"
            text = subprocess.run(["bash", "-c", script], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, env=environment,
                                  timeout=60).stdout
        for written, ours in places:
            text = text.replace(str(ours), written)
        return text

    def test_every_command_runs_and_prints_what_the_page_shows(self):
        found = blocks(OPERATIONS)
        followed = zip(found, [*found[1:], ("", "", "")])
        ran = set()
        for (mark, language, script), (after, _, shown) in followed:
            if language != "sh":
                self.assertIn(mark, ("prints", "prints like"))
                continue
            self.assertIn(mark, SCENES, script)
            self.assertIn(after, ("prints", "prints like"), script)
            with self.subTest(script), SCENES[mark]() as places:
                printed = self.printed(script, places)
                of = like if after == "prints like" else at_any_time
                self.assertEqual(of(printed), of(shown))
            ran.add(mark)
        self.assertEqual(ran, set(SCENES))


class Log(unittest.TestCase):
    def test_the_table_has_every_event(self):
        calls = re.compile(r"(?:log::(?:debug|info|warning|error)\(|complaints_\.(?:warn\(|refuse\([\w:]+,))"
                           r"((?:\s*(?:report\.up \?)?\s*:?\s*\"[^\"]*\")+)")
        logged = set()
        for name in tree.files(".cpp", ".h"):
            if name.startswith("exporter/"):
                for texts in calls.findall(tree.text(name)):
                    texts = re.sub(r'"\s*\n\s*"', "", texts)
                    logged.update(re.findall(r'"([^"]*)"', texts))
        self.assertGreater(len(logged), 30)
        table = re.search(r"^\| Event \|.*\n(?:\|.*\n)+", tree.text(OPERATIONS), re.MULTILINE)
        told = [event for row in table[0].splitlines()
                for event in re.findall("`([^`]*)`", row.split(" | ")[0])]
        self.assertEqual(len(told), len(set(told)))
        self.assertEqual(set(told), logged)


if __name__ == "__main__":
    unittest.main()
