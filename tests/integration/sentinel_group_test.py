# SPDX-License-Identifier: Apache-2.0
"""A group that Sentinels name: what they say is followed, through failovers and their own end."""

import json
import signal
import time
import unittest

from support.exporter import Exporter, run_exporter
from support.fleet_file import FleetFile
from support.page import by_instance, value
from support.processes import wait_until
from support.sentinel_group import SentinelGroup

CONFIGURATION = """
credentials:
  servers: {{password_file: servers.password}}
  sentinels: {{password_file: sentinels.password}}
groups:
  - name: payments
    credentials: servers
    labels: {{team: web}}
    sentinel:
      master: {master}
      addresses: {addresses}
      credentials: sentinels
"""
GROUP = {"redis_group": "payments"}
EVENTS = "redis_group_sentinel_events_total"
FAILOVERS = "redis_group_failovers_total"
LISTENING = "redis_group_subscribed_sentinels"
SUCCESS = "redis_exporter_discovery_success"
LAST_SUCCESS = "redis_exporter_discovery_last_success_timestamp_seconds"


class OneGroup(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.group = cls.enterClassContext(
            SentinelGroup(password="of-servers", sentinel_password="of-sentinels",
                          down_after=5000))
        cls.file = cls.enterClassContext(FleetFile())
        cls.file.add("servers.password", "of-servers\n")
        cls.file.add("sentinels.password", "of-sentinels\n")
        cls.file.write(CONFIGURATION.format(
            master=cls.group.name,
            addresses=json.dumps([sentinel.address for sentinel in cls.group.sentinels])))
        cls.exporter = cls.enterClassContext(Exporter(cls.file.flag))
        cls.instances = {server.address for server in cls.group.servers}

    def becomes(self, condition, what):
        """Waits until a page fits, and returns it."""
        def page():
            families = self.exporter.scrape()
            return condition(families) and families

        return wait_until(page, what, pause=0.1)

    def all_up(self, families):
        return by_instance(families, "redis_up") == dict.fromkeys(self.instances, 1)

    def follows(self, families, *but):
        """Whether the page and /sd have the Sentinels' master, which is none of `but`, as theirs
        and all others that run as replicas."""
        master = self.group.master()
        gone = {server.address for server in but}
        if master is None or master.address in gone:
            return False
        roles = {instance: role for role in ("master", "replica") for instance, holds in
                 by_instance(families, "redis_instance_role", role=role).items() if holds}
        announced = [one["labels"]["instance"] for one in json.loads(self.exporter.get("/sd").body)
                     if one["labels"]["__meta_redis_role"] == "master"]
        return announced == [master.address] and roles == {
            instance: "master" if instance == master.address else "replica"
            for instance in self.instances - gone}

    def whole(self, families):
        slaves = by_instance(families, "redis_connected_slaves")
        return self.all_up(families) and self.follows(families) \
            and slaves[self.group.master().address] == 2

    def test_all_servers_are_up_with_the_groups_labels(self):
        families = self.becomes(self.whole, "a master and two replicas")
        for server in self.group.servers:
            labels = {**GROUP, "team": "web", "instance": server.address}
            self.assertEqual(value(families, "redis_up", **labels), 1)
            self.assertIsNotNone(value(families, "redis_connected_clients", **labels))
        self.assertEqual(value(families, "redis_group_expected_nodes", **GROUP), 3)
        self.assertEqual(value(families, SUCCESS, **GROUP), 1)

    def test_a_failover_and_the_old_masters_return(self):
        before = self.becomes(
            lambda families: self.whole(families) and value(families, LISTENING, **GROUP) == 3,
            "a master and two replicas")
        epoch = self.config_epoch()
        killed = self.group.master()
        killed.stop(signal.SIGKILL)
        try:
            wait_until(lambda: self.group.master() not in (None, killed), "another master")
            families = self.becomes(lambda families: self.follows(families, killed),
                                    "the new master")
            # Who is gone is still of the group: that it is down must be seen.
            self.assertEqual(by_instance(families, "redis_up"),
                             {instance: int(instance != killed.address)
                              for instance in self.instances})
            self.assertEqual(value(families, "redis_group_expected_nodes", **GROUP), 3)
            # The count grows with what Sentinels say, before the nodes were asked.
            self.becomes(lambda families: value(families, FAILOVERS, **GROUP)
                         > value(before, FAILOVERS, **GROUP)
                         and value(families, "redis_group_masters", **GROUP) == 1
                         and value(families, "redis_group_answering_nodes", **GROUP) == 2,
                         "the failover's count, and one master of two nodes")
        finally:
            killed.start()
        families = self.becomes(self.whole, "the old master as a replica")
        # A busy machine may have seen more than one: each has an epoch of its own.
        failovers = value(families, FAILOVERS, **GROUP) - value(before, FAILOVERS, **GROUP)
        self.assertLessEqual(failovers, self.config_epoch() - epoch)
        for name in "+switch-master", "+sdown", "+odown":
            event = {**GROUP, "event": name, "subject": "master"}
            self.assertGreaterEqual(value(families, EVENTS, **event) - value(before, EVENTS, **event),
                                    1, name)
        self.assertEqual(
            value(families, EVENTS, **GROUP, event="+switch-master", subject="master")
            - value(before, EVENTS, **GROUP, event="+switch-master", subject="master"), failovers)

    def config_epoch(self):
        reply = self.group.sentinels[0].command("SENTINEL", "MASTER", self.group.name)
        return int(reply[reply.index("config-epoch") + 1])

    def test_sentinels_that_are_gone_take_the_quorum_along(self):
        reachable = "redis_group_sentinel_quorum_reachable"
        families = self.becomes(lambda families: value(families, reachable, **GROUP) == 1,
                                "a quorum")
        self.assertEqual(value(families, "redis_group_sentinels", **GROUP), 3)
        ended = self.group.sentinels[:2]
        for sentinel in ended:
            sentinel.stop()
        try:
            self.becomes(lambda families: value(families, reachable, **GROUP) == 0
                         and value(families, "redis_group_answering_sentinels", **GROUP) == 1
                         and value(families, LISTENING, **GROUP) == 1, "no quorum")
        finally:
            for sentinel in ended:
                sentinel.start()
        self.becomes(lambda families: value(families, reachable, **GROUP) == 1
                     and value(families, LISTENING, **GROUP) == 3, "a quorum again")

    def test_sentinels_that_disagree(self):
        disagree = "redis_group_sentinel_disagreement"
        self.becomes(lambda families: value(families, disagree, **GROUP, about="quorum") == 0,
                     "agreement")
        sentinel = self.group.sentinels[2]
        sentinel.command("SENTINEL", "SET", self.group.name, "quorum", "3")
        try:
            families = self.becomes(
                lambda families: value(families, disagree, **GROUP, about="quorum") == 1,
                "disagreement")
            self.assertEqual(value(families, disagree, **GROUP, about="address"), 0)
        finally:
            sentinel.command("SENTINEL", "SET", self.group.name, "quorum", "2")
        self.becomes(lambda families: value(families, disagree, **GROUP, about="quorum") == 0,
                     "agreement again")

    def test_without_sentinels_the_nodes_stay(self):
        before = self.becomes(lambda families: value(families, SUCCESS, **GROUP) == 1, "success")
        for sentinel in self.group.sentinels:
            sentinel.stop()
        try:
            families = self.becomes(lambda families: value(families, SUCCESS, **GROUP) == 0,
                                    "discovery to fail")
            self.assertTrue(self.all_up(families))
            self.assertEqual(value(families, "redis_group_expected_nodes", **GROUP), 3)
            self.assertGreaterEqual(value(families, LAST_SUCCESS, **GROUP),
                                    value(before, LAST_SUCCESS, **GROUP))
            self.assertIn("no Sentinel answers", self.exporter.log())
            self.assertEqual(len(json.loads(self.exporter.get("/sd").body)), 3)
        finally:
            for sentinel in self.group.sentinels:
                sentinel.start()
        families = self.becomes(lambda families: value(families, SUCCESS, **GROUP) == 1,
                                "discovery to work again")
        self.assertGreater(value(families, LAST_SUCCESS, **GROUP),
                           value(before, LAST_SUCCESS, **GROUP))

    def test_one_sentinel_is_enough(self):
        ended = self.group.sentinels[:2]
        for sentinel in ended:
            sentinel.stop()
        stopped = time.time()
        try:
            families = self.becomes(
                lambda families: value(families, LAST_SUCCESS, **GROUP) > stopped + 0.5,
                "a round without them")
            self.assertEqual(value(families, SUCCESS, **GROUP), 1)
            self.assertTrue(self.all_up(families))
        finally:
            for sentinel in ended:
                sentinel.start()

    def test_dump_targets(self):
        self.becomes(self.whole, "a master and two replicas")
        done = run_exporter("--dump-targets", self.file.flag)
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = [line.split("\t") for line in done.stdout.splitlines()]
        found = {instance: (group, origin.rpartition(" ")[2])
                 for group, instance, _, origin in rows if instance != "-"}
        master = self.group.master().address
        self.assertEqual(found, {
            instance: ("payments", "master" if instance == master else "replica")
            for instance in self.instances})

    def test_no_password_is_told(self):
        pages = [self.exporter.get(path).body for path in ("/metrics", "/sd", "/metrics/fleet")]
        said = b"".join(pages).decode() + self.exporter.log()
        for secret in "of-servers", "of-sentinels":
            self.assertNotIn(secret, said)

    def test_the_groups_credentials_are_not_sent_to_sentinels(self):
        """Nor is one group's failure another's: the first has no credentials for its Sentinels."""
        (sentinel, *_), server = self.group.sentinels, self.group.servers[0]
        with FleetFile(f"""
                credentials:
                  right: {{password: of-sentinels}}
                  servers: {{password: of-servers}}
                groups:
                  - name: payments
                    credentials: right
                    sentinel: {{master: {self.group.name}, addresses: ["{sentinel.address}"]}}
                  - {{name: listed, credentials: servers, nodes: ["{server.address}"]}}
                """) as file, Exporter(file.flag) as exporter:
            families = exporter.scrape()
            self.assertEqual(value(families, SUCCESS, **GROUP), 0)
            self.assertEqual(value(families, LAST_SUCCESS, **GROUP), 0)
            self.assertEqual(by_instance(families, "redis_up"), {server.address: 1})
            self.assertIn("NOAUTH", exporter.log())
            # An incomplete list would make Prometheus forget what is missing.
            self.assertEqual(exporter.get("/sd").status, 503)


if __name__ == "__main__":
    unittest.main()
