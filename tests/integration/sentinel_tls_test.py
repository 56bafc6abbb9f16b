# SPDX-License-Identifier: Apache-2.0
"""A group whose Sentinels and servers speak TLS alone, with passwords, and ask for certificates."""

import json
import unittest

from support import busy_machine
from support.certificates import Certificates
from support.exporter import Exporter, run_exporter
from support.fleet_file import FleetFile
from support.page import by_instance, value
from support.processes import wait_until
from support.sentinel_group import SentinelGroup

CONFIGURATION = """
credentials:
  servers: {{password: of-servers}}
  sentinels: {{password: of-sentinels}}
tls:
  servers:
    {{ca_file: {files.ca}, cert_file: {files.client_cert}, key_file: {files.client_key},
     server_name: redis.test}}
  sentinels:
    {{ca_file: {ca}, cert_file: {files.client_cert}, key_file: {files.client_key},
     server_name: redis.test}}
groups:
  - name: payments
    credentials: servers
    tls: servers
    sentinel: {{master: {master}, addresses: {addresses}, credentials: sentinels, tls: sentinels}}
"""
GROUP = {"redis_group": "payments"}
EVENTS = "redis_group_sentinel_events_total"
SUCCESS = "redis_exporter_discovery_success"
EXPIRY = "redis_tls_peer_certificate_not_after_timestamp_seconds"


class SentinelsOverTls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.certificates = cls.enterClassContext(Certificates())
        cls.group = cls.enterClassContext(SentinelGroup(
            password="of-servers", sentinel_password="of-sentinels", network="127.0.30",
            certificates=cls.certificates, down_after=busy_machine.SILENCE))
        cls.instances = {server.address for server in cls.group.servers}

    def configuration(self, ca):
        return CONFIGURATION.format(
            files=self.certificates, ca=ca, master=self.group.name,
            addresses=json.dumps([sentinel.address for sentinel in self.group.sentinels]))

    def becomes(self, exporter, what, **expected):
        """Waits until series of the group have these values, and returns the page."""
        def page():
            families = exporter.scrape()
            return all(value(families, name, **GROUP) == number
                       for name, number in expected.items()) and families

        return wait_until(page, what, pause=0.1)

    def disagreements(self, families):
        return [about for about in ("address", "epoch", "quorum")
                if value(families, "redis_group_sentinel_disagreement", **GROUP, about=about) != 0]

    def test_all_is_found_heard_and_followed(self):
        with FleetFile(self.configuration(self.certificates.ca)) as file, \
             Exporter(file.flag) as exporter:
            families = self.becomes(
                exporter, "a group as it should be", redis_group_configured_sentinels=3,
                redis_group_answering_sentinels=3, redis_group_agreeing_sentinels=3,
                redis_group_sentinels=3, redis_group_subscribed_sentinels=3,
                redis_group_sentinel_quorum_reachable=1, redis_group_expected_nodes=3,
                redis_group_answering_nodes=3, redis_group_masters=1, redis_group_stale_replicas=0,
                redis_group_failover_candidates=2, redis_group_failovers_total=0)
            self.assertEqual(self.disagreements(families), [])
            self.assertEqual(by_instance(families, "redis_up"), dict.fromkeys(self.instances, 1))
            self.assertEqual(set(by_instance(families, EXPIRY)), self.instances)
            self.hears_of_a_failover(exporter)

    def hears_of_a_failover(self, exporter):
        self.group.fail_over()
        families = self.becomes(exporter, "the failover", redis_group_failovers_total=1,
                                redis_group_masters=1)

        def heard():  # that it has been may be seen before
            return value(exporter.scrape(), EVENTS, **GROUP, event="+switch-master",
                         subject="master") == 1

        wait_until(heard, "the Sentinels' word of it")
        self.assertEqual(by_instance(families, "redis_instance_role", role="master")
                         [self.group.master().address], 1)

    def test_an_authority_that_did_not_sign_the_sentinels(self):
        """It is said, and the nodes stay; the configuration itself is valid."""
        with FleetFile(self.configuration(self.certificates.ca)) as file, \
             Exporter(file.flag) as exporter:
            self.becomes(exporter, "discovery", **{SUCCESS: 1})
            file.write(self.configuration(self.certificates.other_ca))
            checked = run_exporter("--check-config", file.flag)
            self.assertEqual(checked.returncode, 0, checked.stderr)
            self.assertEqual(exporter.reload().status, 200)
            families = self.becomes(
                exporter, "discovery's failure", **{SUCCESS: 0}, redis_group_answering_sentinels=0,
                redis_group_subscribed_sentinels=0, redis_group_expected_nodes=3,
                redis_group_answering_nodes=3, redis_group_masters=1, redis_group_stale_replicas=0)
            self.assertEqual(by_instance(families, "redis_up"), dict.fromkeys(self.instances, 1))
            for event in "discovery failed", "events of a Sentinel are not heard":
                self.assertRegex(exporter.log(),
                                 f'event="{event}.*certificate verify failed.*--tls-ca-cert-file')
            self.assertRegex(exporter.log(), 'event="discovery failed: .* nodes="3"')
            file.write(self.configuration(self.certificates.ca))
            self.assertEqual(exporter.reload().status, 200)
            self.becomes(exporter, "discovery again", **{SUCCESS: 1},
                         redis_group_answering_sentinels=3, redis_group_subscribed_sentinels=3)


if __name__ == "__main__":
    unittest.main()
