# SPDX-License-Identifier: Apache-2.0
"""A real Prometheus scrapes the exporter and answers queries, in both ways to configure it."""

import threading
import unittest

from support.exporter import Exporter
from support.processes import free_port
from support.prometheus import Prometheus
from support.redis_servers import RedisServer

# "direct" is the one node of the telemetry path, "targets" the way to several that README shows.
CONFIGURATION = """
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
  - job_name: direct
    static_configs: [{{targets: ["{exporter}"]}}]
  - job_name: targets
    metrics_path: /scrape
    static_configs: [{{targets: ["{first}", "{ending}", "{gone}"]}}]
    relabel_configs:
      - {{source_labels: [__address__], target_label: __param_target}}
      - {{source_labels: [__address__], target_label: instance}}
      - {{target_label: __address__, replacement: "{exporter}"}}
"""


class Traffic(threading.Thread):
    """About 100 GETs a second until stop()."""

    def __init__(self, redis):
        super().__init__()
        self._redis, self._end = redis, threading.Event()
        self.start()

    def run(self):
        with self._redis.client() as client:
            while not self._end.wait(0.01):
                client.command("GET", "key")

    def stop(self):
        self._end.set()
        self.join()


class Scraped(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.first = cls.enterClassContext(RedisServer())
        # Of the two others one ends in a test, and one never was.
        cls.ending = cls.enterClassContext(RedisServer())
        cls.gone = f"127.0.0.1:{free_port()}"
        cls.exporter = cls.enterClassContext(Exporter(
            f"--redis.addr={cls.first.url}", "--scrape.allowed-targets=127.0.0.0/8"))
        cls.prometheus = cls.enterClassContext(Prometheus(CONFIGURATION.format(
            exporter=f"{cls.exporter.host}:{cls.exporter.port}", first=cls.first.address,
            ending=cls.ending.address, gone=cls.gone)))
        traffic = Traffic(cls.first)
        cls.addClassCleanup(traffic.stop)

    def test_every_target_is_up_and_every_server_that_runs(self):
        self.prometheus.becomes("up", lambda found: len(found) == 4
                                and set(found.values()) == {1})
        # A page that takes longer than the second of CONFIGURATION is no page, or not whole.
        self.prometheus.becomes('sum by (instance) (redis_up{job="targets"})',
                                lambda found: len(found) == 3
                                and found[f"instance={self.first.address}"] == 1
                                and found[f"instance={self.gone}"] == 0)
        self.prometheus.becomes(
            f'sum by (reason) (redis_exporter_node_failure{{instance="{self.gone}"}} == 1)',
            lambda found: found == {"reason=refused": 1})

    def test_nothing_is_dropped_from_a_page(self):
        def sent():  # what a server has seen grows
            return sum(len(family.samples) for family in self.exporter.scrape().values())

        self.prometheus.becomes('sum(scrape_samples_scraped{job="direct"})',
                                lambda found: found == {"": sent()})
        # What it says of a series that comes twice, or out of order.
        self.assertNotIn("Error on ingesting", self.prometheus.log())

    def test_rates(self):
        for job in "direct", "targets":
            of_gets = f'sum(rate(redis_commands_total{{cmd="get",job="{job}"}}[5s]))'
            # A scrape that is late puts some of one second into the next.
            self.prometheus.becomes(of_gets, lambda found: 10 < max(found.values()) < 150)

    def test_quantiles_of_a_histogram(self):
        (micros,) = self.prometheus.becomes(
            'histogram_quantile(0.99, sum by (le) '
            '(rate(redis_commands_latencies_usec_bucket{cmd="get",job="direct"}[5s])))',
            lambda found: 0 < max(found.values()) < float("inf")).values()
        self.assertLess(micros, 100000)

    def test_a_server_that_ends_and_comes_back(self):
        up = f'sum(redis_up{{instance="{self.ending.address}"}})'
        self.prometheus.becomes(up, lambda found: found == {"": 1})
        self.ending.stop()
        self.prometheus.becomes(up, lambda found: found == {"": 0})
        self.prometheus.becomes("up", lambda found: set(found.values()) == {1})
        with RedisServer(port=self.ending.port):
            self.prometheus.becomes(up, lambda found: found == {"": 1})


if __name__ == "__main__":
    unittest.main()
