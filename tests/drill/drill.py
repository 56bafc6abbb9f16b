# SPDX-License-Identifier: Apache-2.0
"""What a drill is: the servers that it needs, what it breaks, and the alerts that it expects.

Each drill is a redis_group of its own, named after its class, on a network of its own.
"""

import contextlib
import functools
import threading
import time

from support.redis_servers import RedisServer


class Alert:
    """An alert that a drill expects. node: it is about the server `broken` of the drill, or else
    about the group. labels: what else it has; a label that it may have with any value is None.
    passing: it may end before the cure: it tells of an event, or what follows puts an end to it."""

    def __init__(self, severity, name, node=True, passing=False, **labels):
        self.severity, self.name, self.node, self.labels = severity, name, node, labels
        self.passing = passing

    def __str__(self):
        return f"{self.name} {self.severity}"


critical, warning, info = (functools.partial(Alert, severity)
                           for severity in ("critical", "warning", "info"))


class Drill:
    """expects: alerts in the order of the faults: one for each `yield` of faults(), or a tuple of
    several that one fault leads to.

    consequences: other critical alerts of the group that follow from the fault.
    thresholds: limits of the group in the exporter's file. within: seconds until each message.
    ends_alone: there is nothing to cure: what fired ends with its window.
    """

    expects = ()
    consequences = ()
    thresholds = {}
    within = 60
    ends_alone = False
    own_exporter = False  # a page of an exporter of its own is scraped, instead of node by node
    node_timeout = "700ms"

    def __init__(self, number):
        self.name = type(self).__name__
        self.network = f"127.1.{number}"
        self.stack = contextlib.ExitStack()
        self.config = {"groups": []}  # what the drill adds to the exporter's file
        self.broken = None
        self.fleet = self.watched = None  # set when the fleet runs
        self._hosts = 0

    def prepare(self):
        """Starts the servers, and calls group() for what the exporter is to watch."""
        raise NotImplementedError

    def faults(self):
        """Breaks something before each `yield`."""
        raise NotImplementedError

    def cure(self):
        """Mends it all, unless that `ends_alone`."""
        if not self.ends_alone:
            raise NotImplementedError

    def is_about(self, labels):
        """Whether an alert is about this drill's group, a server of its network, or its exporter."""
        places = [labels.get("redis_group", ""), labels.get("instance", "")]
        ours = self.own_exporter and labels.get("instance") == self.watched.address
        return self.name in places or labels.get("job", "").startswith(self.name) or ours or \
            any(place.startswith(f"{self.network}.") for place in places)

    def may_fire(self):
        """Names of the critical alerts that are no surprise."""
        return {*self.consequences, *(alert.name for alert in self.all_expected())}

    @classmethod
    def all_expected(cls):
        return [alert for step in cls.steps() for alert in step]

    @classmethod
    def steps(cls):
        return [step if isinstance(step, tuple) else (step,) for step in cls.expects]

    def jobs(self):
        """Jobs of Prometheus for an exporter of its own."""
        return [{"job_name": self.name, "honor_labels": True,
                 "static_configs": [{"targets": [self.watched.address]}]}]

    def started(self):
        """Called when its exporter runs."""

    # What drills are written with.

    def host(self):
        self._hosts += 1
        return f"{self.network}.{self._hosts}"

    def server(self, *lines, host=None, **options):
        """A server at an address of its own, for which DEBUG is allowed."""
        host = host or self.host()
        return self.stack.enter_context(RedisServer(
            "enable-debug-command yes", "protected-mode no", "repl-diskless-sync-delay 0",
            f"bind-source-addr {host}", f"replica-announce-ip {host}", *lines, host=host, **options))

    def replica(self, master, *lines, **options):
        server = self.server(f"replicaof {master.host} {master.port}", *lines, **options)
        server.wait_for_info("master_link_status", "up", "replication")
        return server

    def group(self, *servers, **keys):
        """The group that the exporter watches: these servers, unless keys say otherwise."""
        if servers:
            keys["nodes"] = [server.address for server in servers]
        if self.thresholds:
            keys["thresholds"] = self.thresholds
        self.config["groups"].append({"name": self.name, **keys})

    def traffic(self, server, step, pause=0.02, connections=1):
        """Calls step(client, number) again and again, until the result's stop() or the end."""
        return self.stack.enter_context(Traffic(server, step, pause, connections))

    def close(self):
        self.stack.close()


class Traffic:
    """Clients in a thread; errors of the server are what some of them are for."""

    def __init__(self, server, step, pause, connections):
        self._server, self._step, self._pause = server, step, pause
        self._end = threading.Event()
        self._threads = [threading.Thread(target=self._run) for _ in range(connections)]
        for thread in self._threads:
            thread.start()

    def _run(self):
        number, client = 0, None
        while not self._end.wait(self._pause):
            try:
                client = client or self._server.client()
                self._step(client, number)
                number += 1
            except Exception as problem:  # refused, closed, or the server is down
                if type(problem).__name__ != "RedisError" and client is not None:
                    client.close()
                    client = None
        if client is not None:
            client.close()

    def stop(self):
        self._end.set()
        for thread in self._threads:
            thread.join()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def pause(seconds):
    """For what takes time to be seen: an uptime, or a share of a window."""
    time.sleep(seconds)
