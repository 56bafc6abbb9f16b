# SPDX-License-Identifier: Apache-2.0
"""An exporter whose door may be shut, and the file that shuts it.

    with WebFile("basic_auth_users: ...") as web, Door(web.flag) as door:
        door.status(headers=login("prometheus"))
"""

import base64
import http.client
import pathlib
import tempfile

from .exporter import Exporter
from .page import by_label

PASSWORD = "open sesame"
# Of the password, with the least and with the usual cost.
QUICK = "$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW"
USUAL = "$2y$10$abcdefghijklmnopqrstuu4SuEsu2LsUrAYUpWQHLMMc4GV5pZTxK"


def login(user, password=PASSWORD):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


class Door(Exporter):
    """An exporter that is ready when it answers, whatever it answers. `tls` is how clients speak to
    it, an ssl.SSLContext."""

    def __init__(self, *arguments, tls=None, **options):
        self.tls = tls
        super().__init__("--redis.addr=", *arguments, **options)

    def connection(self, timeout=30.0, tls=None):
        tls = tls or self.tls
        if tls is None:
            return super().connection(timeout)
        return http.client.HTTPSConnection("localhost", self.port, timeout=timeout, context=tls)

    def status(self, path="/metrics", headers=None, tls=None):
        connection = self.connection(tls=tls)
        try:
            connection.request("GET", path, headers=headers or {})
            return connection.getresponse().status
        finally:
            connection.close()

    def refused(self, headers=None):
        """How many clients were turned away, by reason, but for those that were not."""
        counts = by_label(self.scrape(headers=headers), "redis_exporter_refused_clients_total",
                          "reason")
        return {reason: count for reason, count in counts.items() if count}

    def _is_ready(self):
        try:
            return self.get("/-/ready", timeout=10.0).status in (200, 401, 403)
        except OSError:
            return False


class WebFile:
    """A --web.config.file."""

    def __init__(self, text):
        self._holder = tempfile.TemporaryDirectory(prefix="fleet-web-")
        self.path = pathlib.Path(self._holder.name) / "web.yml"
        self.write(text)

    def write(self, text):
        new = self.path.with_suffix(".new")
        new.write_text(text)
        new.rename(self.path)

    @property
    def flag(self):
        return f"--web.config.file={self.path}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._holder.cleanup()
