# SPDX-License-Identifier: Apache-2.0
"""The exporter under test, and its peer (Debian's prometheus-redis-exporter), as programs.

    with Exporter(f"--redis.addr={redis.url}") as exporter:
        status, headers, body = exporter.get("/metrics")
"""

import collections
import gzip
import http.client
import os
import pathlib
import subprocess

from . import exposition
from .busy_machine import LIMITS, PATIENCE
from .processes import Program, free_port

Response = collections.namedtuple("Response", "status headers body")

_TOP = pathlib.Path(__file__).resolve().parents[2]


def exporter_path():
    """$EXPORTER, or the release build."""
    return os.environ.get("EXPORTER", str(_TOP / "build/release/redis_fleet_exporter"))


def run_exporter(*arguments, env=None, timeout=PATIENCE):
    """Runs the exporter to its end, for what it does instead of serving: a CompletedProcess."""
    return subprocess.run([exporter_path(), *map(str, arguments)], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=timeout,
                          env={**os.environ, **LIMITS, **(env or {})})


class Exporter(Program):
    """Ours, on a free loopback port, ready. patient: nodes have more time than without a word about
    it; a flag of a test wins over that, and a configuration file does not."""

    ready_path = "/-/ready"

    def __init__(self, *arguments, env=None, port=None, timeout=PATIENCE, patient=True):
        self.host = "127.0.0.1"
        self.port = port or free_port()
        super().__init__([self.program(), f"--web.listen-address={self.host}:{self.port}",
                          *arguments], answers=self._is_ready, timeout=timeout,
                         env={**(LIMITS if patient else {}), **(env or {})},
                         name=type(self).__name__.lower())

    @staticmethod
    def program():
        return exporter_path()

    @property
    def url(self):
        return f"http://{self.host}:{self.port}"

    def connection(self, timeout=30.0):
        """A kept HTTP connection."""
        return http.client.HTTPConnection(self.host, self.port, timeout=timeout)

    def get(self, path, headers=None, timeout=30.0, method="GET"):
        """status, headers (an email.message.Message: case does not matter), body (bytes)."""
        connection = self.connection(timeout)
        try:
            connection.request(method, path, headers=headers or {})
            response = connection.getresponse()
            return Response(response.status, response.headers, response.read())
        finally:
            connection.close()

    def reload(self):
        """The answer to POST /-/reload."""
        return self.get("/-/reload", method="POST")

    def scrape(self, path="/metrics", headers=None):
        """The families of a page that must be 200; see exposition.parse()."""
        status, response_headers, body = self.get(path, headers)
        if response_headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        if status != 200:
            raise AssertionError(f"{path} answered {status}: {body[:500]!r}")
        return exposition.parse(body.decode())

    def _is_ready(self):
        try:
            return self.get(self.ready_path, timeout=10.0).status == 200
        except OSError:
            return False


class Peer(Exporter):
    """Debian's prometheus-redis-exporter, with the same interface."""

    ready_path = "/health"

    @staticmethod
    def program():
        return "prometheus-redis-exporter"
