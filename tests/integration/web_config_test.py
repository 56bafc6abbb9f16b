# SPDX-License-Identifier: Apache-2.0
"""Who may come in: TLS, client certificates, passwords, limits and headers of --web.config.file and
of redis_exporter's flags, with clients that know nothing of the exporter (ssl, http.client)."""

import base64
import concurrent.futures
import http.client
import os
import pathlib
import re
import socket
import ssl
import subprocess
import tempfile
import unittest

from lint import tree
from support.certificates import Certificates
from support.exporter import Exporter, exporter_path, run_exporter
from support.processes import free_port, wait_until
from support.prometheus import Prometheus

PASSWORD = "open sesame"
# Of the password, with the least and with the usual cost.
QUICK = "$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW"
USUAL = "$2y$10$abcdefghijklmnopqrstuu4SuEsu2LsUrAYUpWQHLMMc4GV5pZTxK"


def login(user, password=PASSWORD):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def guide(mark):
    """The fenced block of docs/security.md below this comment."""
    (text,) = re.findall(rf"^<!-- {mark} -->\n```\w+\n(.*?)^```$", tree.text("docs/security.md"),
                         re.MULTILINE | re.DOTALL)
    return text


class Door(Exporter):
    """An exporter that is ready when it answers, whatever it answers. `tls` is how clients speak to
    it, an ssl.SSLContext."""

    def __init__(self, *arguments, tls=None, **options):
        self.tls = tls
        super().__init__("--redis.addr=", *arguments, **options)

    def connection(self, timeout=30.0, tls=None):
        tls = tls or self.tls
        if tls is None:
            return super().connection(timeout)
        return http.client.HTTPSConnection("localhost", self.port, timeout=timeout, context=tls)

    def status(self, path="/metrics", headers=None, tls=None):
        connection = self.connection(tls=tls)
        try:
            connection.request("GET", path, headers=headers or {})
            return connection.getresponse().status
        finally:
            connection.close()

    def _is_ready(self):
        try:
            return self.get("/-/ready", timeout=2.0).status in (200, 401, 403)
        except OSError:
            return False


class WebFile:
    """A --web.config.file."""

    def __init__(self, text):
        self._holder = tempfile.TemporaryDirectory(prefix="fleet-web-")
        self.path = pathlib.Path(self._holder.name) / "web.yml"
        self.write(text)

    def write(self, text):
        new = self.path.with_suffix(".new")
        new.write_text(text)
        new.rename(self.path)

    @property
    def flag(self):
        return f"--web.config.file={self.path}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._holder.cleanup()


class Passwords(unittest.TestCase):
    def test_who_comes_in(self):
        users = f"basic_auth_users:\n  prometheus: {QUICK}\n  ops: {USUAL}\n"
        with WebFile(users + "auth_excluded_paths: [/-/healthy]\n") as web, \
             Door(web.flag) as door:
            for _ in range(2):  # the second time it is remembered
                self.assertEqual(door.status(headers=login("prometheus")), 200)
                self.assertEqual(door.status(headers=login("ops")), 200)
            for headers in ({}, login("prometheus", "wrong"), login("prometheus", ""),
                            login("nobody"), login("", ""), {"Authorization": "Basic"},
                            {"Authorization": "Basic !!!!"}, {"Authorization": "Bearer abcd"},
                            {"Authorization": "Basic YWJj"},  # no colon
                            login("prometheus", PASSWORD + "\0more")):
                self.assertEqual(door.status(headers=headers), 401, headers)
            answer = door.get("/metrics")
            self.assertIn("Basic realm=", answer.headers["WWW-Authenticate"])
            self.assertNotIn(b"redis_", answer.body)
            for path in "/", "/scrape?target=a", "/sd", "/-/ready", "/-/reload", "/-/healthy/":
                self.assertEqual(door.status(path), 401, path)
            self.assertEqual(door.status("/-/healthy"), 200)
            log = door.log()
            self.assertIn("a request was refused", log)
            self.assertIn("plain HTTP", log)
            self.assertNotIn(PASSWORD, log)
            self.assertNotIn("$2y$", log)

    def test_the_flags_of_redis_exporter(self):
        for secret in {"REDIS_EXPORTER_BASIC_AUTH_PASSWORD": PASSWORD}, \
                      {"REDIS_EXPORTER_BASIC_AUTH_HASH_PASSWORD": QUICK}:
            with self.subTest(secret), Door("--basic-auth-username=ops", env=secret) as door:
                self.assertEqual(door.status(headers=login("ops")), 200)
                for headers in {}, login("ops", "no"), login("prometheus"):
                    self.assertEqual(door.status(headers=headers), 401)

    def test_a_flood_of_guesses_leaves_room_for_who_knows(self):
        with WebFile(f"basic_auth_users:\n  prometheus: {USUAL}\n") as web, \
             Door(web.flag) as door, concurrent.futures.ThreadPoolExecutor(32) as pool:
            self.assertEqual(door.status(headers=login("prometheus")), 200)
            guesses = [pool.submit(door.status, headers=login("prometheus", f"guess {i}"))
                       for i in range(200)]
            for _ in range(20):
                self.assertEqual(door.status(headers=login("prometheus")), 200)
            told = [guess.result() for guess in guesses]
            self.assertEqual(set(told), {401, 429})
            self.assertEqual(door.status(headers=login("prometheus", "guess")), 401)


