# SPDX-License-Identifier: Apache-2.0
"""TLS to a real server that asks for a client certificate."""

import subprocess
import time
import unittest
from email.utils import parsedate_to_datetime

from support.certificates import Certificates
from support.exporter import Exporter
from support.page import reasons, require_complete, value
from support.redis_servers import RedisServer


def expiry(certificate):
    """Unix time at which a certificate ends, by the openssl program."""
    said = subprocess.run(["openssl", "x509", "-noout", "-enddate", "-in", certificate],
                          capture_output=True, text=True, check=True).stdout
    # notAfter=Feb 18 13:21:02 2027 GMT
    month, day, clock, year, zone = said.strip().removeprefix("notAfter=").split()
    return parsedate_to_datetime(f"{day} {month} {year} {clock} {zone}").timestamp()


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.certificates = cls.enterClassContext(Certificates())
        cls.redis = cls.enterClassContext(
            RedisServer(certificates=cls.certificates, tls_client_auth=True, password="secret"))
        cls.ca = f"--tls-ca-cert-file={cls.certificates.ca}"
        cls.other_ca = f"--tls-ca-cert-file={cls.certificates.other_ca}"
        cls.own = [f"--tls-client-cert-file={cls.certificates.client_cert}",
                   f"--tls-client-key-file={cls.certificates.client_key}"]

    def address(self, host="localhost", scheme="rediss"):
        return f"--redis.addr={scheme}://:secret@{host}:{self.redis.tls_port}"

    def connects(self, *arguments, env=None):
        with self.subTest(arguments=arguments, env=env), Exporter(*arguments, env=env) as exporter:
            families = exporter.scrape()
            require_complete(families)
            self.assertEqual(value(families, "redis_process_id"), self.redis.pid)
            return families

    def fails(self, *arguments, reason="tls", says):
        with self.subTest(arguments=arguments), Exporter(*arguments) as exporter:
            families = exporter.scrape()
            self.assertEqual(value(families, "redis_up"), 0)
            (found,) = reasons(families)
            self.assertIn(found, [reason] if isinstance(reason, str) else reason, exporter.log())
            self.assertRegex(exporter.log(), says)

    def test_both_sides_prove_themselves(self):
        for scheme in "rediss", "valkeys":
            for host in "localhost", "127.0.0.1":
                self.connects(self.address(host, scheme), self.ca, *self.own)

    def test_files_from_the_environment(self):
        prefix = "REDIS_EXPORTER_TLS_"
        self.connects(self.address(), env={
            f"{prefix}CA_CERT_FILE": str(self.certificates.ca),
            f"{prefix}CLIENT_CERT_FILE": str(self.certificates.client_cert),
            f"{prefix}CLIENT_KEY_FILE": str(self.certificates.client_key)})

    def test_expiry_of_both_certificates(self):
        families = self.connects(self.address(), self.ca, *self.own)
        server = value(families, "redis_tls_peer_certificate_not_after_timestamp_seconds")
        self.assertEqual(server, expiry(self.certificates.server_cert))
        self.assertAlmostEqual(server, time.time() + 90 * 86400, delta=3600)
        self.assertEqual(value(families, "redis_tls_client_certificate_not_after_timestamp_seconds"),
                         expiry(self.certificates.client_cert))

    def test_the_expiry_is_known_on_a_kept_connection(self):
        with Exporter(self.address(), self.ca, *self.own) as exporter:
            first, second = exporter.scrape(), exporter.scrape()
            name = "redis_tls_peer_certificate_not_after_timestamp_seconds"
            self.assertEqual(value(first, name), value(second, name))
            self.assertEqual(value(second, "redis_exporter_opened_connections_total"), 1)

    def test_no_expiry_without_tls(self):
        with Exporter(f"--redis.addr=redis://:secret@{self.redis.address}") as exporter:
            families = exporter.scrape()
            require_complete(families)
            self.assertEqual([name for name in families if "certificate" in name], [])

    def test_another_name_than_the_hosts(self):
        self.connects(self.address(), self.ca, *self.own, "--tls-server-name=redis.test")
        self.fails(self.address(), self.ca, *self.own, "--tls-server-name=other.test",
                   says="--tls-server-name")

    def test_a_server_of_an_unknown_authority(self):
        self.fails(self.address(), self.other_ca, *self.own, says="--tls-ca-cert-file")
        self.connects(self.address(), self.other_ca, *self.own, "--skip-tls-verification")
        self.connects(self.address(), *self.own, "--skip-tls-verification")

    def test_the_systems_authorities_do_not_know_the_server(self):
        self.fails(self.address(), *self.own, says="--tls-ca-cert-file")

    def test_no_client_certificate(self):
        self.fails(self.address(), self.ca, says="--tls-client-cert-file")

    def test_a_client_certificate_that_expired(self):
        expired = [f"--tls-client-cert-file={self.certificates.expired_cert}",
                   f"--tls-client-key-file={self.certificates.expired_key}"]
        self.fails(self.address(), self.ca, *expired, says="certificate expired")

    def test_a_key_that_is_not_the_certificates(self):
        mixed = [self.own[0], f"--tls-client-key-file={self.certificates.expired_key}"]
        self.fails(self.address(), self.ca, *mixed, reason="secret",
                   says="does not belong|key values mismatch")

    def test_tls_to_the_plain_port_and_the_reverse(self):
        # Redis waits for the end of a line before it answers, and random bytes may hold one.
        self.fails(f"--redis.addr=rediss://localhost:{self.redis.port}", self.ca, *self.own,
                   "--connection-timeout=3s", reason=("timeout", "tls"),
                   says="port does not speak TLS: use redis://|check that the port speaks TLS")
        self.fails(f"--redis.addr=redis://localhost:{self.redis.tls_port}",
                   reason="closed", says="does it expect TLS \\(rediss://\\)")


class ExpiredServer(unittest.TestCase):
    def test_an_expired_server_certificate(self):
        with Certificates(server_days=-1) as certificates, \
             RedisServer(certificates=certificates) as redis:
            with Exporter(f"--redis.addr=rediss://localhost:{redis.tls_port}",
                          f"--tls-ca-cert-file={certificates.ca}") as exporter:
                self.assertEqual(reasons(exporter.scrape()), ["tls"])
                self.assertIn("certificate has expired", exporter.log())


if __name__ == "__main__":
    unittest.main()
