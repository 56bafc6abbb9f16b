# SPDX-License-Identifier: Apache-2.0
"""Every command in a runbook's blocks runs on a real server, which answers without an error:
redis-cli, and curl that asks the exporter. "How to look" says first what stands for HOST, PORT and others.

A block is for a Redis server. The line above it says when it is for another:
<!-- on a Sentinel -->, <!-- on a Cluster -->, <!-- on a master -->, <!-- on a replica -->; and
<!-- may be refused -->, alone or behind it (<!-- on a Sentinel, may be refused -->), where the server may have a reason.
"""

import collections
import json
import re
import subprocess
import unittest

import yaml

from lint import tree
from support import redis_servers
from support.exporter import Exporter
from support.fleet_file import FleetFile
from support.redis_servers import RedisServer

FENCE = re.compile(r"(?:^ *<!-- ([a-zA-Z, ]+) -->\n)?^ *```sh\n(.*?)^ *```$",
                   re.MULTILINE | re.DOTALL)


TEXTS = {path.stem: path.read_text()
         for path in sorted((tree.TOP / "docs/runbooks").glob("*.md"))}


def blocks():
    """(name, mark, lines) of each block of commands in docs/runbooks."""
    for name, whole in TEXTS.items():
        for mark, text in FENCE.findall(whole):
            yield name, mark, [line.strip() for line in text.splitlines()]


def run(line, server, exporter=None):
    places = {"HOST": server.host, "PORT": server.port,
              "EXPORTER": exporter and f"{exporter.host}:{exporter.port}"}
    line = re.sub(r"\b(HOST|PORT|EXPORTER)\b", lambda found: str(places[found[1]]), line)
    return subprocess.run(["bash", "-c", line.replace("redis-cli", "redis-cli -e")], text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=30)


def unexplained(text):
    """Words of commands that "How to look" does not explain before its first block, as
    "HOST and PORT: ..." or "a node of ... (GROUP)"."""
    explained = text.partition("## How to look\n\n")[2].partition("```sh")[0]
    return {word for word in re.findall(r"\b(?:HOST|PORT|EXPORTER|GROUP)\b", text)
            if not re.search(rf"\b{word}(?: and PORT)?:\s|\({word}\)", explained)}


class Texts(unittest.TestCase):
    def test_words_of_commands_are_explained(self):
        for name, text in TEXTS.items():
            with self.subTest(name):
                self.assertEqual(unexplained(text), set())

    def test_a_word_that_is_not_explained_is_found(self):
        self.assertEqual(unexplained("## How to look\n\nEXPORTER: where it listens.\n\n"
                                     "```sh\ncurl EXPORTER/scrape?target=HOST:PORT\n```\n"),
                         {"HOST", "PORT"})

    def test_only_alerts_with_an_instance_are_said_to_have_one(self):
        """By what the tests of the rules expect."""
        have = collections.defaultdict(set)
        for path in sorted((tree.TOP / "tests/rules").glob("*_test.yml")):
            for test in yaml.safe_load(path.read_text())["tests"]:
                for case in test.get("alert_rule_test", []):
                    have[case["alertname"]] |= {"instance" in alert["exp_labels"]
                                                for alert in case.get("exp_alerts") or []}
        for name, text in TEXTS.items():
            with self.subTest(name):
                said = re.search("^(?:- )?HOST and PORT: the alert's `instance`(.?)", text,
                                 re.MULTILINE)
                if said:
                    self.assertEqual(have[name], {True} if said[1] == "." else have[name] | {True})
                elif re.search("HOST and PORT: a node of", text):
                    self.assertEqual(have[name], {False})


class Runbooks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        redis = cls.enterClassContext(RedisServer())
        master, replica = cls.enterClassContext(redis_servers.replica_pair())
        cls.servers = {"": redis, "on a master": master,
                       "on a replica": replica,
                       "on a Sentinel": cls.enterClassContext(redis_servers.sentinel(master)),
                       "on a Cluster": cls.enterClassContext(redis_servers.cluster())[0]}
        file = cls.enterClassContext(FleetFile(f"""
            groups:
              - name: standalone
                standalone: true
                nodes: {json.dumps([server.address for server in {*cls.servers.values()}])}
            """))
        cls.exporter = cls.enterClassContext(Exporter(file.flag))

    def test_commands_run(self):
        ran = 0
        for name, mark, lines in blocks():
            for line in lines:
                with self.subTest(f"{name}: {line}"):
                    self.assertRegex(line, "^(redis-cli -h HOST -p PORT |curl -sSf .*EXPORTER/)")
                    where = mark.removesuffix("may be refused").removesuffix(", ")
                    done = run(line, self.servers[where], self.exporter)
                    if mark == where or not re.search("^[A-Z]{3,} ", done.stdout):
                        self.assertEqual(done.returncode, 0, done.stdout)
                    ran += 1
        self.assertGreater(ran, 10)

    def test_a_wrong_command_is_found(self):
        self.assertNotEqual(run("redis-cli -h HOST -p PORT INFOS", self.servers[""]).returncode, 0)


if __name__ == "__main__":
    unittest.main()
