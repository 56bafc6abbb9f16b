# SPDX-License-Identifier: Apache-2.0
"""What operators get wrong, and what the exporter says about it: one reason, one line in the log."""

import http.server
import socket
import threading
import unittest

from support.exporter import Exporter, run_exporter
from support.page import reasons, value
from support.processes import free_port
from support.redis_servers import RedisServer

FAILED = 'event="scrape failed"'


class BadTargets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.redis = cls.enterClassContext(RedisServer(
            "user limited on >pw +ping", "user off off >pw +@all", password="secret"))

    def fails(self, address, reason, says, *arguments):
        """Two scrapes fail for one reason; the log says so once, in all these words."""
        with self.subTest(address), Exporter(f"--redis.addr={address}", *arguments) as exporter:
            for _ in range(2):
                families = exporter.scrape()
                self.assertEqual(value(families, "redis_up"), 0)
                self.assertEqual(reasons(families), [reason], exporter.log())
                self.assertEqual(value(families, "redis_exporter_scrape_complete"), 0)
                self.assertEqual(value(families, "redis_exporter_last_scrape_error", err=reason), 1)
            self.assertEqual(value(families, "redis_exporter_scrape_failures_total", reason=reason),
                             2)
            (line,) = [line for line in exporter.log().splitlines() if FAILED in line]
            for words in [f'reason="{reason}"', *says]:
                self.assertIn(words, line)
            self.assertNotIn("pw", line.replace("limited:pw", ""))
            self.assertEqual(exporter.get("/-/ready").status, 200)

    def test_passwords(self):
        where = self.redis.address
        self.fails(f"redis://{where}", "auth", ["NOAUTH", "--redis.password"])
        self.fails(f"redis://:wrong@{where}", "auth", ["WRONGPASS", "check user and password"])
        self.fails(f"redis://nobody:secret@{where}", "auth", ["WRONGPASS"])
        self.fails(f"redis://off:pw@{where}", "auth", ["WRONGPASS"])

    def test_a_password_where_none_is_set_does_no_harm(self):
        with RedisServer() as redis, Exporter(f"--redis.addr=redis://:any@{redis.address}") as ours:
            for _ in range(2):
                self.assertEqual(value(ours.scrape(), "redis_up"), 1)
            self.assertEqual(ours.log().count("the server asks for no password"), 1)

    def test_another_user_than_the_one_asked_for_is_no_success(self):
        with RedisServer() as redis:  # whose default user needs no password and would answer INFO
            self.fails(f"redis://nobody:secret@{redis.address}", "auth", ["WRONGPASS"])

    def test_a_user_without_the_right_to_info(self):
        self.redis.command("ACL", "LOG", "RESET")
        self.fails(f"redis://limited:pw@{self.redis.address}", "noperm", ["INFO", "--print-acl"])
        entries = [dict(zip(entry[::2], entry[1::2])) for entry in self.redis.command("ACL", "LOG")]
        refused = {entry["object"]: entry["count"] for entry in entries
                   if entry["username"] == "limited"}
        self.assertEqual(refused, {"info": 1, "client|setname": 1})

    def test_no_connection_left(self):
        with RedisServer() as redis:
            redis.command("CONFIG", "SET", "maxclients", 1)
            self.fails(redis.url, "maxclients", ["CLIENT LIST"])

    def test_nobody_listens(self):
        self.fails(f"redis://127.0.0.1:{free_port()}", "refused", ["check address and port"])

    def test_no_socket_file(self):
        self.fails("unix:///nonexistent/redis.sock", "unreachable",
                   ["/nonexistent/redis.sock", "check the path"])

    def test_a_name_that_does_not_resolve(self):
        self.fails("redis://no-such-host.invalid:6379", "dns", ["no-such-host.invalid", "DNS"])

    def test_http_servers(self):
        with Exporter("--redis.addr=") as other:
            self.fails(f"redis://127.0.0.1:{other.port}", "protocol", ["Redis"])
        server = http.server.HTTPServer(("127.0.0.1", 0), Quiet)
        self.addCleanup(server.server_close)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.shutdown)
        self.fails(f"redis://127.0.0.1:{server.server_port}", "protocol", ["Redis"])

    def test_a_port_that_accepts_and_says_nothing(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            self.fails(f"redis://127.0.0.1:{silent.getsockname()[1]}", "timeout",
                       ["no answer in time"], "--connection-timeout=300ms")


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class ScrapeTargets(unittest.TestCase):
    def asks(self, exporter, query, status, *says):
        with self.subTest(query):
            response = exporter.get(f"/scrape{query}")
            self.assertEqual(response.status, status, response.body)
            for words in says:
                self.assertIn(words, response.body.decode())

    def test_targets_that_are_not_served(self):
        with Exporter("--redis.addr=", "--scrape.allowed-targets=10.0.0.0/8") as exporter:
            self.asks(exporter, "", 400, "'target' parameter must be specified")
            self.asks(exporter, "?target=", 400, "'target' parameter must be specified")
            self.asks(exporter, "?target=http://127.0.0.1", 400, "target:")
            self.asks(exporter, "?target=redis://127.0.0.1:70000", 400, "target:")
            self.asks(exporter, "?target=redis://127.0.0.1:6380", 403,
                      "--scrape.allowed-targets=127.0.0.1:6380")
            # What stands in a URL is a secret: it must not come back.
            for query in "?target=redis://:hush@127.0.0.1:1", "?target=http://:hush@127.0.0.1:1":
                self.assertNotIn(b"hush", exporter.get(f"/scrape{query}").body)
            errors = value(exporter.scrape(), "redis_target_scrape_request_errors_total")
            self.assertEqual(errors, 7)

    def test_the_configured_address_needs_no_list(self):
        with RedisServer() as redis, Exporter(f"--redis.addr={redis.url}") as exporter:
            self.assertEqual(value(exporter.scrape(f"/scrape?target={redis.address}"), "redis_up"),
                             1)
            self.asks(exporter, f"?target=127.0.0.1:{free_port()}", 403, "not allowed")

    def test_the_endpoint_can_be_disabled(self):
        with Exporter("--redis.addr=", "--disable-scrape-endpoint") as exporter:
            self.asks(exporter, "?target=127.0.0.1", 404)

    def test_the_start_up_log_says_what_no_list_means(self):
        with Exporter("--redis.addr=") as exporter:
            self.assertIn("--scrape.allowed-targets", exporter.log())


class BadFlags(unittest.TestCase):
    def refuses(self, arguments, *says, env=None, status=2):
        with self.subTest(arguments=arguments, env=env):
            done = run_exporter(*arguments, env=env)
            self.assertEqual((done.returncode, done.stdout), (status, ""), done.stderr)
            for words in says:
                self.assertIn(words, done.stderr)

    def test_flags(self):
        self.refuses(["--no-such-flag"], "--no-such-flag")
        self.refuses(["--redis.adr=x"], "did you mean --redis.addr?")
        self.refuses(["--redis.addr=ftp://host"], "--redis.addr", "redis://")
        self.refuses(["--connection-timeout=soon"], "--connection-timeout", "soon", "500ms")
        self.refuses(["--connection-timeout=0s"], "1ms to 1h")
        self.refuses(["--log-format=xml"], "--log-format", "txt or json")
        self.refuses(["--web.listen-address=9121"], "--web.listen-address", ":9121")
        self.refuses(["--web.telemetry-path=/scrape"], "--web.telemetry-path")
        self.refuses(["--namespace=a-b"], "--namespace")
        self.refuses(["--scrape.allowed-targets=10.0.0.0/33"], "10.0.0.0/33")
        self.refuses(["--tls-client-cert-file=x"], "--tls-client-key-file", "give both")
        self.refuses(["--no-collector.nothing"], "--no-collector.nothing", "slowlog")
        self.refuses(["--check-keys=dbx=*"], "--check-keys")
        self.refuses(["--check-key-groups=^(.*"], "--check-key-groups", "is not closed")
        self.refuses(["--script=/none.lua"], "--script", "/none.lua")
        self.refuses(["--debug", "false"], "--debug=false")
        self.refuses(["probe"], "one URI must follow")

    def test_the_environment(self):
        self.refuses([], "REDIS_EXPORTER_CONNECTION_TIMEOUT", "soon",
                     env={"REDIS_EXPORTER_CONNECTION_TIMEOUT": "soon"})
        self.refuses([], "REDIS_ADDR", env={"REDIS_ADDR": "ftp://host"})

    def test_all_problems_are_named_at_once(self):
        self.refuses(["--log-format=xml", "--namespace=a-b", "--nothing"],
                     "--log-format", "--namespace", "--nothing")

    def test_a_password_in_a_bad_value_is_not_shown(self):
        done = run_exporter("--redis.addr=ftp://:hush@host", "--redis.user")
        self.assertEqual(done.returncode, 2)
        self.assertNotIn("hush", done.stderr)

    def test_a_port_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            self.refuses(["--redis.addr=", f"--web.listen-address=127.0.0.1:{port}"],
                         f"127.0.0.1:{port}", "the port is in use", "ss -ltnp", status=1)


if __name__ == "__main__":
    unittest.main()
