# SPDX-License-Identifier: Apache-2.0
"""Servers that end, hang, restart, load or refuse us, and groups that lose their master or vanish."""

import signal
import threading

from .drill import Drill, critical, warning


class ReplicaKilled(Drill):
    """A replica is killed."""

    expects = ((critical("RedisDown"), warning("RedisGroupNodesMissing", node=False)),)

    def prepare(self):
        master = self.server()
        self.broken = self.replica(master)
        self.group(master, self.broken)

    def faults(self):
        self.broken.stop(signal.SIGKILL)
        yield

    def cure(self):
        self.broken.start()


class ServerHangs(Drill):
    """The only server of a group is stopped: it takes connections, and answers nothing."""

    expects = ((critical("RedisDown"), critical("RedisGroupWithoutMaster", node=False)),)

    def prepare(self):
        self.broken = self.server()
        self.group(self.broken)

    def faults(self):
        self.broken.pause()
        yield

    def cure(self):
        self.broken.resume()


class PasswordChanged(Drill):
    """A server has another password than the exporter."""

    expects = (critical("RedisDown"),)
    consequences = ("RedisGroupWithoutMaster",)

    def prepare(self):
        self.broken = self.server(password="right")
        self.config["credentials"] = {self.name: {"password": "right"}}
        self.group(self.broken, credentials=self.name)

    def faults(self):
        self.broken.command("CONFIG", "SET", "requirepass", "another")
        self.broken.command("CLIENT", "KILL", "SKIPME", "yes")
        yield

    def cure(self):
        self.broken.command("CONFIG", "SET", "requirepass", "right")


class RestartLoop(Drill):
    """A server is killed and started, again and again."""

    expects = ((warning("RedisRestarted"), critical("RedisRestartLoop")),)
    consequences = ("RedisDown", "RedisGroupWithoutMaster")
    thresholds = {"restarts": {"critical": 1}}
    _PAUSE = 2.5  # seconds: its uptime is told in whole ones

    def prepare(self):
        self.broken = self.server()
        self.group(self.broken)
        self.over = threading.Event()
        self.restarts = threading.Thread(target=self._restart)

    def faults(self):
        self.stack.callback(self.cure)
        self.restarts.start()
        yield

    def cure(self):
        self.over.set()
        self.restarts.join()

    def _restart(self):
        while not self.over.wait(self._PAUSE):
            self.broken.stop(signal.SIGKILL)
            self.broken.start()


class NoMaster(Drill):
    """A master is made a replica of its own replica."""

    expects = (critical("RedisGroupWithoutMaster", node=False),)

    def prepare(self):
        self.broken = self.server()
        self.other = self.replica(self.broken)
        self.group(self.broken, self.other)

    def faults(self):
        self.broken.command("REPLICAOF", self.other.host, self.other.port)
        yield

    def cure(self):
        self.broken.command("REPLICAOF", "NO", "ONE")


class GroupVanishes(Drill):
    """A group is taken out of the exporter's file."""

    # Prometheus takes over what /sd lists every 5 s: until then it asks for what is gone, which the
    # exporter refuses. The alert waits for 2 minutes, which are 2 s here.
    consequences = ("RedisTargetDown",)
    expects = (critical("RedisGroupVanished", node=False),)

    def prepare(self):
        self.group(self.server())

    def faults(self):
        self.listed, self.config["groups"] = self.config["groups"], []
        self.watched.reload()
        yield

    def cure(self):
        self.config["groups"] = self.listed
        self.watched.reload()


class LoadsLong(Drill):
    """A server restarts with data that it loads slowly."""

    expects = (warning("RedisLoadingLong"),)
    thresholds = {"loading_seconds": {"warning": 2}}

    def prepare(self):
        # A millisecond for each key; clients are answered meanwhile, as with large files.
        self.broken = self.server("key-load-delay 1000",
                                  "loading-process-events-interval-bytes 1024")
        self.broken.command("DEBUG", "POPULATE", 60000)
        self.broken.command("SAVE")
        self.group(self.broken)

    def faults(self):
        self.broken.stop(signal.SIGKILL)
        self.broken.start()
        yield

    def cure(self):
        self.broken.command("CONFIG", "SET", "key-load-delay", 0)


class ScrapeDenied(Drill):
    """The exporter's user loses the right to a command."""

    expects = (warning("RedisScrapeIncomplete"),)

    def prepare(self):
        self.broken = self.server("user watcher on >secret ~* &* +@all")
        self.config["credentials"] = {self.name: {"username": "watcher", "password": "secret"}}
        self.group(self.broken, credentials=self.name)

    def faults(self):
        self.broken.command("ACL", "SETUSER", "watcher", "-slowlog")
        yield

    def cure(self):
        self.broken.command("ACL", "SETUSER", "watcher", "+slowlog")


DRILLS = [ReplicaKilled, ServerHangs, PasswordChanged, RestartLoop, NoMaster, GroupVanishes,
          LoadsLong, ScrapeDenied]
