# SPDX-License-Identifier: Apache-2.0
"""A network of a test's own, with nothing but loopback: its ports are all free, whoever uses them outside."""

import ctypes
import fcntl
import os
import socket
import struct

_CLONE_NEWNET = 0x40000000
_SIOCSIFFLAGS, _IFF_UP = 0x8914, 1
_libc = ctypes.CDLL(None, use_errno=True)


class OwnNetwork:
    """While it is open, this thread, and what it starts, are in that network. As root."""

    def __enter__(self):
        self._before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        _checked(_libc.unshare(_CLONE_NEWNET))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", _IFF_UP))
        return self

    def __exit__(self, *_):
        _checked(_libc.setns(self._before, _CLONE_NEWNET))
        os.close(self._before)


def _checked(result):
    if result != 0:
        raise OSError(ctypes.get_errno(), "a network of our own")
