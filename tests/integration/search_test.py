# SPDX-License-Identifier: Apache-2.0
"""Search indexes of a real server: Redis 7.0 with RediSearch 1.2, the newest that Debian 12 has.

It has FT.INFO and no FT._LIST. Where both are wanted, ROLE stands in its place: the first word of its
answer is "master", and that is what the index is called.
"""

import unittest

from support.acl import acl_log, error_replies
from support.exporter import Exporter, run_exporter
from support.page import by_label, value
from support.redis_servers import RedisServer

MODULE = "loadmodule /usr/lib/redis/modules/redisearch.so"
ROLE_FOR_LIST = "rename-command ROLE FT._LIST"
FLAG = "--include-search-indexes-metrics"


def fill(redis):
    redis.command("FT.CREATE", "master", "SCHEMA", "title", "TEXT", "price", "NUMERIC")
    for number in range(3):
        redis.command("FT.ADD", "master", f"doc:{number}", 1, "FIELDS", "title", "hello world",
                      "price", number)


def check_success(families):
    return by_label(families, "redis_exporter_check_success", "check")["search_indexes"]


class Search(unittest.TestCase):
    def test_an_index_is_told(self):
        with RedisServer(MODULE, ROLE_FOR_LIST) as redis:
            fill(redis)
            redis.command("CONFIG", "RESETSTAT")
            with Exporter(f"--redis.addr={redis.url}", FLAG) as exporter:
                for _ in range(3):
                    families = exporter.scrape()
            self.assertEqual(check_success(families), 1)
            self.assertEqual(value(families, "redis_search_index_num_docs", index_name="master"), 3)
            info = redis.command("FT.INFO", "master")
            size = float(dict(zip(info[::2], info[1::2]))["doc_table_size_mb"]) * 1048576
            self.assertEqual(value(families, "redis_search_index_doc_table_size_bytes",
                                   index_name="master"), size)
            self.assertEqual(error_replies(redis), {})
            with Exporter(f"--redis.addr={redis.url}", FLAG,
                          "--check-search-indexes=^slave$") as exporter:
                families = exporter.scrape()
            self.assertNotIn("redis_search_index_num_docs", families)
            self.assertEqual(check_success(families), 1)

    def test_the_rights_that_are_printed_are_enough(self):
        with RedisServer(MODULE, ROLE_FOR_LIST) as redis:
            fill(redis)
            printed = run_exporter(f"--print-acl={redis.url}", FLAG)
            self.assertIn(" +ft._list +ft.info ", printed.stdout)
            line = printed.stdout.strip().replace("PASSWORD", "pw")
            # An ACL knows commands by the names that they had before they were renamed.
            redis.command(*line.replace("+ft._list", "+role").split(" "))
            redis.command("CONFIG", "RESETSTAT")
            user = f"redis://redis_fleet_exporter:pw@{redis.address}"
            with Exporter(f"--redis.addr={user}", FLAG) as exporter:
                for _ in range(30):
                    families = exporter.scrape()
            self.assertEqual(value(families, "redis_search_index_num_docs", index_name="master"), 3)
            self.assertEqual((acl_log(redis), error_replies(redis)), ([], {}))

    def test_a_module_without_ft_list_fails_the_check_and_is_asked_once(self):
        with RedisServer(MODULE) as redis:
            fill(redis)
            redis.command("CONFIG", "RESETSTAT")
            with Exporter(f"--redis.addr={redis.url}", FLAG) as exporter:
                for _ in range(30):
                    families = exporter.scrape()
                self.assertEqual(check_success(families), 0)
                self.assertEqual(value(families, "redis_up"), 1)
                self.assertEqual(value(families, "redis_exporter_scrape_complete"), 1)
                self.assertEqual(exporter.log().count("FT._LIST: ERR unknown command"), 1,
                                 exporter.log())
            self.assertEqual(error_replies(redis), {"errorstat_ERR": "count=1"})

    def test_a_server_without_a_module_is_not_asked(self):
        with RedisServer() as redis:
            printed = run_exporter(f"--print-acl={redis.url}", FLAG)
            self.assertNotIn("ft.", printed.stdout)  # the server would refuse the whole line
            redis.command("CONFIG", "RESETSTAT")
            with Exporter(f"--redis.addr={redis.url}", FLAG) as exporter:
                for _ in range(3):
                    families = exporter.scrape()
            self.assertEqual(check_success(families), 1)
            self.assertEqual(error_replies(redis), {})

    def test_a_wrong_pattern_is_an_error_at_start(self):
        ended = run_exporter("--check-search-indexes=idx(")
        self.assertEqual(ended.returncode, 2)
        self.assertIn("--check-search-indexes=\"idx(\": no regular expression: missing ): idx(",
                      ended.stderr)


if __name__ == "__main__":
    unittest.main()
