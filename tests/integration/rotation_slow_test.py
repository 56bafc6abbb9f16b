# SPDX-License-Identifier: Apache-2.0
"""Certificates that are replaced on disk while the exporter runs; it looks every 10 seconds."""

import shutil
import unittest

from support.certificates import Certificates
from support.exporter import Exporter
from support.page import require_complete, value
from support.processes import wait_until
from support.redis_servers import RedisServer

OWN_EXPIRY = "redis_tls_client_certificate_not_after_timestamp_seconds"
CONNECTIONS = "redis_exporter_opened_connections_total"


class Rotation(unittest.TestCase):
    def test_a_new_client_certificate_is_used_and_a_broken_one_is_not(self):
        with Certificates() as certificates, \
             RedisServer(certificates=certificates, tls_client_auth=True) as redis:
            cert, key = certificates.folder / "own.crt", certificates.folder / "own.key"

            def install(new_cert, new_key):
                shutil.copy(new_cert, cert)
                shutil.copy(new_key, key)

            install(certificates.client_cert, certificates.client_key)
            with Exporter(f"--redis.addr=rediss://localhost:{redis.tls_port}",
                          f"--tls-ca-cert-file={certificates.ca}",
                          f"--tls-client-cert-file={cert}",
                          f"--tls-client-key-file={key}") as exporter:

                def scrape():
                    families = exporter.scrape()
                    require_complete(families)
                    return families

                first = scrape()
                self.assertEqual(value(first, CONNECTIONS), 1)
                install(*certificates.sign("next", days=200))
                wait_until(lambda: value(scrape(), OWN_EXPIRY) < value(first, OWN_EXPIRY),
                           "the new certificate's expiry", pause=0.5)
                self.assertEqual(value(scrape(), CONNECTIONS), 2)

                # Half a replacement: what was loaded stays in use, and the log says why.
                shutil.copy(certificates.client_key, key)
                wait_until(lambda: scrape() and "new TLS files not taken" in exporter.log(),
                           "a word about the key", pause=0.5)
                self.assertEqual(value(scrape(), CONNECTIONS), 2)
                shutil.copy(certificates.client_cert, cert)
                wait_until(lambda: value(scrape(), OWN_EXPIRY) == value(first, OWN_EXPIRY),
                           "the certificate of that key", pause=0.5)
                self.assertEqual(value(scrape(), CONNECTIONS), 3)
                self.assertEqual(exporter.log().count("new TLS files not taken"), 1)


if __name__ == "__main__":
    unittest.main()
