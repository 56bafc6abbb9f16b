# SPDX-License-Identifier: Apache-2.0
"""TLS on the exporter's own port, with clients that know nothing of it (ssl, http.client)."""

import http.client
import socket
import ssl
import unittest

from support.certificates import Certificates
from support.exporter import run_exporter
from support.processes import wait_until
from support.web_door import Door, WebFile


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pki = cls.enterClassContext(Certificates())
        cls.pair = f"  cert_file: {cls.pki.server_cert}\n  key_file: {cls.pki.server_key}\n"
        cls.client = cls.pki.client_context()
        cls.stranger = cls.pki.client_context(with_certificate=False)

    def secured(self, more="", rest=""):
        return WebFile(f"tls_server_config:\n{self.pair}{more}{rest}")

    def refused(self, door, tls, path="/metrics"):
        with self.assertRaises((ssl.SSLError, ConnectionError, http.client.HTTPException)):
            door.status(path, tls=tls)
        self.assertIsNone(door.exit_code())

    def test_a_page_and_who_speaks_something_else(self):
        with self.secured() as web, Door(web.flag, tls=self.stranger) as door:
            self.assertEqual(door.status(), 200)
            connection = door.connection()
            for _ in range(3):  # kept
                connection.request("GET", "/metrics")
                self.assertIn(b"redis_exporter_build_info", connection.getresponse().read())
            connection.close()
            plain = http.client.HTTPConnection("127.0.0.1", door.port, timeout=10)
            plain.request("GET", "/metrics")
            answer = plain.getresponse()
            self.assertEqual((answer.status, b"https://" in answer.read()), (400, True))
            untrusting = ssl.create_default_context(cafile=self.pki.other_ca)
            self.refused(door, untrusting)
            for garbage in b"\x16\x03\x01" + b"\xff" * 500, b"\0" * 100, b"":
                with socket.create_connection(("127.0.0.1", door.port), timeout=20) as client:
                    client.sendall(garbage)
                    client.shutdown(socket.SHUT_WR)
                    while client.recv(1000):
                        pass
            self.assertEqual(door.status(), 200)

    def test_versions(self):
        with self.secured("  min_version: TLS13\n") as web, Door(web.flag, tls=self.stranger) as door:
            self.assertEqual(door.status(), 200)
            old = self.pki.client_context(with_certificate=False)
            old.maximum_version = ssl.TLSVersion.TLSv1_2
            self.refused(door, old)
        with self.secured("  max_version: TLS12\n"
                          "  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]\n") as web, \
             Door(web.flag, tls=self.stranger) as door:
            connection = door.connection()
            connection.connect()
            self.assertEqual(connection.sock.cipher()[:2],
                             ("ECDHE-ECDSA-AES256-GCM-SHA384", "TLSv1.2"))
            connection.close()

    def test_client_certificates(self):
        wanted = (f"  client_ca_file: {self.pki.ca}\n"
                  "  client_auth_type: RequireAndVerifyClientCert\n")
        with self.secured(wanted) as web, Door(web.flag, tls=self.client) as door:
            self.assertEqual(door.status(), 200)
            self.refused(door, self.stranger)
            expired = self.pki.client_context(with_certificate=False)
            expired.load_cert_chain(self.pki.expired_cert, self.pki.expired_key)
            self.refused(door, expired)
            self.assertEqual(door.refused(), {"handshake": 2})
        with self.secured(wanted + "  client_allowed_sans: [redis.test]\n") as web, \
             Door(web.flag, tls=self.client) as door:
            self.assertEqual(door.status(), 200)
            web.write(web.path.read_text().replace("[redis.test]", "[other.test]"))
            self.assertEqual(door.get("/-/reload", method="POST").status, 200)
            self.refused(door, self.client)

    def test_probes_need_no_certificate_where_the_file_says_so(self):
        with self.secured(f"  client_ca_file: {self.pki.ca}\n"
                          "  client_auth_type: RequireAndVerifyClientCert\n",
                          "auth_excluded_paths: [/-/ready]\n") as web, \
             Door(web.flag, tls=self.stranger) as door:
            self.assertEqual(door.status("/-/ready"), 200)
            self.assertEqual(door.status("/metrics"), 403)
            door.tls = self.client
            self.assertEqual(door.refused(), {"certificate": 1})

    def test_a_new_certificate_is_taken_without_a_signal(self):
        cert, key = self.pki.sign("rotated")
        web_text = f"tls_server_config:\n  cert_file: {cert}\n  key_file: {key}\n"
        with WebFile(web_text) as web, Door(web.flag, tls=self.stranger) as door:
            def serial():
                connection = door.connection()
                connection.connect()
                number = connection.sock.getpeercert()["serialNumber"]
                connection.close()
                return number
            before = serial()
            key.write_text("not a key\n")
            self.assertEqual(door.get("/-/reload", method="POST").status, 500)
            self.assertEqual(serial(), before)
            self.pki.sign("rotated")
            wait_until(lambda: serial() != before, "the new certificate")

    def test_the_flags_of_redis_exporter(self):
        flags = [f"--tls-server-cert-file={self.pki.server_cert}",
                 f"--tls-server-key-file={self.pki.server_key}"]
        with Door(*flags, tls=self.stranger) as door:
            self.assertEqual(door.status(), 200)
        with Door(*flags, f"--tls-server-ca-cert-file={self.pki.ca}",
                  "--tls-server-min-version=TLS1.3", tls=self.client) as door:
            self.assertEqual(door.status(), 200)
            self.refused(door, self.stranger)
            old = self.pki.client_context()
            old.maximum_version = ssl.TLSVersion.TLSv1_2
            self.refused(door, old)

    def test_what_cannot_be_used_does_not_start(self):
        other_key = self.pki.sign("another")[1]
        pair = f"cert_file: {self.pki.server_cert}, key_file: {self.pki.server_key}"
        for section, says in [
                (f"cert_file: {self.pki.server_cert}, key_file: {other_key}", "and belong to"),
                (f"cert_file: {self.pki.server_key}, key_file: {other_key}", "it must be PEM"),
                (f"{pair}, cipher_suites: [TLS_NONE]", "there is no TLS_NONE"),
                (f"{pair}, client_ca_file: {other_key}, "
                 "client_auth_type: RequireAndVerifyClientCert", "the clients' authority")]:
            with self.subTest(says), WebFile(f"tls_server_config: {{{section}}}\n") as web:
                for more, status in ([], 1), (["--check-config"], 2):
                    done = run_exporter("--redis.addr=", "--web.listen-address=127.0.0.1:0",
                                        web.flag, *more)
                    self.assertEqual(done.returncode, status, done.stderr)
                    self.assertIn(says, done.stderr)


if __name__ == "__main__":
    unittest.main()
