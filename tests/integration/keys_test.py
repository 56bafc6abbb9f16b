# SPDX-License-Identifier: Apache-2.0
"""What looks into the data, on real servers with data of every type."""

import contextlib
import pathlib
import tempfile
import unittest

from support.acl import acl_log, error_replies
from support.data import SIZES, fill
from support.exporter import Exporter, run_exporter
from support.fleet_file import FleetFile
from support.page import by_instance, by_label, value
from support.processes import wait_until
from support.redis_servers import RedisServer, cluster, replica_pair
from support.resp_client import RedisError


def is_done(families, *checks):
    if "redis_exporter_check_success" not in families:
        return False
    success = by_label(families, "redis_exporter_check_success", "check")
    return all(success.get(check) == 1 for check in checks)


class Keys(unittest.TestCase):
    def test_every_type_and_every_check(self):
        with tempfile.TemporaryDirectory() as folder, RedisServer() as redis:
            fill(redis)
            redis.command("SELECT", 3)
            redis.command("SET", "orders:1", "x")
            script = pathlib.Path(folder, "queue.lua")
            script.write_text("return {'length', tostring(redis.call('LLEN', 'list'))}")
            names = ",".join(SIZES)
            with Exporter(f"--redis.addr={redis.url}", f"--check-single-keys={names}",
                          "--check-keys=db3=orders:*,user:19??,text", "--count-keys=user:*,db3=*",
                          "--check-streams=str*", "--check-key-groups=^(%a+):", f"--script={script}",
                          "--check-keys-server-share=1") as exporter:
                families = {}

                def complete():
                    nonlocal families
                    families = exporter.scrape()
                    return is_done(families, "single_keys", "keys", "count_keys", "streams",
                                   "key_groups", "scripts")
                wait_until(complete, "all checks done")
                for name, size in SIZES.items():
                    with self.subTest(name):
                        self.assertEqual(value(families, "redis_key_size", db="db0", key=name), size)
                        memory = value(families, "redis_key_memory_usage_bytes", db="db0", key=name)
                        expected = redis.client().command("MEMORY", "USAGE", name)
                        self.assertEqual(memory, expected)
                self.assertEqual(value(families, "redis_key_value", db="db0", key="number"), 3.5)
                self.assertEqual(value(families, "redis_key_value_as_string", db="db0", key="text",
                                       val='he"llo'), 1)
                sizes = by_label(families, "redis_key_size", "key")
                self.assertEqual(sum(name.startswith("user:19") for name in sizes), 100)
                self.assertEqual(value(families, "redis_key_size", db="db3", key="orders:1"), 1)
                self.assertEqual(by_label(families, "redis_keys_count", "key"),
                                 {"user:*": 2000, "*": 1})
                self.assertEqual(value(families, "redis_stream_length", db="db0", stream="stream"), 1)
                self.assertEqual(value(families, "redis_stream_last_entry_id", db="db0",
                                       stream="stream"), 1700000000000)
                self.assertEqual(value(families, "redis_stream_group_consumer_messages_pending",
                                       db="db0", stream="stream", group="readers", consumer="me"), 1)
                self.assertEqual(value(families, "redis_key_group_count", db="db0",
                                       key_group="user"), 2000)
                self.assertEqual(value(families, "redis_key_group_count", db="db3",
                                       key_group="orders"), 1)
                self.assertEqual(value(families, "redis_script_values", key="length",
                                       filename=str(script)), 3)
                self.assertEqual(value(families, "redis_up"), 1)

    def test_the_rights_that_are_printed_are_enough(self):
        flags = ["--check-keys=user:*,text", "--check-single-keys=" + ",".join(SIZES),
                 "--count-keys=user:*", "--check-streams=stream,s*", "--check-key-groups=^(%a+):",
                 "--check-keys-server-share=1"]
        printed = run_exporter("--print-acl=redis-7.0", *flags)
        with RedisServer() as redis:
            fill(redis)
            redis.command(*printed.stdout.strip().replace("PASSWORD", "pw").split(" "))
            redis.command("CONFIG", "RESETSTAT")
            user = f"redis://redis_fleet_exporter:pw@{redis.address}"
            with Exporter(f"--redis.addr={user}", *flags) as exporter:
                wait_until(lambda: is_done(exporter.scrape(), "single_keys", "keys", "count_keys",
                                           "streams", "single_streams", "key_groups"),
                           "all checks done")
                for _ in range(100):
                    exporter.scrape()
            self.assertEqual((acl_log(redis), error_replies(redis)), ([], {}))

    def test_a_missing_right_is_refused_once(self):
        with RedisServer("user monitor on >pw ~* -@all +@read +info +client +select -scan") as redis:
            fill(redis)
            redis.command("CONFIG", "RESETSTAT")
            flags = ["--count-keys=user:*", "--check-keys=text,user:1*", "--no-collector.config"]
            collectors = [f"--no-collector.{name}" for name in
                          ("keyspace", "latency", "latency_histogram", "slowlog", "security",
                           "modules")]
            with Exporter(f"--redis.addr=redis://monitor:pw@{redis.address}", *flags,
                          *collectors) as exporter:
                wait_until(lambda: exporter.scrape() and exporter.log().count("check failed") == 2,
                           "a word about both walks")
                for _ in range(100):
                    families = exporter.scrape()
                success = by_label(families, "redis_exporter_check_success", "check")
                self.assertEqual(success, {"single_keys": 1, "keys": 0, "count_keys": 0})
                self.assertEqual(value(families, "redis_key_size", db="db0", key="text"), 6)
                (entry,) = acl_log(redis)
                self.assertEqual((entry["object"], entry["count"]), ("scan", 1))
                self.assertEqual(error_replies(redis), {"errorstat_NOPERM": "count=1"})
                self.assertEqual(exporter.log().count("check failed"), 2, exporter.log())

    def test_only_replicas(self):
        with replica_pair() as (master, replica):
            fill(master)
            wait_until(lambda: replica.command("DBSIZE") == master.command("DBSIZE"), "all keys")
            for node, sizes in (master, None), (replica, 2000):
                with Exporter(f"--redis.addr={node.url}", "--count-keys=user:*",
                              "--skip-checkkeys-for-role-master",
                              "--check-keys-server-share=1") as exporter:
                    wait_until(lambda: value(exporter.scrape(), "redis_keys_count", db="db0",
                                             key="user:*") == sizes, f"{sizes} keys counted")

    def test_each_node_of_a_cluster_has_its_own(self):
        with cluster(2) as nodes:
            for node in nodes:
                for slot in range(100):
                    with contextlib.suppress(RedisError):  # MOVED: it is the other node's
                        node.command("SET", f"user:{slot}", "v")
            counted, missing = 0, []
            for node in nodes:
                with Exporter(f"--redis.addr={node.url}", "--count-keys=user:*",
                              "--check-single-keys=user:1,user:2,missing") as exporter:
                    wait_until(lambda: is_done(exporter.scrape(), "count_keys", "single_keys"),
                               "keys counted")
                    families = exporter.scrape()
                    counted += value(families, "redis_keys_count", db="db0", key="user:*")
                    missing.append(value(families, "redis_key_size", db="db0", key="missing"))
            self.assertEqual(counted, 100)
            # The node that would have it says so, the other nothing.
            self.assertCountEqual(missing, [0, None])

    def test_a_url_asks_for_checks(self):
        with RedisServer() as redis, Exporter(f"--redis.addr={redis.url}",
                                              "--check-single-keys=text") as exporter:
            fill(redis)
            path = f"/scrape?target={redis.url}"
            self.assertEqual(by_label(exporter.scrape(path), "redis_key_size", "key"), {"text": 6})
            asked = exporter.scrape(f"{path}&check-single-keys=list,db0%3Dhash&count-keys=user:*")
            self.assertEqual(by_label(asked, "redis_key_size", "key"), {"list": 3, "hash": 2})
            wait_until(lambda: value(exporter.scrape(f"{path}&count-keys=user:*"),
                                     "redis_keys_count", db="db0", key="user:*") == 2000, "a count")
            self.assertEqual(by_label(exporter.scrape(path), "redis_key_size", "key"), {"text": 6})

            status, _, body = exporter.get(f"{path}&check-keys=x%3Dy%3Dz")
            self.assertEqual(status, 400)
            self.assertIn("check-keys: ", body.decode())
            statuses = [exporter.get(f"{path}&check-single-keys=k{number}").status
                        for number in range(70)]
            self.assertEqual(sorted(set(statuses)), [200, 503])
            self.assertEqual(statuses.count(200), 62)  # besides the two above
        with RedisServer() as redis, Exporter(f"--redis.addr={redis.url}",
                                              "--disable-scrape-checks") as exporter:
            path = f"/scrape?target={redis.url}"
            self.assertEqual(exporter.get(f"{path}&count-keys=*").status, 403)
            self.assertEqual(exporter.get(f"{path}&count-keys=").status, 200)

    def test_groups_of_a_file_have_checks_of_their_own(self):
        with RedisServer() as one, RedisServer() as other, FleetFile(f"""
                checks: {{single_keys: [text]}}
                groups:
                  - {{name: a, nodes: ["{one.address}"], checks: {{single_keys: [list, "db3=x"]}}}}
                  - {{name: b, nodes: ["{other.address}"]}}
                """) as file, Exporter(file.flag) as exporter:
            fill(one)
            fill(other)
            families = exporter.scrape()
            self.assertEqual(by_instance(families, "redis_key_size", key="list"), {one.address: 3})
            self.assertEqual(by_instance(families, "redis_key_size", key="text"),
                             {other.address: 6})
            self.assertEqual(by_instance(families, "redis_key_size", db="db3"), {one.address: 0})

    def test_a_walk_leaves_no_trace_and_is_in_no_scrape(self):
        with RedisServer() as redis:
            redis.command("EVAL", "for i = 1, 200000 do redis.call('SET', 'k' .. i, 'v') end", 0)
            redis.command("CONFIG", "RESETSTAT")
            with Exporter(f"--redis.addr={redis.url}", "--count-keys=*", "--check-keys-interval=1h",
                          "--check-keys-batch-size=1000") as exporter:
                exporter.scrape()
                wait_until(lambda: is_done(exporter.scrape(), "count_keys"), "keys counted")
                calls = redis.info("commandstats")["cmdstat_scan"].split(",")[0]
                for _ in range(20):
                    exporter.scrape()
                self.assertEqual(redis.info("commandstats")["cmdstat_scan"].split(",")[0], calls)
                self.assertGreaterEqual(int(calls.split("=")[1]), 200)


if __name__ == "__main__":
    unittest.main()
