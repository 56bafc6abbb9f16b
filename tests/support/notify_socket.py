# SPDX-License-Identifier: Apache-2.0
"""The socket by which programs tell systemd how they are (sd_notify(3)), without systemd.

    with NotifySocket() as systemd, Exporter(env={"NOTIFY_SOCKET": systemd.name}):
        systemd.wait_for("READY=1")
"""

import contextlib
import pathlib
import socket
import tempfile
import time

from .busy_machine import PATIENCE


class NotifySocket:
    def __init__(self, folder=None, name=None):
        """In a folder of its own, or the given one; name: of an abstract socket, '@...'."""
        self._holder = None if folder or name else tempfile.TemporaryDirectory(prefix="notify-")
        self.name = name or str(pathlib.Path(folder or self._holder.name) / "notify")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(f"\0{name[1:]}" if name else self.name)
        self.messages = []

    def receive(self, timeout=PATIENCE):
        """The next message, as a dict of its variables."""
        self._socket.settimeout(timeout)
        text = self._socket.recv(65536).decode()
        if len(text) > 4096:
            raise AssertionError(f"systemd drops messages of {len(text)} bytes")
        message = dict(line.split("=", 1) for line in text.split("\n"))
        self.messages.append(message)
        return message

    def wait_for(self, assignment, timeout=PATIENCE):
        """The first message with this assignment from now on; others stay in .messages."""
        name, value = assignment.split("=", 1)
        end = time.monotonic() + timeout
        while True:
            left = end - time.monotonic()
            try:
                message = self.receive(max(0.01, left))
            except TimeoutError:
                raise TimeoutError(f"not within {timeout} s: {assignment}; there came "
                                   f"{self.messages}") from None
            if message.get(name) == value:
                return message

    def forget(self):
        """Takes what has come so far."""
        self._socket.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                self._socket.recv(65536)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()
        if self._holder is not None:
            self._holder.cleanup()
