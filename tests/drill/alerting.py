# SPDX-License-Identifier: Apache-2.0
"""The project's routes for a real Alertmanager, and what its receivers are sent."""

import collections
import http.server
import json
import threading
import time

from support import alertmanager

# Which receiver hears an alert without a team.
RECEIVERS = {"critical": "page", "warning": "chat", "info": "mail"}
_WAITS = {"group_wait": "200ms", "group_interval": "1s"}

Message = collections.namedtuple("Message", "time receiver status labels annotations")


class Receiver:
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

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def messages(self):
        with self._lock:
            return list(self._messages)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

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
