# SPDX-License-Identifier: Apache-2.0
"""The rights that --print-acl prints are enough and not too many; a missing one makes no noise."""

import unittest

from support.acl import AclChecks, acl_log, error_replies
from support.exporter import Exporter
from support.page import failed_collectors, require_complete, value
from support.redis_servers import RedisServer, cluster, replica_pair, sentinel


class PrintedRights(AclChecks):
    def test_the_line_for_redis_7_0_is_the_default(self):
        with RedisServer() as redis:
            default = self.rights_are_exact(redis, "--print-acl")
            self.assertEqual(default, self.rights_are_exact(redis, "--print-acl=redis-7.0"))
            self.assertEqual(default, self.rights_are_exact(redis, f"--print-acl={redis.url}"))

    def test_every_option_that_sends_more(self):
        with RedisServer() as redis:
            for flags in (["--include-config-metrics"], ["--include-modules-metrics"],
                          ["--ping-on-connect"], ["--set-client-name=false"],
                          ["--export-client-list"],
                          ["--no-collector.slowlog", "--no-collector.config"]):
                with self.subTest(flags):
                    self.rights_are_exact(redis, "--print-acl", *flags)

    def test_a_database_needs_the_right_to_select_it(self):
        with RedisServer() as redis:
            line = self.rights_are_exact(redis, f"--print-acl={redis.url}/3", database=3)
            self.assertIn(" +select", line)

    def test_a_replica_pair_and_a_cluster_node(self):
        with replica_pair() as (master, replica):
            for node in master, replica:
                self.rights_are_exact(node, "--print-acl")
        with cluster(2) as nodes:
            self.rights_are_exact(nodes[0], "--print-acl")

    def test_a_sentinel(self):
        with RedisServer() as master, sentinel(master) as watching:
            self.rights_are_exact(watching, "--print-acl=redis-sentinel-7.0", sentinel=True)
            self.rights_are_exact(watching, f"--print-acl={watching.url}", sentinel=True)
            line = self.rights_are_exact(watching, "--print-acl=redis-sentinel-7.0",
                                         "--export-client-list", "--include-config-metrics",
                                         sentinel=True)
            self.assertRegex(line, r" \+sentinel\|config\b.* \+client\|list\b")


class MissingRight(unittest.TestCase):
    RIGHTS = ("resetchannels -@all +info +client|setname +config|get +latency|latest "
              "+latency|histogram +slowlog|len +acl|getuser")

    def test_it_is_refused_once_and_costs_one_collector(self):
        user = f"user monitor on >pw {self.RIGHTS}"
        with RedisServer(user) as redis, \
             Exporter(f"--redis.addr=redis://monitor:pw@{redis.address}") as exporter:
            self.assert_one_refusal(exporter, redis)
            # The right comes while the server runs: within the hour nothing is asked again.
            redis.command("ACL", "SETUSER", "monitor", "+slowlog|get")
            self.assertEqual(failed_collectors(exporter.scrape()), ["slowlog"])
            # Another run of the server, or of the exporter, is asked anew.
            with Exporter(f"--redis.addr=redis://monitor:pw@{redis.address}") as another:
                require_complete(another.scrape())
            redis.stop()
            with RedisServer(f"{user} +slowlog|get", port=redis.port) as again:
                require_complete(exporter.scrape())
                self.assertEqual(acl_log(again), [])
            self.assertIn("scrape works again", exporter.log())

    def assert_one_refusal(self, exporter, redis):
        for _ in range(30):
            families = exporter.scrape()
            self.assertEqual(value(families, "redis_up"), 1)
            self.assertEqual(value(families, "redis_exporter_scrape_complete"), 0)
            self.assertEqual(failed_collectors(families), ["slowlog"])
            self.assertEqual(value(families, "redis_exporter_refused_commands"), 1)
        (entry,) = acl_log(redis)
        self.assertEqual((entry["object"], entry["username"], entry["count"]),
                         ("slowlog|get", "monitor", 1))
        self.assertEqual(error_replies(redis), {"errorstat_NOPERM": "count=1"})
        (line,) = [line for line in exporter.log().splitlines() if "command refused" in line]
        self.assertIn('command="SLOWLOG GET 1"', line)
        self.assertIn("NOPERM", line)
        self.assertEqual(exporter.log().count("scrape incomplete"), 1)

    def test_a_command_that_was_renamed_away(self):
        with RedisServer('rename-command SLOWLOG ""') as redis, \
             Exporter(f"--redis.addr={redis.url}") as exporter:
            for _ in range(10):
                families = exporter.scrape()
                self.assertEqual(failed_collectors(families), ["slowlog"])
            # Both of its commands went out in one batch.
            self.assertEqual(value(families, "redis_exporter_refused_commands"), 2)
            self.assertEqual(error_replies(redis), {"errorstat_ERR": "count=2"})

    def test_config_under_another_name(self):
        with RedisServer("rename-command CONFIG hidden") as redis:
            with Exporter(f"--redis.addr={redis.url}", "--config-command=hidden") as exporter:
                families = exporter.scrape()
                require_complete(families)
                self.assertEqual(value(families, "redis_config_maxclients"), 10000)
            with Exporter(f"--redis.addr={redis.url}", "--config-command=-") as exporter:
                require_complete(exporter.scrape())
            self.assertEqual(error_replies(redis), {})


if __name__ == "__main__":
    unittest.main()
