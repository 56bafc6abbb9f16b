# SPDX-License-Identifier: Apache-2.0
"""Redis 8.0 and Valkey 8.1: complete scrapes, and the rights that --print-acl prints for them."""

import unittest

from support.acl import PASSWORD, USER, AclChecks, acl_log
from support.exporter import Exporter, run_exporter
from support.newer_servers import newer_server
from support.page import failed_collectors, require_complete, value
from support.traffic import use

SERVERS = "redis-8.0", "valkey-8.1"


class NewerServers(AclChecks):
    def test_the_printed_rights_are_exact(self):
        for name in SERVERS:
            with self.subTest(name), newer_server(name) as server:
                line = self.rights_are_exact(server, f"--print-acl={name}")
                self.assertEqual(line, self.rights_are_exact(server, f"--print-acl={server.url}"))

    def test_rights_for_redis_7_0_lack_one_that_no_collector_needs(self):
        line = run_exporter("--print-acl").stdout.strip()
        with newer_server("redis-8.0") as server:
            server.command(*line.replace("PASSWORD", PASSWORD).split(" "))
            with Exporter(f"--redis.addr=redis://{USER}:{PASSWORD}@{server.address}") as exporter:
                for _ in range(5):
                    families = exporter.scrape()
                    self.assertEqual(failed_collectors(families), [])
                    self.assertEqual(value(families, "redis_exporter_scrape_complete"), 1)
            self.assertEqual([(entry["object"], entry["count"]) for entry in acl_log(server)],
                             [("client|setinfo", 1)])

    def test_a_used_server(self):
        for name in SERVERS:
            with self.subTest(name), newer_server(name) as server, \
                 Exporter(f"--redis.addr={server.url}", "--include-config-metrics") as exporter:
                use(server, "rich", rounds=1)
                for _ in range(2):
                    families = exporter.scrape()
                    require_complete(families)
                self.assertEqual(value(families, "redis_db_keys", db="db3"), 2)
                (ours,) = [line for line in server.command("CLIENT", "LIST").splitlines()
                           if " name=redis_fleet_exporter " in line]
                self.assertIn(" lib-name=redis_fleet_exporter ", ours)

    def test_the_command_log_of_valkey(self):
        with newer_server("valkey-8.1", "commandlog-reply-larger-than 100000") as server, \
             Exporter(f"--redis.addr={server.url}") as exporter:
            server.command("SET", "large", "x" * 200000)
            server.command("GET", "large")
            families = exporter.scrape()
            require_complete(families)
            self.assertEqual(value(families, "redis_commandlog_large_reply_length"), 1)



if __name__ == "__main__":
    unittest.main()
