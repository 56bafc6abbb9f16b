# SPDX-License-Identifier: Apache-2.0
"""Every way to reach a real server: schemes, addresses, passwords, databases, sockets."""

import unittest

from support.exporter import Exporter
from support.page import require_complete, value
from support.redis_servers import RedisServer

NAME = "redis_fleet_exporter"


def exporter_clients(redis):
    """What CLIENT LIST shows of the exporter's connections: a dict for each."""
    lines = redis.command("CLIENT", "LIST").splitlines()
    clients = [dict(field.split("=", 1) for field in line.split()) for line in lines]
    return [client for client in clients if client["name"] == NAME]


class Addresses(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.redis = cls.enterClassContext(RedisServer(unix_socket=True))

    def connects(self, address, redis=None, **fields):
        """Scrapes through `address`; the server's CLIENT LIST shows one client with `fields`."""
        redis = redis or self.redis
        with self.subTest(address), Exporter(f"--redis.addr={address}") as exporter:
            families = exporter.scrape()
            require_complete(families)
            self.assertEqual(value(families, "redis_process_id"), redis.pid)
            (client,) = exporter_clients(redis)
            self.assertEqual({name: client[name] for name in fields}, fields)

    def test_schemes_and_bare_addresses_lead_to_the_server(self):
        for address in (self.redis.url, f"valkey://{self.redis.address}", self.redis.address,
                        f"redis://localhost:{self.redis.port}", f"{self.redis.url}/"):
            self.connects(address, db="0", user="default")

    def test_a_unix_socket(self):
        path = self.redis.socket_path
        self.connects(f"unix://{path}", addr=f"{path}:0", db="0")
        self.connects(f"unix://{path}?db=5", addr=f"{path}:0", db="5")

    def test_ipv6(self):
        with RedisServer(host="::1") as redis:
            for address in f"redis://[::1]:{redis.port}", f"[::1]:{redis.port}":
                self.connects(address, redis, laddr=f"[::1]:{redis.port}")

    def test_a_database_is_selected(self):
        for address in f"{self.redis.url}/3", f"{self.redis.address}/3":
            self.connects(address, db="3")

    def test_the_address_from_the_environment(self):
        with Exporter(env={"REDIS_ADDR": self.redis.url}) as exporter:
            require_complete(exporter.scrape())

    def test_one_connection_serves_all_scrapes(self):
        with Exporter(f"--redis.addr={self.redis.url}") as exporter:
            before = int(self.redis.info("stats")["total_connections_received"])
            for _ in range(20):
                families = exporter.scrape()
            require_complete(families)
            (client,) = exporter_clients(self.redis)
            self.assertEqual(client["user"], "default")
            after = int(self.redis.info("stats")["total_connections_received"])
            self.assertEqual(after - before, 1)
            self.assertEqual(value(families, "redis_exporter_opened_connections_total"), 1)
            self.assertEqual(value(families, "redis_exporter_scrapes_total"), 20)

    def test_without_a_client_name(self):
        with Exporter(f"--redis.addr={self.redis.url}", "--set-client-name=false") as exporter:
            require_complete(exporter.scrape())
            self.assertEqual(exporter_clients(self.redis), [])


class Passwords(unittest.TestCase):
    # Characters that a URI cannot hold as they are.
    PASSWORD = "s3cret/@:%"
    ENCODED = "s3cret%2F%40%3A%25"
    MONITOR = "w0rd"

    @classmethod
    def setUpClass(cls):
        cls.redis = cls.enterClassContext(RedisServer(
            f"user monitor on >{cls.MONITOR} ~* &* +@all", password=cls.PASSWORD))

    def logs_in(self, user, *arguments, env=None):
        with self.subTest(arguments=arguments, env=env), Exporter(*arguments, env=env) as exporter:
            families = exporter.scrape()
            require_complete(families)
            (client,) = exporter_clients(self.redis)
            self.assertEqual(client["user"], user)
            page = exporter.get("/metrics").body.decode()
            for secret in self.PASSWORD, self.ENCODED, self.MONITOR:
                self.assertNotIn(secret, page + exporter.log())

    def test_the_password_of_the_default_user(self):
        address = f"--redis.addr={self.redis.url}"
        self.logs_in("default", f"--redis.addr=redis://:{self.ENCODED}@{self.redis.address}")
        self.logs_in("default", address, f"--redis.password={self.PASSWORD}")
        self.logs_in("default", address, env={"REDIS_PASSWORD": self.PASSWORD})
        self.logs_in("default", f"--redis.addr=redis://default:{self.ENCODED}@{self.redis.address}")

    def test_a_user_with_a_password(self):
        address = f"--redis.addr={self.redis.url}"
        uri = f"redis://monitor:{self.MONITOR}@{self.redis.address}"
        self.logs_in("monitor", f"--redis.addr={uri}")
        self.logs_in("monitor", env={"REDIS_ADDR": uri})
        self.logs_in("monitor", address, "--redis.user=monitor", f"--redis.password={self.MONITOR}")
        self.logs_in("monitor", address, env={"REDIS_USER": "monitor",
                                              "REDIS_PASSWORD": self.MONITOR})

    def test_the_uri_wins_over_the_flags(self):
        self.logs_in("monitor", f"--redis.addr=redis://monitor:{self.MONITOR}@{self.redis.address}",
                     "--redis.user=default", "--redis.password=wrong")

    def test_a_listed_target_gets_the_flags_password(self):
        with Exporter("--redis.addr=", f"--redis.password={self.PASSWORD}",
                      "--scrape.allowed-targets=127.0.0.0/8") as exporter:
            require_complete(exporter.scrape(f"/scrape?target={self.redis.url}"))

    def test_what_only_a_star_lets_in_gets_no_password(self):
        with Exporter("--redis.addr=", f"--redis.password={self.PASSWORD}",
                      "--scrape.allowed-targets=*") as exporter:
            families = exporter.scrape(f"/scrape?target={self.redis.url}")
            self.assertEqual(value(families, "redis_up"), 0)
            self.assertEqual(value(families, "redis_exporter_node_failure", reason="auth"), 1)
            self.assertIn("NOAUTH", exporter.log())


if __name__ == "__main__":
    unittest.main()
