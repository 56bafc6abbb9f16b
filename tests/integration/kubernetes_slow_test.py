# SPDX-License-Identifier: Apache-2.0
"""deploy/prometheus/kubernetes.yml in a Prometheus that has Kubernetes, Debian 13's.

The API server is one of the test, which lists pods as the real one does, and says nothing to a
watch.
"""

import http.server
import json
import threading
import unittest

from support.exporter import Exporter
from support.loopback_server import LoopbackServer
from support.newer_monitoring import newer
from support.prometheus import Prometheus
from support.prometheus_files import read, rules
from support.redis_servers import RedisServer

SCRAPED = {"prometheus.io/scrape": "true"}


def pod(name, port, labels=None, annotations=None, namespace="shop", phase="Running"):
    """A Redis with the exporter beside it."""
    def container(name, port_name, number):
        return {"name": name, "image": f"{name}:1",
                "ports": [{"name": port_name, "containerPort": number, "protocol": "TCP"}]}

    return {"metadata": {"name": name, "namespace": namespace, "uid": name,
                         "labels": labels or {}, "annotations": annotations or {}},
            "spec": {"nodeName": "node-1", "containers": [
                container("redis", "redis", 6379), container("exporter", "metrics", port)]},
            "status": {"phase": phase, "podIP": "127.0.0.1", "hostIP": "127.0.0.1",
                       "conditions": [{"type": "Ready", "status": "True"}]}}


class ApiServer(LoopbackServer):
    """Answers lists of pods with `pods`."""

    def __init__(self, pods):
        answer = json.dumps({"kind": "PodList", "apiVersion": "v1",
                             "metadata": {"resourceVersion": "1"}, "items": pods}).encode()
        ended = self._ended = threading.Event()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200 if self.path.startswith("/api/v1/pods?") else 404)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                if "watch=" in self.path:
                    ended.wait()
                else:
                    self.wfile.write(answer)

            def log_message(self, *_):
                pass

        super().__init__(Handler)

    def __exit__(self, *_):
        self._ended.set()
        super().__exit__()


class Kubernetes(unittest.TestCase):
    def test_pods_become_nodes_with_group_and_team(self):
        with RedisServer() as redis, Exporter(f"--redis.addr={redis.url}") as exporter:
            carts = {"app.kubernetes.io/instance": "carts"}
            with ApiServer([
                    pod("carts-0", exporter.port, {**carts, "team": "web"}, SCRAPED),
                    pod("carts-0", exporter.port, carts, SCRAPED, namespace="test"),
                    pod("single-0", exporter.port, annotations=SCRAPED),
                    pod("carts-2", exporter.port, carts),
                    pod("carts-3", exporter.port, carts, SCRAPED, phase="Succeeded")]) as api:
                text = read("kubernetes.yml",
                            ("- role: pod", f"- role: pod\n        api_server: {api.url}"))
                with Prometheus(text, rules(), program=newer("prometheus")) as prometheus:
                    found = prometheus.becomes("redis_up", lambda found: len(found) >= 3)
                    found = {frozenset(labels.items())
                             for labels, _ in prometheus.vector("redis_up == 1")}
                    here = {"__name__": "redis_up", "job": "redis"}
                    self.assertEqual(found, {frozenset(
                        {**here, "instance": f"{labels['namespace']}/{labels['pod']}",
                         **labels}.items()) for labels in [
                        {"pod": "carts-0", "namespace": "shop", "redis_group": "shop/carts",
                         "team": "web"},
                        {"pod": "carts-0", "namespace": "test", "redis_group": "test/carts"},
                        {"pod": "single-0", "namespace": "shop"}]})


if __name__ == "__main__":
    unittest.main()
