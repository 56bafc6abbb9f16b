# SPDX-License-Identifier: Apache-2.0
"""Redis 8.0 and Valkey 8.1: every check of data, by a user that has what --print-acl prints."""

import pathlib
import tempfile
import unittest

from support.acl import PASSWORD, USER, acl_log, error_replies
from support.data import SIZES, fill
from support.exporter import Exporter, run_exporter
from support.newer_servers import newer_server
from support.page import by_label, require_complete, value
from support.processes import wait_until

SERVERS = "redis-8.0", "valkey-8.1"
CHECKS = "single_keys", "keys", "count_keys", "single_streams", "streams", "key_groups", "scripts"
SIZE_COMMANDS = {"string": "STRLEN", "list": "LLEN", "set": "SCARD", "zset": "ZCARD",
                 "hash": "HLEN", "stream": "XLEN"}
FLAGS = ["--check-single-keys=" + ",".join(SIZES), "--check-keys=db3=orders:*,user:2??",
         "--count-keys=user:*,db3=*", "--check-single-streams=stream", "--check-streams=str*",
         "--check-key-groups=^(%a+):", "--check-keys-server-share=1", "--lua-script-read-only",
         "--export-client-list"]


def create_user(server, *arguments):
    """Makes the user of --print-acl; the statistics begin after it."""
    printed = run_exporter(*arguments)
    if printed.returncode != 0:
        raise AssertionError(printed.stderr)
    server.command(*printed.stdout.strip().replace("PASSWORD", PASSWORD).split(" "))
    server.command("ACL", "LOG", "RESET")
    server.command("CONFIG", "RESETSTAT")
    return f"redis://{USER}:{PASSWORD}@{server.address}"