class Guide(unittest.TestCase):
    """docs/security.md: its file, its command, and what it tells Prometheus to do."""

    def test_prometheus_comes_in_as_the_guide_says(self):
        with Certificates() as pki, WebFile(guide("web config")) as web:
            folder = web.path.parent
            for source, name in (pki.server_cert, "server.crt"), (pki.server_key, "server.key"):
                (folder / name).write_bytes(source.read_bytes())
            command = guide("web command").replace("/etc/redis_fleet_exporter/web.yml",
                                                   str(web.path))
            self.assertTrue(command.startswith("redis_fleet_exporter "))
            done = subprocess.run(["sh", "-c", command.replace("redis_fleet_exporter", exporter_path(),
                                                               1)],
                                  capture_output=True, text=True, timeout=30)
            self.assertEqual((done.returncode, done.stdout), (0, "the configuration is valid\n"))
            (folder / "password").write_text(PASSWORD)
            with Door(web.flag, tls=pki.client_context(with_certificate=False)) as door:
                self.assertEqual([door.status(path) for path in ("/-/healthy", "/-/ready", "/")],
                                 [200, 200, 401])
                configuration = guide("scrape config")
                for written, ours in [("/etc/prometheus/ca.crt", str(pki.ca)),
                                      ("/etc/prometheus/exporter.password",
                                       str(folder / "password")),
                                      ("localhost:9121", f"localhost:{door.port}")]:
                    self.assertIn(written, configuration)
                    configuration = configuration.replace(written, ours)
                with Prometheus("global: {scrape_interval: 1s}\n" + configuration) as prometheus:
                    prometheus.becomes('up{job="redis"} == 1', bool, timeout=30)


class Reloads(unittest.TestCase):
    def test_a_user_comes_and_another_goes(self):
        with WebFile(f"basic_auth_users: {{old: {QUICK}}}\n") as web, Door(web.flag) as door:
            self.assertEqual(door.status(headers=login("old")), 200)

            def reload(text):
                web.write(text)
                return door.get("/-/reload", login("old"), method="POST")

            for text in ("", "basic_auth_users:\n", "basic_auth_users: {new: hush}\n",
                         "tls_server_config: {}\n"):
                answer = reload(text)
                self.assertEqual(answer.status, 500, text)
                self.assertIn(str(web.path).encode(), answer.body)
                self.assertNotIn(b"hush", answer.body)
                self.assertEqual(door.status(), 401, "the door stays shut")
                self.assertEqual(door.status(headers=login("old")), 200)
            self.assertEqual(reload(f"basic_auth_users: {{new: {QUICK}}}\n").status, 200)
            self.assertEqual(door.status(headers=login("old")), 401)
            self.assertEqual(door.status(headers=login("new")), 200)


class Limits(unittest.TestCase):
    def test_a_limit_of_requests(self):
        with WebFile("rate_limit: {interval: 1h, burst: 5}\n") as web:
            with Door(web.flag) as door:  # which took some to be seen ready
                told = [door.status("/-/healthy") for _ in range(6)]
                self.assertEqual(told, sorted(told))
                self.assertEqual(told[-1], 429)

    def test_headers(self):
        with WebFile("http_server_config:\n  headers:\n    X-Frame-Options: deny\n"
                     "    Content-Security-Policy: default-src 'self'\n") as web, \
             Door(web.flag) as door:
            for path in "/", "/metrics", "/none":
                headers = door.get(path).headers
                self.assertEqual(headers.get_all("X-Frame-Options"), ["deny"])
                self.assertEqual(headers.get_all("Content-Security-Policy"), ["default-src 'self'"])


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
            self.assertEqual(door.status("/metrics", tls=self.client), 200)

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
            wait_until(lambda: serial() != before, "the new certificate", timeout=30)

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


class Addresses(unittest.TestCase):
    def test_several(self):
        ports = free_port(), free_port()
        with Exporter("--redis.addr=", port=ports[0]) as probe:
            has_v6 = socket.has_ipv6 and pathlib.Path("/proc/net/if_inet6").read_text().strip()
            self.assertEqual(probe.get("/-/healthy").status, 200)
        second = f"[::1]:{ports[1]}" if has_v6 else f"127.0.0.2:{ports[1]}"
        with Exporter("--redis.addr=", f"--web.listen-address=127.0.0.1:{ports[0]},{second}",
                      port=ports[0]) as exporter:
            self.assertEqual(exporter.get("/-/healthy").status, 200)
            with socket.create_connection(("::1" if has_v6 else "127.0.0.2", ports[1])) as client:
                client.sendall(b"GET /-/healthy HTTP/1.0\r\n\r\n")
                self.assertIn(b"200 OK", client.recv(1000))

    def test_sockets_of_systemd(self):
        with socket.create_server(("127.0.0.1", 0)) as first, \
             socket.create_server(("127.0.0.2", 0)) as second:
            # The exporter must be the process that LISTEN_PID names.
            command = ['exec 3<&%d 4<&%d; LISTEN_PID=$$ LISTEN_FDS=2 exec "$@"'
                       % (first.fileno(), second.fileno())]
            with subprocess.Popen(
                    ["sh", "-c", *command, "sh", exporter_path(), "--redis.addr=",
                     "--web.systemd-socket"], pass_fds=(first.fileno(), second.fileno()),
                    stderr=subprocess.DEVNULL) as exporter:
                try:
                    for server in first, second:
                        connection = http.client.HTTPConnection(*server.getsockname(), timeout=20)
                        connection.request("GET", "/-/healthy")
                        self.assertEqual(connection.getresponse().status, 200)
                        connection.close()
                finally:
                    exporter.terminate()

    def test_without_systemd_there_is_no_socket(self):
        done = run_exporter("--redis.addr=", "--web.systemd-socket")
        self.assertEqual(done.returncode, 1)
        self.assertIn("systemd gave no socket", done.stderr)
        done = run_exporter("--redis.addr=", "--web.systemd-socket",
                            env={"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"})
        self.assertIn("systemd gave no socket", done.stderr)


if __name__ == "__main__":
    unittest.main()
