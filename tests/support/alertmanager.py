# SPDX-License-Identifier: Apache-2.0
"""A real Alertmanager, the project's configuration for it, and what takes its messages."""

import base64
import datetime
import email
import email.policy
import http.server
import json
import pathlib
import shutil
import socketserver
import tempfile
import urllib.request

import yaml

from .loopback_server import LoopbackServer
from .processes import Program, free_port, is_ready

DEPLOY = pathlib.Path(__file__).resolve().parents[2] / "deploy/alertmanager"
SECRETS = {"smtp_password": "of-smtp", "slack_url": "", "events_token": "of-events"}


def configuration():
    """deploy/alertmanager/alertmanager.yml, as values."""
    return yaml.safe_load((DEPLOY / "alertmanager.yml").read_text())


def alert(alertname, severity="critical", annotations=None, **labels):
    return {"labels": {"alertname": alertname, "severity": severity, **labels},
            "annotations": annotations or {},
            "generatorURL": "http://prometheus.internal:9090/graph?g0.expr=redis_up+%3D%3D+0"}


def resolved(fired):
    now = datetime.datetime.now(datetime.timezone.utc)
    return {**fired, "endsAt": now.isoformat()}


class Alertmanager(Program):
    """configuration: text, or values. `folder` is its own, with our templates in it."""

    def __init__(self, configuration):
        self._holder = tempfile.TemporaryDirectory(prefix="fleet-alertmanager-")
        folder = pathlib.Path(self._holder.name)
        shutil.copytree(DEPLOY / "templates", folder / "templates")
        if not isinstance(configuration, str):
            configuration = yaml.safe_dump(configuration)
        (folder / "alertmanager.yml").write_text(configuration)
        self.url = f"http://127.0.0.1:{free_port()}"
        super().__init__(
            ["prometheus-alertmanager", f"--config.file={folder}/alertmanager.yml",
             f"--storage.path={folder}/data", "--log.level=debug", "--cluster.listen-address=",
             f"--web.listen-address={self.url.removeprefix('http://')}"],
            answers=lambda: is_ready(self.url), folder=folder)

    def post(self, *alerts):
        request = urllib.request.Request(
            f"{self.url}/api/v2/alerts", data=json.dumps(alerts).encode(),
            headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30):
            pass

    def alerts(self):
        with urllib.request.urlopen(f"{self.url}/api/v2/alerts", timeout=30) as answer:
            return json.load(answer)

    def close(self):
        super().close()
        self._holder.cleanup()


class _Sink(LoopbackServer):
    """`received` is what came, in order."""

    def __init__(self, handler, **options):
        self.received = []
        super().__init__(handler, **options)
        self._server.received = self.received


class _Posted(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, self.headers.get("Authorization"),
                                     json.loads(body)))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


class HttpSink(_Sink):
    """Takes POSTs: (path, Authorization or None, the JSON of the body)."""

    def __init__(self):
        super().__init__(_Posted)


class _Mailed(socketserver.StreamRequestHandler):
    def handle(self):
        credentials, recipients = None, []
        self._say("220 sink")
        while line := self.rfile.readline().decode().strip():
            verb = line.split(" ")[0].split(":")[0].upper()
            if verb == "EHLO":
                self._say("250-sink\r\n250 AUTH PLAIN")
            elif verb == "AUTH":
                credentials = base64.b64decode(line.split(" ")[2]).decode().split("\0")[1:]
                self._say("235 accepted")
            elif verb == "DATA":
                self._say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.received.append((credentials, recipients, email.message_from_bytes(
                    b"".join(lines), policy=email.policy.default)))
                self._say("250 kept")
            elif verb == "QUIT":
                return self._say("221 bye")
            else:
                if verb == "RCPT":
                    recipients.append(line.split("<")[1].split(">")[0])
                self._say("250 ok")

    def _say(self, line):
        self.wfile.write(f"{line}\r\n".encode())


class SmtpSink(_Sink):
    """Takes mail: ([user, password] or None, recipients, the message)."""

    def __init__(self):
        super().__init__(_Mailed, server=socketserver.ThreadingTCPServer)


def led_to(http_sink, smtp_sink, folder):
    """Our configuration, without waits, whose messages and secrets are the test's."""
    secrets = pathlib.Path(folder)
    for name, text in {**SECRETS, "slack_url": f"http://{http_sink.address}/slack"}.items():
        (secrets / name).write_text(text)
    text = (DEPLOY / "alertmanager.yml").read_text()
    for written, ours in [("/etc/prometheus/secrets", str(secrets)),
                          ("https://events.internal", f"http://{http_sink.address}"),
                          ("sachet.internal:9876", f"{http_sink.address}/sachet"),
                          ("dingtalk.internal:8060", http_sink.address),
                          ("smtp.internal:587", smtp_sink.address),
                          # The sink speaks no TLS; Alertmanager asks for it unless told not to.
                          ("global:\n", "global:\n  smtp_require_tls: false\n"),
                          ("group_wait: 30s", "group_wait: 300ms"),
                          ("group_wait: 10s", "group_wait: 300ms"),
                          ("group_interval: 5m", "group_interval: 1s")]:
        if written not in text:
            raise AssertionError(f"alertmanager.yml has no {written!r} any more")
        text = text.replace(written, ours)
    return text
