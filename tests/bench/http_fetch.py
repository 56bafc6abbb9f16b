# SPDX-License-Identifier: Apache-2.0
"""Pages of many megabytes, and many pages at once, for little of the client's time.

What is measured shares the processors with this client: it keeps what it received as it came, and
looks into it after the clock has stopped.
"""

import re
import selectors
import socket
import time

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_LAST_CHUNK = b"0\r\n\r\n"


class Page:
    """A response: seconds from the request to its last byte, its status, its body's bytes."""

    def __init__(self):
        self._parts = []
        self._received = 0
        self._end = b""
        self._whole = None  # what the response must measure; None: chunked, or not known yet
        self._head = None
        self.seconds = None

    def add(self, data):
        """Whether this was the last of it."""
        self._parts.append(data)
        self._received += len(data)
        self._end = (self._end + data)[-len(_LAST_CHUNK):] if len(data) < 8 else data[-5:]
        if self._head is None:
            start = b"".join(self._parts)
            size = start.find(b"\r\n\r\n") + 4
            if size < 4:
                return False
            self._head = start[:size]
            length = _LENGTH.search(self._head)
            self._whole = size + int(length[1]) if length else None
        if self._whole is not None:
            return self._received >= self._whole
        return self._end == _LAST_CHUNK

    @property
    def status(self):
        return int(self._head[9:12])

    def body(self):
        """As it came (compressed, if that was asked for), without the chunks' framing."""
        received = b"".join(self._parts)
        position = len(self._head)
        if self._whole is not None:
            return received[position:]
        chunks = []
        while True:
            end = received.index(b"\r\n", position)
            size = int(received[position:end].split(b";")[0], 16)
            if size == 0:
                return b"".join(chunks)
            chunks.append(received[end + 2:end + 2 + size])
            position = end + 2 + size + 2


def fetch_all(host, port, requests, clients, timeout=120.0):
    """requests: (path, headers) each. Asks over `clients` kept connections, each with one request
    at a time. Returns the seconds for all of them and the pages in the order of the requests."""
    with selectors.DefaultSelector() as selector:
        started = time.perf_counter()
        connections = [_Connection(host, port, timeout) for _ in range(min(clients, len(requests)))]
        pages = [Page() for _ in requests]
        waiting = iter(list(zip(requests, pages)))
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.ask(*next(waiting))
        left = len(requests)
        while left:
            events = selector.select(timeout)
            if not events:
                raise TimeoutError(f"no answer for {timeout} s, {left} are missing")
            for key, _ in events:
                if key.data.receive():
                    left -= 1
                    if (further := next(waiting, None)) is not None:
                        key.data.ask(*further)
        seconds = time.perf_counter() - started
        for connection in connections:
            connection.socket.close()
    return seconds, pages


class _Connection:
    def __init__(self, host, port, timeout):
        self._host = host
        self.socket = socket.create_connection((host, port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request, page):
        path, headers = request
        self._page = page
        self._asked = time.perf_counter()
        self.socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n{headers}\r\n".encode())

    def receive(self):
        data = self.socket.recv(1 << 20)
        if not data:
            raise ConnectionError("the exporter closed the connection")
        if not self._page.add(data):
            return False
        self._page.seconds = time.perf_counter() - self._asked
        return True