class Checks(unittest.TestCase):
    def test_every_check_tells_what_the_server_says(self):
        for name in SERVERS:
            with self.subTest(name), newer_server(name) as server, \
                 tempfile.TemporaryDirectory() as folder:
                fill(server, users=300)
                other = server.client()
                other.command("SELECT", 3)
                other.command("SET", "orders:1", "x")
                # It calls what the rights of the checks hold already.
                script = pathlib.Path(folder, "queue.lua")
                script.write_text("return {'length', tostring(redis.call('LLEN', 'list'))}")
                flags = [*FLAGS, f"--script={script}"]
                url = create_user(server, f"--print-acl={name}", *flags)
                with Exporter(f"--redis.addr={url}", *flags) as exporter:
                    families = self.done(exporter)
                    for _ in range(100):
                        families = exporter.scrape()
                        require_complete(families)
                    self.compare_clients(families, server)
                    self.assertNotIn("refused", exporter.log())
                    self.assertNotIn("check failed", exporter.log())
                self.assertEqual((acl_log(server), error_replies(server)), ([], {}))
                self.assertIn("cmdstat_eval_ro", server.info("commandstats"))
                self.compare_keys(families, server)
                self.compare_streams(families, server)
                self.assertEqual(by_label(families, "redis_keys_count", "key"),
                                 {"user:*": 300, "*": 1})
                self.assertEqual(value(families, "redis_key_size", db="db3", key="orders:1"), 1)
                self.assertEqual(value(families, "redis_key_group_count", db="db0",
                                       key_group="user"), 300)
                self.assertEqual(value(families, "redis_key_group_count", db="db3",
                                       key_group="orders"), 1)
                self.assertEqual(value(families, "redis_script_values", key="length",
                                       filename=str(script)), server.command("LLEN", "list"))

    def done(self, exporter):
        families = {}

        def complete():
            nonlocal families
            families = exporter.scrape()
            if "redis_exporter_check_success" not in families:
                return False
            success = by_label(families, "redis_exporter_check_success", "check")
            return success == dict.fromkeys(CHECKS, 1)
        wait_until(complete, "all checks done")
        return families

    def compare_keys(self, families, server):
        for key, size in SIZES.items():
            with self.subTest(key):
                told = value(families, "redis_key_size", db="db0", key=key)
                self.assertEqual(told, size)
                self.assertEqual(value(families, "redis_key_memory_usage_bytes", db="db0", key=key),
                                 server.command("MEMORY", "USAGE", key))
                if key in ("counted", "missing"):
                    self.assertEqual(told, server.command("PFCOUNT", key))
                    continue
                command = SIZE_COMMANDS[server.command("TYPE", key)]
                self.assertEqual(told, server.command(command, key))
        self.assertEqual(value(families, "redis_key_value", db="db0", key="number"),
                         float(server.command("GET", "number")))
        self.assertEqual(value(families, "redis_key_value_as_string", db="db0", key="text",
                               val=server.command("GET", "text")), 1)
        users = {key: size for key, size in by_label(families, "redis_key_size", "key").items()
                 if key.startswith("user:2") and len(key) == 8}
        self.assertEqual(users, {f"user:{number}": 1 for number in range(200, 300)})

    def compare_streams(self, families, server):
        reply = server.command("XINFO", "STREAM", "stream")
        stream = dict(zip(reply[::2], reply[1::2]))
        for family, field in (("length", "length"), ("radix_tree_keys", "radix-tree-keys"),
                              ("radix_tree_nodes", "radix-tree-nodes"), ("groups", "groups"),
                              ("entries_added_total", "entries-added")):
            with self.subTest(family):
                self.assertEqual(value(families, f"redis_stream_{family}", db="db0",
                                       stream="stream"), stream[field])
        self.assertEqual(value(families, "redis_stream_last_entry_id", db="db0", stream="stream"),
                         int(stream["last-entry"][0].split("-")[0]))
        (reply,) = server.command("XINFO", "CONSUMERS", "stream", "readers")
        consumer = dict(zip(reply[::2], reply[1::2]))
        self.assertEqual(value(families, "redis_stream_group_consumer_messages_pending", db="db0",
                               stream="stream", group="readers", consumer=consumer["name"]),
                         consumer["pending"])

    def compare_clients(self, families, server):
        lines = [dict(column.split("=", 1) for column in line.split(" "))
                 for line in server.command("CLIENT", "LIST").splitlines()]
        self.assertEqual(set(by_label(families, "redis_connected_client_info", "id")),
                         {line["id"] for line in lines})
        ours = sum(line["user"] == USER for line in lines)
        self.assertEqual(ours, 3)  # of the scrapes, of what is read in each, and of the walks
        self.assertEqual(value(families, "redis_clients_by_user", user=USER), ours)


class KeysThatMayNotBeRead(unittest.TestCase):
    def test_one_key_costs_the_others_nothing(self):
        for name in SERVERS:
            with self.subTest(name), newer_server(name) as server:
                fill(server, users=10)
                flags = ["--check-single-keys=text,list", "--check-keys=user:*",
                         "--check-keys-server-share=1"]
                url = create_user(server, f"--print-acl={name}", *flags)
                server.command("ACL", "SETUSER", USER, "resetkeys", "~list", "~user:*")
                with Exporter(f"--redis.addr={url}", *flags) as exporter:
                    wait_until(lambda: value(exporter.scrape(), "redis_key_size", db="db0",
                                             key="user:1") == 1, "the walk")
                    for _ in range(3):
                        families = exporter.scrape()
                        require_complete(families)
                        self.assertEqual(value(families, "redis_key_size", db="db0", key="list"), 3)
                        self.assertEqual(value(families, "redis_key_size", db="db0",
                                               key="user:1"), 1)
                        success = by_label(families, "redis_exporter_check_success", "check")
                        self.assertEqual(success, {"single_keys": 0, "keys": 1})
                    self.assertNotIn("command refused", exporter.log())
                    self.assertEqual(exporter.log().count("check failed"), 1)
                # TYPE and MEMORY USAGE, each in the first scrape only.
                self.assertEqual([(entry["object"], entry["count"]) for entry in acl_log(server)],
                                 [("text", 2)])


if __name__ == "__main__":
    unittest.main()
