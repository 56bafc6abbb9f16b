# SPDX-License-Identifier: Apache-2.0
"""Who may come in: passwords, limits and headers of --web.config.file and of redis_exporter's flags,
and where the exporter listens. TLS is in web_tls_test.py."""

import concurrent.futures
import http.client
import os
import pathlib
import re
import socket
import subprocess
import time
import unittest

from lint import tree
from support import exposition
from support.certificates import Certificates
from support.exporter import Exporter, exporter_path, run_exporter
from support.guide import block
from support.page import by_label
from support.processes import free_port, wait_until
from support.prometheus import Prometheus
from support.web_door import PASSWORD, QUICK, USUAL, Door, WebFile, login


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
            # That the door asks whether it is ready counts, too.
            self.assertGreaterEqual(door.refused(login("ops")).pop("password"), 16)
            self.assertEqual(set(door.refused(login("ops"))), {"password"})
            log = door.log()
            self.assertIn("a request was refused", log)
            self.assertNotIn("plain HTTP", log)  # it listens on 127.0.0.1 alone
            open_to_all = run_exporter("--redis.addr=", web.flag, "--check-config")
            self.assertIn("plain HTTP", open_to_all.stderr)
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
            self.assertEqual(door.refused(login("prometheus"))["too_many_passwords"],
                             told.count(429))
            self.assertEqual(door.status(headers=login("prometheus", "guess")), 401)


class Guide(unittest.TestCase):
    """docs/security.md: its file, its command, and what it tells Prometheus to do."""

    def test_prometheus_comes_in_as_the_guide_says(self):
        with Certificates() as pki, WebFile(block("docs/security.md", "web config")) as web:
            folder = web.path.parent
            for source, name in (pki.server_cert, "server.crt"), (pki.server_key, "server.key"):
                (folder / name).write_bytes(source.read_bytes())
            command = block("docs/security.md", "web command").replace("/etc/redis_fleet_exporter/web.yml",
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
                configuration = block("docs/security.md", "scrape config")
                for written, ours in [("/etc/prometheus/ca.crt", str(pki.ca)),
                                      ("/etc/prometheus/exporter.password",
                                       str(folder / "password")),
                                      ("localhost:9121", f"localhost:{door.port}")]:
                    self.assertIn(written, configuration)
                    configuration = configuration.replace(written, ours)
                with Prometheus("global: {scrape_interval: 1s}\n" + configuration) as prometheus:
                    prometheus.becomes('up{job="redis"} == 1', bool, timeout=30)


    def test_the_table_has_every_key(self):
        # The program says what it accepts where it is given a key that there is not.
        told, section = [], ""
        table = re.search(r"^\| Key \|.*\n\|.*\n((?:\|.*\n)+)", tree.text("docs/security.md"),
                          re.MULTILINE)
        for row in table[1].splitlines():
            for name in re.findall("`([^`]*)`", row.split(" | ")[0]):
                told.append(section + name if name.startswith(".") else name)
                section = told[-1].rpartition(".")[0]
        sections, known = [""], set()
        while sections:
            path = sections.pop()
            text = "nothing-like-it: 1"
            for name in reversed(list(filter(None, path.split(".")))):
                text = f"{name}: {{{text}}}"
            with WebFile(text + "\n") as web:
                said = run_exporter("--redis.addr=", web.flag, "--check-config").stderr
            (accepted,) = re.findall(r"nothing-like-it: there is no such key; accepted: (.*)", said)
            for name in accepted.split(", "):
                inner = f"{path}.{name}".strip(".")
                leads_on = inner in ("tls_server_config", "http_server_config", "rate_limit",
                                     "http_server_config.headers")
                (sections.append if leads_on else known.add)(inner)
        self.assertGreater(len(known), 20)
        self.assertEqual(sorted(told), sorted(known))


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


    def test_who_came_in_by_what_held_before_has_to_come_in_again(self):
        with Certificates() as pki, WebFile("{}\n") as web, Door(web.flag) as door:
            kept = door.connection()
            kept.request("GET", "/metrics")
            self.assertEqual(kept.getresponse().read()[:1], b"#")
            web.write(f"tls_server_config: {{cert_file: {pki.server_cert}, "
                      f"key_file: {pki.server_key}}}\n")
            self.assertEqual(door.get("/-/reload", method="POST").status, 200)
            with self.assertRaises((ConnectionError, http.client.HTTPException)):
                kept.sock.sendall(b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
                self.assertEqual(kept.sock.recv(1), b"")
                raise ConnectionError
            kept.close()
            self.assertEqual(door.status(tls=pki.client_context(with_certificate=False)), 200)


class Limits(unittest.TestCase):
    def test_a_limit_of_requests(self):
        interval = 2
        with WebFile(f"rate_limit: {{interval: {interval}s, burst: 5}}\n") as web, \
             Door(web.flag) as door:
            began = time.monotonic()
            wait_until(lambda: door.status("/-/healthy") == 429, "a refusal")
            # One comes back each interval, whether it is waited for or not.
            wait_until(lambda: door.status("/-/healthy") == 200, "one more", pause=0.3)
            time.sleep(2.25 * interval)
            self.assertEqual([door.status("/-/healthy") for _ in range(2)], [200, 200])
            wait_until(lambda: door.status("/-/healthy") == 200, "a fourth")
            # Four since there was none left: each has taken an interval, but for what was left of one.
            self.assertGreater(time.monotonic() - began, 3 * interval)

            def page_of_one():
                answer = door.get("/metrics")
                return answer.status == 200 and answer.body.decode()

            page = exposition.parse(wait_until(page_of_one, "one more", pause=0.3))
            counts = by_label(page, "redis_exporter_refused_clients_total", "reason")
            self.assertEqual({reason for reason, count in counts.items() if count}, {"rate_limit"})

    def test_a_limit_holds_whatever_time_goes_by(self):
        with WebFile("rate_limit: {interval: 1h, burst: 5}\n") as web, Door(web.flag) as door:
            told = [door.status("/-/healthy") for _ in range(20)]
            # The first of the five were there for the wait until it was ready.
            self.assertEqual(told, sorted(told))
            self.assertLess(told.count(200), 5)
            self.assertEqual(set(told[5:]), {429})

    def test_headers(self):
        with WebFile("http_server_config:\n  headers:\n    X-Frame-Options: deny\n"
                     "    Content-Security-Policy: default-src 'self'\n") as web, \
             Door(web.flag) as door:
            for path in "/", "/metrics", "/none":
                headers = door.get(path).headers
                self.assertEqual(headers.get_all("X-Frame-Options"), ["deny"])
                self.assertEqual(headers.get_all("Content-Security-Policy"), ["default-src 'self'"])


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
            # By way of two others, as theirs may be 3 or 4.
            command = ['exec 20<&%d 21<&%d 3<&20 4<&21; LISTEN_PID=$$ LISTEN_FDS=2 exec "$@"'
                       % (first.fileno(), second.fileno())]
            with subprocess.Popen(
                    ["bash", "-c", *command, "bash", exporter_path(), "--redis.addr=",
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
