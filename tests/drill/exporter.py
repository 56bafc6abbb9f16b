# SPDX-License-Identifier: Apache-2.0
"""The exporter dies, is slow, blind or partial; each time one of the drill's own."""

import json
import signal

from .drill import Drill, critical, info, warning


class _OfExporter(Drill):
    """A server, and an exporter that is what breaks."""

    own_exporter = True

    def prepare(self):
        self.redis = self.server()
        self.group(self.redis)

    def started(self):
        self.broken = self.watched


class ExporterKilled(_OfExporter):
    """An exporter is killed whose page has all nodes."""

    expects = (critical("RedisExporterDown", redis_group=False),)
    consequences = ("RedisGroupVanished",)

    def faults(self):
        self.watched.exporter.stop(signal.SIGKILL)
        yield

    def cure(self):
        self.watched.exporter.start()


class TargetUnanswered(_OfExporter):
    """An exporter is killed that answers for each node by itself."""

    expects = (critical("RedisTargetDown"),)
    consequences = ("RedisGroupVanished",)

    def jobs(self):
        return [{"job_name": self.name, "http_sd_configs": [
            {"url": f"http://{self.watched.address}/sd", "refresh_interval": "1s"}]}]

    def started(self):
        self.broken = self.redis

    def faults(self):
        self.watched.exporter.stop(signal.SIGKILL)
        yield

    def cure(self):
        self.watched.exporter.start()


class NodeNotScraped(_OfExporter):
    """Prometheus has an old list of targets, in which a node is missing."""

    expects = (warning("RedisNodesNotScraped", node=False),)

    def jobs(self):
        self.folder = self.redis.folder
        self._list(self.redis)
        return [{"job_name": f"{self.name}-groups", "metrics_path": "/metrics/fleet",
                 "honor_labels": True, "static_configs": [{"targets": [self.watched.address]}]},
                {"job_name": self.name, "metrics_path": "/scrape",
                 "file_sd_configs": [{"files": [f"{self.folder}/targets.json"]}],
                 "relabel_configs": [
                     {"source_labels": ["__address__"], "target_label": "__param_target"},
                     {"source_labels": ["__address__"], "target_label": "instance"},
                     {"target_label": "__address__", "replacement": self.watched.address}]}]

    def faults(self):
        self._list()
        yield

    def cure(self):
        self._list(self.redis)

    def _list(self, *servers):
        fresh = self.folder / "targets.new"
        fresh.write_text(json.dumps([{"targets": [server.address for server in servers],
                                      "labels": {"redis_group": self.name}}]))
        fresh.rename(self.folder / "targets.json")


class TargetVanishes(NodeNotScraped):
    """A file of targets loses one of two servers, and nobody else lists them."""

    expects = (warning("RedisTargetVanished"),)

    def prepare(self):
        self.redis, self.other = self.server(), self.server()
        self.group(self.redis, self.other)

    def jobs(self):
        return super().jobs()[1:]

    def started(self):
        self.broken = self.redis

    def _list(self, *servers):
        super()._list(self.other, *servers)


class ReloadFails(_OfExporter):
    """The exporter's file is broken, and read again."""

    expects = (warning("RedisExporterReloadFailed", redis_group=False),)

    def faults(self):
        self.watched.reload("groups: [\n")
        yield

    def cure(self):
        self.watched.reload()


class PageTruncated(_OfExporter):
    """A server has more clients than the exporter was told to list."""

    expects = (info("RedisMetricsTruncated", collector="client_list"),)

    def prepare(self):
        super().prepare()
        self.config["collectors"] = {"client_list": {"enabled": True, "limit": 10}}

    def started(self):
        self.broken = self.redis

    def faults(self):
        self.clients = [self.redis.client() for _ in range(20)]
        yield

    def cure(self):
        for client in self.clients:
            client.close()


class CheckFails(_OfExporter):
    """Keys are counted by a user who loses the right to walk through them."""

    expects = (warning("RedisCheckFailed", check=None),)

    def prepare(self):
        self.redis = self.server("user watcher on >secret ~* &* +@all")
        self.redis.command("DEBUG", "POPULATE", 100)
        self.config["credentials"] = {self.name: {"username": "watcher", "password": "secret"}}
        self.group(self.redis, credentials=self.name, checks={"count_keys": ["key:*"]})

    def started(self):
        self.broken = self.redis

    def faults(self):
        self.redis.command("ACL", "SETUSER", "watcher", "-scan")
        yield

    def cure(self):
        self.redis.command("ACL", "SETUSER", "watcher", "+scan")
        self.watched.reload()  # or else what was refused is asked for again within an hour


DRILLS = [ExporterKilled, TargetUnanswered, NodeNotScraped, TargetVanishes, ReloadFails,
          PageTruncated, CheckFails]
