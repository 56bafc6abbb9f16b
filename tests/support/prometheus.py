# SPDX-License-Identifier: Apache-2.0
"""A real Prometheus that scrapes as its configuration says."""

import contextlib
import json
import pathlib
import re
import signal
import tempfile
import urllib.parse
import urllib.request

from .busy_machine import PATIENCE
from .processes import Program, free_port, is_ready, wait_until


class Prometheus(Program):
    def __init__(self, configuration, beside=None, data=None, flags=(), program="prometheus"):
        """beside: texts of files that the configuration names, by their path from it. data: a
        folder with blocks, or a new one. program: another than the installed Prometheus."""
        self._holder = tempfile.TemporaryDirectory(prefix="fleet-prometheus-")
        folder = self._holder.name
        for name, text in {**(beside or {}), "prometheus.yml": configuration}.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        self.url = f"http://127.0.0.1:{free_port()}"
        super().__init__(
            [program, f"--config.file={folder}/prometheus.yml",
             f"--storage.tsdb.path={data or folder + '/data'}", "--log.level=warn",
             f"--web.listen-address={self.url.removeprefix('http://')}", *flags],
            answers=lambda: is_ready(self.url), folder=folder, name="prometheus")

    def forget_targets(self):
        """Its jobs, whose targets are each in one line, have none any more. Without the jobs it would go on
        telling `up` of them for five minutes."""
        path = self.folder / "prometheus.yml"
        path.write_text(re.sub(r"\w+_configs: \[.*\]", "static_configs: []", path.read_text()))
        self.send_signal(signal.SIGHUP)

    @contextlib.contextmanager
    def without(self, instance):
        """It does not reach this target of its first job any more, whose targets are in one line."""
        path = self.folder / "prometheus.yml"
        before = path.read_text()
        elsewhere = (f'    relabel_configs: [{{source_labels: [instance], regex: "{instance}",'
                     f' target_label: __address__, replacement: "127.0.0.1:1"}}]\n')
        path.write_text(re.sub(r" *\w+_configs: \[.*\]\n", lambda found: found[0] + elsewhere, before, count=1))
        self.send_signal(signal.SIGHUP)
        yield
        path.write_text(before)
        self.send_signal(signal.SIGHUP)

    def vector(self, expression):
        """An instant vector: a list of (labels, value)."""
        result = self.api("query?" + urllib.parse.urlencode({"query": expression}))["result"]
        return [(row["metric"], float(row["value"][1])) for row in result]

    def api(self, path):
        """The data of an answer of /api/v1/."""
        with urllib.request.urlopen(f"{self.url}/api/v1/{path}", timeout=30) as answer:
            return json.load(answer)["data"]

    def query(self, expression):
        """The values of an instant vector, by its labels as text."""
        return {", ".join(f"{name}={value}" for name, value in sorted(labels.items())): value
                for labels, value in self.vector(expression)}

    def becomes(self, expression, condition, timeout=PATIENCE):
        """Waits until a query has an answer that fits `condition`, and returns it."""
        return wait_until(lambda: (found := self.query(expression)) and condition(found) and found,
                          expression, timeout, pause=0.2)

    def close(self):
        super().close()
        self._holder.cleanup()
