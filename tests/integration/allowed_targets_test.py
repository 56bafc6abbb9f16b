# SPDX-License-Identifier: Apache-2.0
"""Credentials and TLS that entries of allowed_targets have for what /scrape asks besides groups."""

import unittest

from support.certificates import Certificates
from support.exporter import Exporter
from support.fleet_file import FleetFile
from support.page import reasons, value
from support.redis_servers import RedisServer


class AllowedTargets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.certificates = cls.enterClassContext(Certificates())
        cls.locked = cls.enterClassContext(RedisServer(host="127.0.34.1", password="first"))
        cls.secure = cls.enterClassContext(
            RedisServer(certificates=cls.certificates, password="over-tls"))

    def scrape(self, exporter, target):
        return exporter.scrape(f"/scrape?target={target}")

    def test_a_password_and_its_change(self):
        text = """
            credentials: {main: {password_file: password}}
            allowed_targets:
              - "127.0.0.0/8"
              - {match: "127.0.34.0/24:%d", credentials: main}
            """ % self.locked.port
        with FleetFile(text, password="first\n") as file, Exporter(file.flag) as exporter:
            families = self.scrape(exporter, self.locked.url)
            self.assertEqual(value(families, "redis_up"), 1)
            self.assertEqual(value(families, "redis_process_id"), self.locked.pid)
            clients = self.locked.command("CLIENT", "LIST")

            file.add("password", "second\n")
            self.locked.command("CONFIG", "SET", "requirepass", "second")
            self.assertEqual(exporter.reload().status, 200)
            families = self.scrape(exporter, self.locked.url)
            self.assertEqual(value(families, "redis_up"), 1)
            exporters = [[row.split()[0] for row in rows.splitlines()
                          if "name=redis_fleet_exporter" in row]
                         for rows in (clients, self.locked.command("CLIENT", "LIST"))]
            self.assertTrue(set(exporters[1]) - set(exporters[0]), "no new connection")

            file.write('allowed_targets: ["127.0.0.0/8"]\n')
            self.assertEqual(exporter.reload().status, 200)
            families = self.scrape(exporter, self.locked.url)
            self.assertEqual((value(families, "redis_up"), reasons(families)), (0, ["auth"]))
            self.assertNotIn("second", exporter.log())

    def test_tls(self):
        with FleetFile(f"""
                credentials: {{main: {{password: over-tls}}}}
                tls: {{internal: {{ca_file: "{self.certificates.ca}"}}}}
                allowed_targets:
                  - {{match: "127.0.0.1", credentials: main, tls: internal}}
                """) as file, Exporter(file.flag, "--connection-timeout=4s") as exporter:
            for scheme in "redis", "rediss":
                with self.subTest(scheme):
                    url = f"{scheme}://127.0.0.1:{self.secure.tls_port}"
                    families = self.scrape(exporter, url)
                    self.assertEqual(value(families, "redis_process_id"), self.secure.pid)
            families = self.scrape(exporter, self.secure.url)
            self.assertEqual(value(families, "redis_up"), 0)  # not without TLS


if __name__ == "__main__":
    unittest.main()
