# SPDX-License-Identifier: Apache-2.0
"""Clients that fill a server, are refused, wait, or come anew each time."""

from support.newer_servers import newer_server

from .drill import Drill, critical, info, warning


class ClientsFill(Drill):
    """Clients connect and stay, nearly until maxclients."""

    expects = ((info("RedisManyClients"), warning("RedisClientsAlmostFull")),
               critical("RedisClientsAlmostFull"))
    thresholds = {"connected_clients": {"info": 20}, "clients_ratio": {"warning": 0.6}}

    def prepare(self):
        self.broken = self.server("maxclients 100")
        self.group(self.broken)
        self.clients = []

    def faults(self):
        for share in 0.7, 0.97:
            while int(self.broken.info("clients")["connected_clients"]) < share * 100:
                self.clients.append(self.broken.client())
            yield

    def cure(self):
        for client in self.clients:
            client.close()


class ClientsRefused(Drill):
    """More clients connect than maxclients: now and then, and then many a second."""

    expects = (warning("RedisConnectionsRejected"), critical("RedisConnectionsRejected"))
    consequences = ("RedisClientsAlmostFull",)

    def prepare(self):
        self.broken = self.server("maxclients 30")
        self.group(self.broken)
        self.clients = []

    def faults(self):
        # The server's own connections stay: ours, and the exporter's.
        for _ in range(30 - int(self.broken.info("clients")["connected_clients"])):
            self.clients.append(self.broken.client())
        for pause in 1, 0.02:
            self.refused = self.traffic(self.broken, self._knock, pause)
            yield
            self.refused.stop()

    def cure(self):
        self.refused.stop()
        for client in self.clients:
            client.close()

    def _knock(self, client, number):
        raise AssertionError("a server that is full took a client")


class ConnectionsChurn(Drill):
    """Clients connect for each command."""

    expects = (info("RedisConnectionChurn"),)
    thresholds = {"connections_per_second": {"info": 5}}

    def prepare(self):
        self.broken = self.server()
        self.group(self.broken)

    def faults(self):
        self.short = self.traffic(self.broken, lambda client, number: client.command("QUIT"))
        yield

    def cure(self):
        self.short.stop()


class SubscriberTooSlow(Drill):
    """A subscriber does not read what is published, until the server closes its connection."""

    expects = (warning("RedisOutputBufferLimitHit"),)
    ends_alone = True  # it is told for a while

    def prepare(self):
        # The counter is newer than Debian 12's server.
        self.broken = self.stack.enter_context(newer_server(
            "redis-8.0", "client-output-buffer-limit pubsub 1mb 0 0", "protected-mode no",
            host=self.host()))
        self.group(self.broken)

    def faults(self):
        with self.broken.client() as subscriber:
            subscriber.send("SUBSCRIBE", "news")
            while self.broken.command("PUBLISH", "news", b"x" * (1 << 20)) or not self._closed():
                pass
        yield

    def _closed(self):
        return self.broken.info("stats")["client_output_buffer_limit_disconnections"] != "0"


DRILLS = [ClientsFill, ClientsRefused, ConnectionsChurn, SubscriberTooSlow]
