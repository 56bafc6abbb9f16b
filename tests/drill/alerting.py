# SPDX-License-Identifier: Apache-2.0
"""The project's routes for a real Alertmanager, and what its receivers are sent."""

import collections
import http.server
import json
import threading
import time

from support import alertmanager
from support.loopback_server import LoopbackServer

# Which receiver hears an alert without a team.
RECEIVERS = {"critical": "page", "warning": "chat", "info": "mail"}
_WAITS = {"group_wait": "200ms", "group_interval": "1s"}

Message = collections.namedtuple("Message", "time receiver status labels annotations")


class Receiver(LoopbackServer):
    """Takes what every receiver is sent, at /NAME."""

    def __init__(self):
        self._messages, self._lock = [], threading.Lock()
        take = self._take

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                take(self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        super().__init__(Handler)

    def messages(self):
        with self._lock:
            return list(self._messages)

    def _take(self, path, body):
        now = time.monotonic()
        with self._lock:
            self._messages += [Message(now, path.strip("/"), alert["status"], alert["labels"],
                                       alert["annotations"]) for alert in body["alerts"]]


def configuration(receiver_url):
    """The project's routes and inhibitions; all receivers are ours, and waits are short."""
    given = alertmanager.configuration()
    routes = [given["route"]]
    while routes:
        route = routes.pop()
        route.update({name: wait for name, wait in _WAITS.items() if name in route})
        routes += route.get("routes", [])
    return {"route": given["route"], "inhibit_rules": given.get("inhibit_rules", []),
            "receivers": [{"name": one["name"], "webhook_configs": [
                {"url": f"{receiver_url}/{one['name']}", "send_resolved": True}]}
                for one in given["receivers"]]}
