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
DEFAULT = "/etc/default/redis-fleet-exporter"
FLEET = """\
groups:
  - name: sessions
    nodes: ["localhost:{up}", "localhost:{down}"]
  - name: payments
    sentinel: {{master: mymaster, addresses: ["localhost:{sentinel}"]}}
"""
ONE = "groups: [{name: sessions, nodes: ['127.0.0.1:1']}]\n"
BAD = """\
groups:
  - name: sessions
    nodes: ['127.0.0.1:1']
    credentals: main
"""
SECRET = """\
credentials:
  main:
    password_file: /run/credentials/redis-fleet-exporter.service/secret_main.password
"""


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


def defaults(file):
    """What the package has in /etc/default, for this file."""
    path = file.folder / "default"
    text = tree.text("deploy/debian/default")
    assert FILE in text
    path.write_text(text.replace(FILE, str(file.path)))
    return DEFAULT, path


@contextlib.contextmanager
def a_bad_file():
    with FleetFile(ONE) as file, Exporter(file.flag) as exporter:
        file.write(BAD)
        yield [port(9121, exporter.port), (FILE, file.path)]


@contextlib.contextmanager
def a_stopped_service():
    with FleetFile(SECRET + BAD) as file:
        yield [defaults(file), (FILE, file.path)]


@contextlib.contextmanager
def an_exporter_that_hangs():
    with Exporter("--redis.addr=") as exporter:
        exporter.pause()
        yield [port(9121, exporter.port)]


@contextlib.contextmanager
def a_hung_server():
    with RedisServer() as redis, \
            Exporter(f"--redis.addr=redis://localhost:{redis.port}", patient=False) as exporter:
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
        prometheus.becomes(until, bool)
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
    """As much of packages as the page looks at; the old one lies beside the new one, and has no program."""
    with FleetFile(ONE) as file:
        for version in "OLD", "NEW":
            parts = file.folder / version
            (parts / "usr/bin").mkdir(parents=True)
            (parts / "DEBIAN").mkdir()
            (parts / "DEBIAN/control").write_text(
                "Package: redis-fleet-exporter\nVersion: 1\nArchitecture: all\n"
                "Maintainer: Nobody <nobody@example.org>\nDescription: a test\n")
            if version == "NEW":
                (parts / "usr/bin/redis_fleet_exporter").symlink_to(PROGRAM)
            subprocess.run(["dpkg-deb", "--build", parts, file.folder / f"redis-fleet-exporter_{version}.deb"],
                           check=True, capture_output=True)
        yield [("dpkg -x ", f"cd {file.folder}\ndpkg -x "), defaults(file), (FILE, file.path)]


SCENES = {scene.__name__.replace("_", " "): scene for scene in (
    nobody, a_fleet, a_bad_file, an_exporter_that_hangs, a_hung_server, a_new_package,
    a_stopped_service, prometheus_at_a_hung_server,
    prometheus_at_a_door_with_a_password)}


def at_any_time(text):
    return re.sub(r"\btime=\S+", "time=", text)


def lasting(match):
    """What a machine that is slow for a moment does not change, and a server that hangs does."""
    seconds = float(match[2]) / (1000 if match[3] == " ms" else 1)
    return f"{match[1]}{'long' if seconds >= 1 else 'short'}{match[3]}"


def like(text):
    """But for times, sizes and counts. Status codes, labels and all other values are to be what is shown."""
    text = re.sub(r"( |_seconds )(\d+\.\d+)( ms| s|)(?=\s|,|$)", lasting, text)
    for measured in (r"()\d+( bytes)\b", r"(_bytes )[\d.e+]+()$", r"(_fds )\d+()$", r"^( *)\d+( redis_\w+)$",
                     r"( @\[)[\d.]+(\])$", r'("time":")[^"]*(")'):
        text = re.sub(measured, r"\1N\2", text, flags=re.MULTILINE)
    return re.sub(r"^ ", "", re.sub(" +", " ", at_any_time(text)), flags=re.MULTILINE)


class Likeness(unittest.TestCase):
    """Two figures that one machine measures twice are alike, and no mistake is like what is right."""

    def test_what_is_measured_may_differ(self):
        for one, other in (
                ("200, 2.002580 s, 6729 bytes", "200, 2.4 s, 812 bytes"),
                ("redis_exporter_last_scrape_duration_seconds 2.0007", "redis_exporter_last_scrape_duration_seconds 2.1"),
                ("  connected          0.090 ms     at 2.089 ms", "  connected         12.345 ms     at 22.111 ms"),
                ('{job="redis"} => 0 @[1795704873.513]', '{job="redis"} => 0 @[1795704999]'),
                ("     96 redis_db_keys", "    102 redis_db_keys"), ("  96 redis_db_keys", "2 redis_db_keys"),
                ("process_resident_memory_bytes 13836288", "process_resident_memory_bytes 1.4e+07"),
                ("process_open_fds 12", "process_open_fds 9"),
                ('time=2026-11-26T14:54:38.221Z level=info {"time":"2026-11-26T14:54:40.246Z"}',
                 'time=2027-01-01T00:00:00.000Z level=info {"time":"2027-01-01T00:00:00.000Z"}')):
            self.assertEqual(like(one + "\n"), like(other + "\n"))

    def test_all_else_may_not(self):
        for one, other in (
                ("200, 2.002580 s, 6729 bytes", "503, 2.002580 s, 6729 bytes"),
                ("200, 2.002580 s, 6729 bytes", "200, 0.001 s, 6729 bytes"),
                ("  total              2000.357 ms", "  total              0.357 ms"),
                ("  connected          0.090 ms     at 2.089 ms", "  connected          0.090 ms     at 2000.089 ms"),
                ("redis_exporter_last_scrape_duration_seconds 2.0007", "redis_exporter_last_scrape_duration_seconds 0.0007"),
                ('{instance="localhost:9121"} => 0 @[1]', '{instance="localhost:6379"} => 0 @[1]'),
                ('{job="redis"} => 0 @[1]', '{job="redis"} => 1 @[1]'),
                ('redis_db_keys{db="db0"} 5', 'redis_db_keys{db="db1"} 5'), ("redis_up 0", "redis_up 1"),
                ("     96 redis_db_keys", "     96 redis_db_keys_expiring"),
                ("process_open_fds 12", "process_max_fds 12"), ("total 2000.357 ms", "total not reached"),
                ('time=2026-11-26T14:54:38.221Z level=info', 'time=2026-11-26T14:54:38.221Z level=error')):
            self.assertNotEqual(like(one + "\n"), like(other + "\n"))


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


class Errors(unittest.TestCase):
    def test_the_table_has_every_status_that_a_scrape_may_have(self):
        refused = set()
        for name in tree.files(".cpp", ".h"):
            if name.startswith("exporter/"):
                refused.update(re.findall(r"error_response\(\s*(\d+),", tree.text(name)))
        told = set(re.findall(r"^\| `HTTP status (\d+)` ", tree.text(OPERATIONS), re.MULTILINE))
        # Of other methods, of bodies, of longer headers than Prometheus sends, and of /-/reload.
        self.assertEqual(told, refused - {"405", "413", "431", "500"})


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
