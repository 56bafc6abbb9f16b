# SPDX-License-Identifier: Apache-2.0
"""Every redis-cli command in a runbook's blocks runs on a real server, which answers without an error.

A block is for a Redis server. The line above it says when it is for another: <!-- on a Sentinel -->,
<!-- on a Cluster -->, <!-- on a replica -->; or <!-- may be refused --> where that depends on the build.
"""

import re
import subprocess
import unittest

from lint import tree
from support import redis_servers
from support.redis_servers import RedisServer

FENCE = re.compile(r"(?:^ *<!-- ([a-zA-Z ]+) -->\n)?^ *```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def blocks():
    """(name, mark, lines) of each block of commands in docs/runbooks."""
    for path in sorted((tree.TOP / "docs/runbooks").glob("*.md")):
        for mark, text in FENCE.findall(path.read_text()):
            yield path.stem, mark, [line.strip() for line in text.splitlines()]


def run(line, server):
    line = re.sub(r"\bHOST\b", server.host, re.sub(r"\bPORT\b", str(server.port), line))
    return subprocess.run(["bash", "-c", line.replace("redis-cli", "redis-cli -e")], text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=30)


class Runbooks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        redis = cls.enterClassContext(RedisServer())
        master, replica = cls.enterClassContext(redis_servers.replica_pair())
        cls.servers = {"": redis, "may be refused": redis, "on a master": master,
                       "on a replica": replica,
                       "on a Sentinel": cls.enterClassContext(redis_servers.sentinel(master)),
                       "on a Cluster": cls.enterClassContext(redis_servers.cluster())[0]}

    def test_commands_run(self):
        ran = 0
        for name, mark, lines in blocks():
            for line in lines:
                with self.subTest(f"{name}: {line}"):
                    self.assertTrue(line.startswith("redis-cli -h HOST -p PORT "))
                    done = run(line, self.servers[mark])
                    if mark != "may be refused" or "ERR" not in done.stdout:
                        self.assertEqual(done.returncode, 0, done.stdout)
                    ran += 1
        self.assertGreater(ran, 10)

    def test_a_wrong_command_is_found(self):
        self.assertNotEqual(run("redis-cli -h HOST -p PORT INFOS", self.servers[""]).returncode, 0)


if __name__ == "__main__":
    unittest.main()
