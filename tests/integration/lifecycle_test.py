# SPDX-License-Identifier: Apache-2.0
"""Servers that end, hang and come back; the exporter's own end; what its flags leave out."""

import concurrent.futures
import contextlib
import signal
import time
import unittest

from support import exposition
from support.delaying_proxy import DelayingProxy
from support.exporter import Exporter
from support.page import by_label, reasons, require_complete, value
from support.processes import accepts, wait_until
from support.redis_servers import RedisServer, replica_pair


def timed(call, *arguments):
    start = time.monotonic()
    result = call(*arguments)
    return result, time.monotonic() - start


class TheEnd(unittest.TestCase):
    def test_a_signal_lets_a_scrape_end_first(self):
        for number in signal.SIGTERM, signal.SIGINT:
            with self.subTest(number), RedisServer() as redis, \
                 DelayingProxy(redis.host, redis.port, 400) as proxy, \
                 Exporter(f"--redis.addr={proxy.url}") as exporter, \
                 concurrent.futures.ThreadPoolExecutor() as pool:
                idle = exporter.connection()
                idle.connect()
                scrape = pool.submit(exporter.scrape)
                wait_until(lambda: "name=redis_fleet_exporter" in redis.command("CLIENT", "LIST"),
                           "the scrape to begin")
                code, seconds = timed(exporter.stop, number)
                self.assertEqual(code, 0, exporter.log())
                require_complete(scrape.result())
                self.assertLess(seconds, 9)  # who is idle is not waited for, which would be 10 s
                self.assertFalse(accepts(exporter.host, exporter.port))
                idle.close()

    def test_a_second_exporter_can_listen_at_once(self):
        with Exporter("--redis.addr=") as first:
            first.scrape()
            self.assertEqual(first.stop(), 0)
            with Exporter("--redis.addr=", port=first.port) as second:
                self.assertEqual(second.get("/-/healthy").status, 200)


class Restarts(unittest.TestCase):
    def run_id(self, families):
        return by_label(families, "redis_instance_info", "run_id").popitem()[0]

    def test_a_server_that_was_killed_is_up_in_the_first_scrape_after(self):
        with RedisServer() as redis, Exporter(f"--redis.addr={redis.url}") as exporter:
            first = exporter.scrape()
            require_complete(first)
            redis.stop(signal.SIGKILL)
            down = exporter.scrape()
            self.assertEqual((value(down, "redis_up"), reasons(down)), (0, ["refused"]))
            self.assertIsNone(value(down, "redis_connected_clients"))
            with RedisServer(port=redis.port):
                second = exporter.scrape()
            require_complete(second)
            self.assertNotEqual(self.run_id(first), self.run_id(second))
            self.assertEqual(exporter.log().count("scrape failed"), 1)
            self.assertEqual(exporter.log().count("scrape works again"), 1)

    def test_a_restart_between_two_scrapes_is_not_seen_as_a_failure(self):
        with RedisServer() as redis, Exporter(f"--redis.addr={redis.url}") as exporter:
            first = exporter.scrape()
            redis.stop(signal.SIGKILL)
            with RedisServer(port=redis.port):
                second = exporter.scrape()
            require_complete(second)
            self.assertNotEqual(self.run_id(first), self.run_id(second))
            self.assertEqual(value(second, "redis_exporter_opened_connections_total"), 2)
            self.assertNotIn("scrape failed", exporter.log())

    def test_a_connection_that_the_server_closed_is_replaced(self):
        with RedisServer() as redis, Exporter(f"--redis.addr={redis.url}") as exporter:
            for _ in range(3):
                require_complete(exporter.scrape())
                redis.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
            self.assertNotIn("scrape failed", exporter.log())

    def test_a_failover_is_seen_in_the_next_scrape(self):
        with replica_pair() as (_, replica), Exporter(f"--redis.addr={replica.url}") as exporter:
            self.assertEqual(value(exporter.scrape(), "redis_instance_role", role="replica"), 1)
            replica.command("REPLICAOF", "NO", "ONE")
            promoted = exporter.scrape()
            require_complete(promoted)
            self.assertEqual(value(promoted, "redis_instance_role", role="master"), 1)
            self.assertEqual(value(promoted, "redis_instance_role", role="replica"), 0)
            self.assertNotIn("redis_replication_link_up", promoted)


