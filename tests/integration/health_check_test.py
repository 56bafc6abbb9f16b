# SPDX-License-Identifier: Apache-2.0
"""--check-health: what a container's HEALTHCHECK says of an exporter that runs, hangs or is not there."""

import socket
import threading
import time
import unittest

from support.certificates import Certificates
from support.exporter import Exporter, run_exporter
from support.fleet_file import FleetFile
from support.processes import free_port
from support.web_door import Door


def variables(port, host="127.0.0.1", **more):
    return {"REDIS_EXPORTER_WEB_LISTEN_ADDRESS": f"{host}:{port}", **more}


class HealthCheck(unittest.TestCase):
    def is_healthy(self, *arguments, env=None):
        done = run_exporter("--check-health", *arguments, env=env)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def is_not(self, why, *arguments, env=None):
        done = run_exporter(*(arguments or ["--check-health"]), env=env)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertRegex(done.stderr, rf"\Aredis_fleet_exporter: .*{why}.*\n\Z")
        self.assertEqual(done.stderr.count("\n"), 1)

    def test_one_that_runs_is_healthy_whatever_the_state_of_redis(self):
        with Exporter(f"--redis.addr=redis://127.0.0.1:{free_port()}") as exporter:
            self.is_healthy(env=variables(exporter.port))
            self.is_healthy(env=variables(exporter.port, "localhost"))
            self.is_healthy(f"--web.listen-address={exporter.host}:{exporter.port}")
            for path in "", "/-/ready", "/health?a=b":
                self.assertEqual(run_exporter(f"--check-health={exporter.url}{path}").returncode, 0)

    def test_one_that_listens_on_every_address_is_asked_by_loopback(self):
        port = free_port()
        for host in "", "0.0.0.0", "[::]":
            with self.subTest(host), Exporter("--redis.addr=", f"--web.listen-address={host}:{port}",
                                              port=port):
                self.is_healthy(env=variables(port, host))

    def test_one_that_asks_for_tls_or_a_password_is_healthy(self):
        with Certificates() as pki, \
             Door("--basic-auth-username=a", f"--tls-server-cert-file={pki.server_cert}",
                  f"--tls-server-key-file={pki.server_key}",
                  tls=pki.client_context(with_certificate=False),
                  env={"REDIS_EXPORTER_BASIC_AUTH_PASSWORD": "b"}) as exporter:
            self.is_healthy(env=variables(exporter.port))
            exporter.pause()
            self.is_not("it hangs", env=variables(exporter.port))

    def test_what_became_of_its_file_does_not_matter(self):
        port = free_port()
        with FleetFile(f"listen: '127.0.0.1:{port}'\ngroups: []\n") as file:
            env = {"REDIS_EXPORTER_CONFIG_FILE": str(file.path)}
            with Exporter(file.flag, port=port):
                self.is_healthy(env=env)
                file.write(f"listen: '127.0.0.1:{port}'\ngrups: []\n")
                self.is_healthy(env=env)
                file.path.unlink()
                self.is_healthy(env={**env, **variables(port)})

    def test_one_that_hangs_is_not(self):
        with Exporter("--redis.addr=") as exporter:
            exporter.pause()

            def seconds():
                began = time.monotonic()
                self.is_not("does not answer in time: it hangs", env=variables(exporter.port))
                return time.monotonic() - began

            # Before Docker gives up. A busy machine makes some of them longer, and none shorter.
            self.assertTrue(any(seconds() < 4.5 for _ in range(4)))
            exporter.resume()
            self.is_healthy(env=variables(exporter.port))

    def test_one_that_is_not_there_is_not(self):
        self.is_not("nobody listens there", env=variables(free_port()))
        self.is_not("cannot resolve the name",
                    env=variables(free_port(), "no-such-host.invalid"))
        self.is_not("port is not known", env=variables(0))

    def test_another_answer_is_not(self):
        with Exporter("--redis.addr=") as exporter:
            self.is_not("it answers HTTP/1.1 404 Not Found",
                        f"--check-health={exporter.url}/nothing")
        for said, why in ((b"", "read: End of file"), (b"-ERR\r\n", "is not HTTP"),
                          (b"HTTP/1.1 2000 \x1b[31m\r\n", r"it answers HTTP/1.1 2000 \S+\[31m"),
                          (b"HTTP/1.1 503 " + b"x" * 5000, "it answers HTTP/1.1 503 x+")):
            with self.subTest(said[:20]), socket.create_server(("127.0.0.1", 0)) as server:
                thread = threading.Thread(target=self.answer, args=(server, said))
                thread.start()
                self.is_not(why, env=variables(server.getsockname()[1]))
                thread.join()

    @staticmethod
    def answer(server, said):
        connection, _ = server.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(said)


if __name__ == "__main__":
    unittest.main()
