# SPDX-License-Identifier: Apache-2.0
"""A kept HTTP connection that costs little to read from.

http.client takes longer to parse the headers than a fast exporter takes for the page.
"""

import re
import socket

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)


class HttpConnection:
    def __init__(self, host, port, timeout=30.0):
        self._socket = socket.create_connection((host, port), timeout=timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._host = host

    def get(self, path, headers=""):
        """The body as it came (compressed, if that was asked for), without the chunks' framing."""
        self._socket.sendall(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n{headers}\r\n".encode())
        received = bytearray()
        while (end := received.find(b"\r\n\r\n")) < 0:
            self._receive(received)
        head, body = bytes(received[:end]), received[end + 4:]
        if not head.startswith(b"HTTP/1.1 200"):
            raise ConnectionError(head.split(b"\r\n")[0].decode())
        if _CHUNKED.search(head):
            return self._rest_of_chunks(body)
        length = int(_LENGTH.search(head)[1])
        while len(body) < length:
            self._receive(body)
        return bytes(body)

    def close(self):
        self._socket.close()

    def _rest_of_chunks(self, received):
        body, position = bytearray(), 0
        while True:
            while (end := received.find(b"\r\n", position)) < 0:
                self._receive(received)
            size = int(received[position:end].split(b";")[0], 16)
            position = end + 2 + size + 2
            while len(received) < position:
                self._receive(received)
            if size == 0:
                return bytes(body)
            body += received[end + 2:end + 2 + size]

    def _receive(self, buffer):
        data = self._socket.recv(1 << 18)
        if not data:
            raise ConnectionError("the exporter closed the connection")
        buffer += data
