# SPDX-License-Identifier: Apache-2.0
"""Every command in a runbook's blocks runs on a real server, which answers without an error:
redis-cli, and curl that asks the exporter.

A block is for a Redis server. The line above it says when it is for another:
<!-- on a Sentinel -->, <!-- on a Cluster -->, <!-- on a master -->, <!-- on a replica -->; and
<!-- may be refused -->, alone or behind it (<!-- on a Sentinel, may be refused -->), where the server may have a reason.
"""

import json
import re
import subprocess
import unittest

from lint import tree
from support import redis_servers
from support.exporter import Exporter
from support.fleet_file import FleetFile
from support.redis_servers import RedisServer

FENCE = re.compile(r"(?:^ *<!-- ([a-zA-Z, ]+) -->\n)?^ *```sh\n(.*?)^ *```$",
                   re.MULTILINE | re.DOTALL)


def blocks():
    """(name, mark, lines) of each block of commands in docs/runbooks."""
    for path in sorted((tree.TOP / "docs/runbooks").glob("*.md")):
        for mark, text in FENCE.findall(path.read_text()):
            yield path.stem, mark, [line.strip() for line in text.splitlines()]


def run(line, server, exporter=None):
    places = {"HOST": server.host, "PORT": server.port,
              "EXPORTER": exporter and f"{exporter.host}:{exporter.port}"}
    line = re.sub(r"\b(HOST|PORT|EXPORTER)\b", lambda found: str(places[found[1]]), line)
    return subprocess.run(["bash", "-c", line.replace("redis-cli", "redis-cli -e")], text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=30)


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
