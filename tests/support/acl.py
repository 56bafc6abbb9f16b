# SPDX-License-Identifier: Apache-2.0
"""Checks that a user made by the line of --print-acl can do what the exporter asks, and no more."""

import unittest

from .exporter import Exporter, run_exporter
from .page import require_complete

USER = "redis_fleet_exporter"
PASSWORD = "correct-horse"
# Allowed in every line, because other nodes of a fleet of that version are asked.
ONLY_CLUSTERS = {"cluster|info", "cluster|nodes"}


def acl_log(server):
    """The entries of ACL LOG as dicts."""
    return [dict(zip(entry[::2], entry[1::2])) for entry in server.command("ACL", "LOG")]


def error_replies(server):
    """The rows of INFO errorstats."""
    fields = server.info("errorstats")
    return {name: row for name, row in fields.items() if name.startswith("errorstat_")}


class AclChecks(unittest.TestCase):
    def rights_are_exact(self, server, *arguments, database=0, sentinel=False):
        """Runs the exporter with `arguments` for a line, makes that user on the server, and scrapes
        30 times as that user. Returns the line.

        Enough: all collectors succeed, and neither ACL LOG nor errorstats notes anything.
        Not too many: every rule of the line is a command that the server has seen from the user.
        """
        printed = run_exporter(*arguments)
        self.assertEqual(printed.returncode, 0, printed.stderr)
        (line,) = printed.stdout.splitlines()
        self.assertEqual(line.count("PASSWORD"), 1)
        if not sentinel:
            server.command("CONFIG", "RESETSTAT")
        server.command(*line.replace("PASSWORD", PASSWORD).split(" "))
        server.command("ACL", "LOG", "RESET")
        before = error_replies(server)
        flags = [argument for argument in arguments if not argument.startswith("--print-acl")]
        with Exporter(f"--redis.addr=redis://{USER}:{PASSWORD}@{server.address}/{database}",
                      *flags) as exporter:
            for _ in range(30):
                require_complete(exporter.scrape())
            self.assertNotIn("refused", exporter.log())
        self.assertEqual(acl_log(server), [])
        self.assertEqual(error_replies(server), before)
        self.rights_are_used(server, line, sentinel)
        server.command("ACL", "DELUSER", USER)
        return line

    def rights_are_used(self, server, line, sentinel):
        rules = {word[1:] for word in line.split() if word.startswith("+")}
        if sentinel:  # INFO of a Sentinel does not tell which commands it has seen
            self.assertLessEqual(rules, {"info", "client|setname", "client|setinfo",
                                         "sentinel|masters", "sentinel|ckquorum",
                                         "sentinel|sentinels", "sentinel|replicas",
                                         "sentinel|config", "client|list"})
            return
        called = {field.removeprefix("cmdstat_") for field in server.info("commandstats")}
        if server.info("cluster")["cluster_enabled"] == "0":
            called |= ONLY_CLUSTERS
        self.assertEqual(rules - called, set())
