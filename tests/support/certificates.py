# SPDX-License-Identifier: Apache-2.0
"""Certificates for TLS tests, made by the openssl program: one CA and what it signed."""

import pathlib
import ssl
import subprocess
import tempfile

_NAMES = "subjectAltName=DNS:localhost,DNS:redis.test,IP:127.0.0.1,IP:::1"


class Certificates:
    """Paths: ca, server_cert, server_key, client_cert, client_key, expired_cert, expired_key.

    other_ca is a CA that signed none of them. The server's names are localhost, redis.test,
    127.0.0.1 and ::1. The server's certificate lives `server_days`, the others a year.
    """

    def __init__(self, server_days=90):
        self._holder = tempfile.TemporaryDirectory(prefix="fleet-certificates-")
        self.folder = pathlib.Path(self._holder.name)
        self.ca, self._ca_key = self._authority("ca", "Test CA")
        self.other_ca, _ = self._authority("other-ca", "Another CA")
        self.server_cert, self.server_key = self.sign("server", days=server_days)
        self.client_cert, self.client_key = self.sign("client")
        self.expired_cert, self.expired_key = self.sign("expired", days=-1)

    def sign(self, name, days=365):
        """Makes a key and a certificate; days < 0: it expired that long ago."""
        certificate, key = self.folder / f"{name}.crt", self.folder / f"{name}.key"
        request = self._openssl("req", "-new", *_new_key(key), "-subj", f"/CN={name}.test")
        extensions = self.folder / f"{name}.ext"
        extensions.write_text(_NAMES + "\n")
        self._openssl("x509", "-req", "-CA", self.ca, "-CAkey", self._ca_key, "-CAcreateserial",
                      "-days", days, "-extfile", extensions, "-out", certificate, given=request)
        return certificate, key

    def client_context(self, with_certificate=True):
        """An ssl.SSLContext that trusts the CA, and shows the client's certificate if asked to."""
        context = ssl.create_default_context(cafile=self.ca)
        if with_certificate:
            context.load_cert_chain(self.client_cert, self.client_key)
        return context

    def close(self):
        self._holder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _authority(self, name, subject):
        certificate, key = self.folder / f"{name}.crt", self.folder / f"{name}.key"
        self._openssl("req", "-x509", *_new_key(key), "-subj", f"/CN={subject}", "-days", 3650,
                      "-addext", "keyUsage=critical,keyCertSign", "-out", certificate)
        return certificate, key

    @staticmethod
    def _openssl(*arguments, given=None):
        done = subprocess.run(["openssl", *map(str, arguments)], input=given, capture_output=True)
        if done.returncode != 0:
            raise RuntimeError(f"openssl {arguments[0]}: {done.stderr.decode()}")
        return done.stdout


def _new_key(path):
    return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", path]
