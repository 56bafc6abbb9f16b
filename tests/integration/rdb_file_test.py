# SPDX-License-Identifier: Apache-2.0
"""The size of the RDB file of real servers on this host."""

import os
import unittest

from support.acl import AclChecks
from support.exporter import Exporter
from support.page import value
from support.processes import wait_until
from support.redis_servers import RedisServer

FLAG = "--include-rdb-file-size-metric"
SIZE = "redis_rdb_current_size_bytes"


def file_of(redis):
    return os.path.join(redis.command("CONFIG", "GET", "dir")[1],
                        redis.command("CONFIG", "GET", "dbfilename")[1])


class RdbFile(AclChecks):
    def becomes(self, exporter, size, path="/metrics"):
        """A scrape waits 100 ms for the thread that looks, which a busy machine may need."""
        wait_until(lambda: value(exporter.scrape(path), SIZE) == size, f"{size} bytes")

    def test_is_told_by_loopback_and_by_unix_socket(self):
        with RedisServer("dbfilename sessions.rdb", unix_socket=True) as redis:
            for url in redis.url, f"unix://{redis.socket_path}":
                with self.subTest(url), Exporter(f"--redis.addr={url}", FLAG) as exporter:
                    if os.path.exists(file_of(redis)):
                        os.remove(file_of(redis))
                    self.becomes(exporter, 0)
                    redis.command("SET", "key", "x" * 100)
                    redis.command("SAVE")
                    size = os.path.getsize(file_of(redis))
                    self.assertGreater(size, 0)
                    self.becomes(exporter, size)

    def test_is_not_told_of_visited_servers_and_not_without_the_flag(self):
        with RedisServer() as redis, RedisServer() as configured:
            redis.command("SAVE")
            configured.command("SAVE")
            with Exporter(f"--redis.addr={configured.url}", FLAG,
                          "--scrape.allowed-targets=127.0.0.0/8") as exporter:
                self.becomes(exporter, os.path.getsize(file_of(configured)))
                visited = exporter.scrape(f"/scrape?target={redis.address}")
                self.assertEqual(value(visited, "redis_up"), 1)
                self.assertNotIn(SIZE, visited)
                self.becomes(exporter, os.path.getsize(file_of(configured)),
                             f"/scrape?target={configured.address}")
            with Exporter(f"--redis.addr={redis.url}") as exporter:
                self.assertNotIn(SIZE, exporter.scrape())

    def test_what_cannot_be_looked_at_is_logged_once(self):
        with RedisServer() as redis, Exporter(f"--redis.addr={redis.url}", FLAG) as exporter:
            os.mkdir(file_of(redis))
            wait_until(lambda: SIZE not in exporter.scrape()
                       and "it is no regular file" in exporter.log(), "a word about it")
            for _ in range(3):
                self.assertNotIn(SIZE, exporter.scrape())
            self.assertEqual(exporter.log().count("it is no regular file"), 1, exporter.log())
            os.rmdir(file_of(redis))
            self.becomes(exporter, 0)

    def test_the_rights_that_are_printed_are_enough(self):
        with RedisServer() as redis:
            self.rights_are_exact(redis, "--print-acl=redis-7.0", FLAG)


if __name__ == "__main__":
    unittest.main()