class Hangs(unittest.TestCase):
    """Between what a scrape may take and what it would take if it were wrong there are seconds, which
    a busy machine may need."""

    def hung(self, exporter, least, most):
        families, seconds = timed(exporter.scrape)
        self.assertEqual((value(families, "redis_up"), reasons(families)), (0, ["timeout"]))
        self.assertGreaterEqual(seconds, least)
        self.assertLess(seconds, most)

    def test_a_hung_server_costs_its_budget_and_then_less(self):
        with RedisServer() as redis, Exporter(f"--redis.addr={redis.url}",
                                              "--connection-timeout=4s") as exporter:
            require_complete(exporter.scrape())
            redis.pause()
            for _ in range(2):
                self.hung(exporter, 3.9, 8)
            for _ in range(2):
                self.hung(exporter, 0.4, 3.8)
            self.assertEqual(exporter.log().count("scrape failed"), 1)
            redis.resume()
            # The first answer gives the whole budget back; it may not come within the short one.
            wait_until(lambda: value(exporter.scrape(), "redis_up") == 1, "an answer")
            require_complete(exporter.scrape())
            redis.pause()
            self.hung(exporter, 3.9, 8)
            redis.resume()

    def test_the_requests_deadline_is_kept_where_it_is_shorter(self):
        with RedisServer() as redis, Exporter(f"--redis.addr={redis.url}") as exporter:
            require_complete(exporter.scrape())
            redis.pause()
            header = {"X-Prometheus-Scrape-Timeout-Seconds": "1"}
            families, seconds = timed(exporter.scrape, "/metrics", header)
            redis.resume()
            self.assertEqual(reasons(families), ["timeout"])
            self.assertGreaterEqual(seconds, 0.7)
            self.assertLess(seconds, 10)  # a node's own budget is longer

    def test_a_hung_target_holds_up_no_other(self):
        with RedisServer() as hung, RedisServer() as well, \
             Exporter("--redis.addr=", "--scrape.allowed-targets=127.0.0.0/8",
                      "--connection-timeout=8s") as exporter, \
             concurrent.futures.ThreadPoolExecutor() as pool:
            hung.pause()
            waiting = pool.submit(exporter.scrape, f"/scrape?target={hung.address}")
            for _ in range(5):
                require_complete(exporter.scrape(f"/scrape?target={well.address}"))
            self.assertFalse(waiting.done())
            self.assertEqual(reasons(waiting.result()), ["timeout"])
            hung.resume()


class Sharing(unittest.TestCase):
    def test_requests_at_once_share_scrapes(self):
        with RedisServer() as redis, Exporter(f"--redis.addr={redis.url}") as exporter, \
             contextlib.ExitStack() as stack:
            require_complete(exporter.scrape())
            before = self.info_calls(redis)
            redis.pause()  # no scrape ends before all have asked
            requests = [stack.enter_context(contextlib.closing(exporter.connection()))
                        for _ in range(20)]
            for request in requests:
                request.request("GET", "/metrics")
            self.assertEqual(exporter.get("/-/healthy").status, 200)  # behind the others
            redis.resume()
            for request in requests:
                require_complete(exposition.parse(request.getresponse().read().decode()))
            # One, and another where some requests came after it had ended; the question is one too.
            self.assertLessEqual(self.info_calls(redis) - before, 3)

    @staticmethod
    def info_calls(redis):
        row = redis.info("commandstats")["cmdstat_info"]
        return int(dict(field.split("=") for field in row.split(","))["calls"])


class Flags(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.redis = cls.enterClassContext(RedisServer())

    def page(self, *arguments, env=None):
        with Exporter(*arguments, env=env) as exporter:
            return exporter.scrape()

    def test_no_address_leaves_the_exporters_own_metrics(self):
        for families in self.page(env={"REDIS_ADDR": ""}), self.page("--redis.addr="):
            self.assertEqual(value(families, "redis_exporter_scrapes_total"), 0)
            self.assertGreater(value(families, "process_resident_memory_bytes"), 0)
            self.assertEqual([name for name in families if not name.startswith(
                ("redis_exporter_", "process_", "redis_target_scrape_request_errors_total"))], [])
            self.assertNotIn("redis_up", families)

    def test_redis_only_metrics(self):
        families = self.page(f"--redis.addr={self.redis.url}", "--redis-only-metrics")
        require_complete(families)
        self.assertEqual([name for name in families if not name.startswith("redis_")], [])
        self.assertNotIn("redis_exporter_build_info", families)

    def test_another_namespace(self):
        families = self.page(f"--redis.addr={self.redis.url}", "--namespace=cache")
        self.assertEqual(value(families, "cache_up"), 1)
        self.assertIn("cache_exporter_build_info", families)
        self.assertEqual([name for name in families
                          if not name.startswith(("cache_", "process_"))], [])

    def test_the_role_on_every_series_of_the_node(self):
        families = self.page(f"--redis.addr={self.redis.url}", "--append-instance-role-label",
                             "--redis-only-metrics")
        plain = self.page(f"--redis.addr={self.redis.url}", "--redis-only-metrics")
        self.assertEqual(value(families, "redis_connected_clients", instance_role="master"),
                         value(plain, "redis_connected_clients"))
        unlabelled = {series.name for family in families.values() for series in family.samples
                      if ("instance_role", "master") not in series.labels}
        with Exporter("--redis.addr=", "--redis-only-metrics") as nobody:
            own = {series.name for family in nobody.scrape().values() for series in family.samples}
        self.assertEqual(unlabelled, own)


if __name__ == "__main__":
    unittest.main()
