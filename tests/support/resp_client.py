# SPDX-License-Identifier: Apache-2.0
"""The smallest Redis client that tests need, over TCP, TLS or a Unix socket."""

import socket


class RedisError(Exception):
    """An error reply of the server."""


class RespClient:
    """Replies are str, int, None or lists of these; an error reply is raised as RedisError."""

    def __init__(self, address, password=None, user=None, tls=None, timeout=30.0):
        """address: (host, port) or the path of a Unix socket. tls: an ssl.SSLContext."""
        if isinstance(address, tuple):
            self._socket = socket.create_connection(address, timeout=timeout)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        else:
            self._socket = socket.socket(socket.AF_UNIX)
            self._socket.settimeout(timeout)
            self._socket.connect(str(address))
        if tls is not None:
            self._socket = tls.wrap_socket(self._socket, server_hostname=address[0])
        self._input = self._socket.makefile("rb")
        if password is not None:
            self.command("AUTH", *([user] if user else []), password)

    def command(self, *arguments):
        self.send(*arguments)
        return self.reply()

    def send(self, *arguments):
        """Sends without reading the reply (for commands that block)."""
        parts = [argument if isinstance(argument, bytes)
                 else str(argument).encode("utf-8", "surrogateescape") for argument in arguments]
        request = b"*%d\r\n" % len(parts)
        request += b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)
        self._socket.sendall(request)

    def reply(self):
        line = self._input.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("the server closed the connection")
        kind, text = line[:1], line[1:-2].decode("utf-8", "surrogateescape")
        if kind == b"+":
            return text
        if kind == b"-":
            raise RedisError(text)
        if kind == b":":
            return int(text)
        if kind == b"$":
            if int(text) < 0:
                return None
            return self._input.read(int(text) + 2)[:-2].decode("utf-8", "surrogateescape")
        if kind == b"*":
            return None if int(text) < 0 else [self._element() for _ in range(int(text))]
        raise ConnectionError(f"not RESP2: {line!r}")

    def _element(self):
        # An error inside an array (EXEC) belongs to that element, so it is a value there.
        try:
            return self.reply()
        except RedisError as error:
            return error

    def close(self):
        self._input.close()
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
