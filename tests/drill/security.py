# SPDX-License-Identifier: Apache-2.0
"""Log-ins that fail, rights that are missing, servers that are open, and certificates that expire."""

import pathlib
import shutil

from support.certificates import Certificates

from .drill import Drill, critical, warning


class LoginsFail(Drill):
    """Somebody guesses a password."""

    expects = (warning("RedisAuthenticationFailures"),)

    def prepare(self):
        self.broken = self.server()
        self.group(self.broken)

    def faults(self):
        self.guesses = self.traffic(self.broken, lambda client, number: client.command(
            "AUTH", "admin", f"guess{number}"))
        yield

    def cure(self):
        self.guesses.stop()


class RightsMissing(Drill):
    """A program's user lacks the right to a command."""

    expects = (warning("RedisAclDenied"),)

    def prepare(self):
        self.broken = self.server("user program on >secret ~* &* +get")
        self.group(self.broken)

    def faults(self):
        self.program = self.traffic(self.broken, self._work, pause=0.1)
        yield

    def cure(self):
        self.program.stop()

    @staticmethod
    def _work(client, number):
        client.command("AUTH", "program", "secret")
        client.command("SET", "key", number)


class PasswordForgotten(Drill):
    """A server is started from a file in which its password was forgotten."""

    expects = (warning("RedisDefaultUserOpen"),)

    def prepare(self):
        self.broken = self.server(password="secret")
        self.config["credentials"] = {self.name: {"password": "secret"}}
        self.group(self.broken, credentials=self.name)

    def faults(self):
        self.file = pathlib.Path(self.broken.config_path)
        self.text = self.file.read_text()
        self._start_with(self.text.replace("requirepass secret", ""))
        yield

    def cure(self):
        self._start_with(self.text)

    def _start_with(self, text):
        self.broken.stop()
        self.file.write_text(text)
        self.broken.start()


class CertificatesExpire(Drill):
    """A server shows a certificate that expires soon, and so does the exporter; and then sooner."""

    expects = ((warning("RedisCertificateExpires"),
                warning("RedisExporterCertificateExpires", node=False)),
               (critical("RedisCertificateExpires"),
                critical("RedisExporterCertificateExpires", node=False)))

    def prepare(self):
        self.made = self.stack.enter_context(Certificates())
        self.broken = self.server(certificates=self.made, tls_only=True, tls_client_auth=True)
        ours = self.made.folder / "exporter.crt", self.made.folder / "exporter.key"
        self.config["tls"] = {self.name: {
            "ca_file": str(self.made.ca), "cert_file": str(ours[0]), "key_file": str(ours[1]),
            "server_name": "redis.test"}}
        self._show(self.made.server_cert, self.made.server_key, reload=False)
        self.group(self.broken, tls=self.name)

    def faults(self):
        for days in 10, 1:
            self._show(*self.made.sign(f"days{days}", days=days))
            yield

    def cure(self):
        self._show(self.made.server_cert, self.made.server_key)

    def _show(self, certificate, key, reload=True):
        """Both ends show this one from the next handshake on."""
        for source, name in (certificate, "exporter.crt"), (key, "exporter.key"):
            shutil.copyfile(source, self.made.folder / f"{name}.new")
            (self.made.folder / f"{name}.new").rename(self.made.folder / name)
        if reload:
            self.broken.command("CONFIG", "SET", "tls-cert-file", certificate, "tls-key-file", key)
            self.broken.command("CLIENT", "KILL", "TYPE", "normal")


DRILLS = [LoginsFail, RightsMissing, PasswordForgotten, CertificatesExpire]
