# SPDX-License-Identifier: Apache-2.0
"""Clients that mean harm, all kinds at once, beside one that scrapes: it gets every page, and the
exporter's memory stays bounded. How much slower it is, is printed: that depends on the machine.

Without TLS, and with TLS and a password."""

import contextlib
import multiprocessing
import os
import random
import resource
import socket
import statistics
import threading
import time
import unittest

from support.certificates import Certificates
from support.exporter import Exporter
from support.redis_servers import RedisServer
from support.web_door import USUAL, Door, WebFile, login

CONNECTIONS = 2000
SECONDS = 6
PAUSE = 0.02  # between scrapes, quiet or not: one right after another finds its caches warm
# Bytes of resident memory: 512 connections, each with its header, or with OpenSSL's buffers.
MOST_GROWN, MOST_GROWN_TLS = 32 << 20, 128 << 20


class Attack(threading.Thread):
    """Does one thing again and again until it is stopped, from a port of its own each time."""

    def __init__(self, port, act):
        super().__init__(daemon=True)
        self.port, self.act, self.times = port, act, 0
        self.end = threading.Event()
        self.start()

    def run(self):
        while not self.end.is_set():
            with contextlib.suppress(OSError):
                with socket.create_connection(("127.0.0.1", self.port), timeout=5) as client:
                    self.act(client)
            self.times += 1

    def stop(self):
        self.end.set()
        self.join(timeout=30)


def drain(client):
    with contextlib.suppress(OSError):
        while client.recv(1 << 16):
            pass


def pipelined_garbage(client):
    dice = random.Random(7)
    client.sendall(b"".join(b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n" % bytes(
        dice.choices(range(33, 127), k=20)).replace(b"%", b"-") for _ in range(50)))
    client.sendall(dice.randbytes(10_000))
    drain(client)


def large_header(client):
    client.sendall(b"GET / HTTP/1.1\r\nX: " + b"a" * (1 << 20))
    drain(client)


def wrong_tls(client):
    client.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + random.Random(7).randbytes(400))
    client.shutdown(socket.SHUT_WR)
    drain(client)


def aborted(client):
    client.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset


class Guesses:
    """A password a time, each another one."""

    def __init__(self, tls):
        self.tls, self.count = tls, 0

    def __call__(self, client):
        self.count += 1
        with self.tls.wrap_socket(client, server_hostname="localhost") as secure:
            (value,) = login("prometheus", f"guess {self.count}").values()
            secure.sendall(b"GET /metrics HTTP/1.0\r\nAuthorization: %s\r\n\r\n" % value.encode())
            drain(secure)


class Crowd:
    """Connections that say nothing, or a byte now and then; who is cut off comes again."""

    def __init__(self, port, count):
        self.port, self.clients = port, [None] * count
        self.end = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        dice = random.Random(7)
        while not self.end.is_set():
            for place, client in enumerate(self.clients):
                if self.end.is_set():
                    break
                with contextlib.suppress(OSError):
                    if client is None:
                        client = socket.create_connection(("127.0.0.1", self.port), timeout=1)
                        client.setblocking(False)
                        self.clients[place] = client
                    elif dice.random() < 0.5:
                        client.send(b"G")
                    continue
                client and client.close()
                self.clients[place] = None
            time.sleep(0.05)

    def stop(self):
        self.end.set()
        self.thread.join(timeout=30)
        for client in self.clients:
            client and client.close()


def attack(port, acts, pipe):
    """All at once, until something comes through the pipe; then tells how often each was done."""
    os.nice(5)  # the scraper stands for another machine
    crowd = Crowd(port, CONNECTIONS)
    attacks = [Attack(port, act) for act in acts]
    while min(attack.times for attack in attacks) < 1:
        time.sleep(0.05)
    pipe.send("all have begun")
    pipe.recv()
    for one in [crowd, *attacks]:
        one.stop()
    pipe.send([one.times for one in attacks])


def resident(exporter):
    with open(f"/proc/{exporter.pid}/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


class HostileClients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        cls.redis = cls.enterClassContext(RedisServer())
        cls.pki = cls.enterClassContext(Certificates())
        cls.tls = cls.pki.client_context(with_certificate=False)

    def scrape(self, exporter, headers):
        """Seconds of a scrape on a connection of its own; it must bring the whole page."""
        time.sleep(PAUSE)
        began = time.monotonic()
        with contextlib.closing(exporter.connection()) as connection:
            connection.request("GET", "/metrics", headers=headers)
            answer = connection.getresponse()
            page = answer.read()
        self.assertEqual(answer.status, 200, page[:200])
        self.assertIn(b"\nredis_up 1\n", page)
        return time.monotonic() - began

    def survives(self, exporter, acts, tls=None, headers=None):
        quiet = [self.scrape(exporter, headers or {}) for _ in range(50)]
        before = resident(exporter)
        # In a process of its own, or attackers and scraper would wait for each other's Python.
        ours_end, theirs = multiprocessing.Pipe()
        attackers = multiprocessing.Process(target=attack, args=(exporter.port, acts, theirs))
        attackers.start()
        try:
            ours_end.recv()
            busy, most, end = [], 0, time.monotonic() + SECONDS
            while time.monotonic() < end:
                busy.append(self.scrape(exporter, headers or {}))
                most = max(most, resident(exporter))
        finally:
            ours_end.send("stop")
            times = ours_end.recv()
            attackers.join()
        self.assertGreater(min(times), 2)
        self.assertLess(most - before, MOST_GROWN_TLS if tls else MOST_GROWN)
        self.assertLess(self.scrape(exporter, headers or {}), 10)
        slower = statistics.median(busy) / statistics.median(quiet)
        print(f"{len(busy)} scrapes, each whole, {slower:.1f} times as long (goal 2), "
              f"{(most - before) >> 20} MiB more; attacks: {times}")

    def test_plain(self):
        with Exporter(f"--redis.addr={self.redis.url}") as exporter:
            self.survives(exporter, [pipelined_garbage, large_header, wrong_tls, aborted])

    def test_tls_and_a_password(self):
        with WebFile(f"tls_server_config: {{cert_file: {self.pki.server_cert}, "
                     f"key_file: {self.pki.server_key}}}\n"
                     f"basic_auth_users: {{prometheus: {USUAL}}}\n") as web, \
             Door(f"--redis.addr={self.redis.url}", web.flag, tls=self.tls) as exporter:
            self.survives(exporter, [pipelined_garbage, large_header, wrong_tls, aborted,
                                     Guesses(self.tls), Guesses(self.tls)],
                          self.tls, login("prometheus"))


if __name__ == "__main__":
    unittest.main()
