# SPDX-License-Identifier: Apache-2.0
"""Prints what Alertmanager sends to a webhook, alert by alert."""

import http.server
import json


class Messages(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self._answer()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        for alert in json.loads(body)["alerts"]:
            labels, texts = alert["labels"], alert["annotations"]
            print(f"{alert['status'].upper()} {labels['severity']} {labels['alertname']}:",
                  " ".join(texts["description"].split()), texts["runbook_url"], flush=True)
        self._answer()

    def _answer(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("", 8080), Messages).serve_forever()
