# SPDX-License-Identifier: Apache-2.0
"""Files that change while the exporter runs; it looks every 10 seconds."""

import contextlib
import json
import unittest

from support.exporter import Exporter
from support.fleet_file import FleetFile
from support.page import by_instance, value
from support.processes import wait_until
from support.redis_servers import RedisServer

LISTING = "groups: [{name: caches, nodes: [%s]}]\n"
SUCCESSFUL = "redis_exporter_config_last_reload_successful"


def up(exporter):
    return by_instance(exporter.scrape(), "redis_up")


@contextlib.contextmanager
def fleet(text, **files):
    with FleetFile(text, **files) as file, Exporter(file.flag) as exporter:
        yield file, exporter


class Changes(unittest.TestCase):
    def test_all_at_once(self):
        """The configuration, a password, a file of targets, each of an exporter of its own."""
        with RedisServer() as kept, RedisServer() as other, RedisServer(password="old") as locked, \
             fleet(LISTING % kept.address) as (file, exporter), \
             fleet("""
                 credentials: {main: {password_file: password}}
                 groups: [{name: locked, credentials: main, nodes: ["%s"]}]
                 """ % locked.address, password="old\n") as (secrets, opening), \
             fleet('groups: [{name: imported, files: ["targets/*.json"]}]\n',
                   **{"targets/first.json": json.dumps([{"targets": [kept.address]}])}
                   ) as (lists, importing):
            self.assertEqual(up(exporter), {kept.address: 1})
            self.assertEqual(up(opening), {locked.address: 1})
            self.assertEqual(up(importing), {kept.address: 1})
            locked.command("CONFIG", "SET", "requirepass", "new")
            locked.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
            self.assertEqual(up(opening), {locked.address: 0})

            file.write(LISTING % f"{kept.address}, {other.address}")
            secrets.add("password", "new\n")
            lists.add("targets/second.json", json.dumps([{"targets": [other.address]}]))
            both = {kept.address: 1, other.address: 1}
            wait_until(lambda: up(exporter) == both, "the changed file", pause=0.1)
            wait_until(lambda: up(opening) == {locked.address: 1}, "the new password")
            wait_until(lambda: up(importing) == both, "the new file of targets")
            for one in exporter, opening, importing:
                self.assertEqual(value(one.scrape(), SUCCESSFUL), 1)


if __name__ == "__main__":
    unittest.main()
