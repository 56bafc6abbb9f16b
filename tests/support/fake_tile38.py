# SPDX-License-Identifier: Apache-2.0
"""A server that answers as a Tile38 does: INFO and SERVER EXT of tests/fixtures, else an error."""

import pathlib
import socketserver
import threading

_ANSWERS = pathlib.Path(__file__).resolve().parents[1] / "fixtures/tile38/leader"


class FakeTile38:
    def __init__(self):
        self._replies = {"INFO": (_ANSWERS / "info_all.synthetic").read_bytes(),
                         "SERVER": (_ANSWERS / "server_ext.synthetic").read_bytes(),
                         "CLIENT": b"+OK\r\n"}
        replies = self._replies

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                while words := _command(self.rfile):
                    error = f"-ERR unknown command '{words[0]}'\r\n".encode()
                    self.wfile.write(replies.get(words[0].upper(), error))

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=[0.02], daemon=True).start()

    @property
    def url(self):
        return f"redis://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


def _command(lines):
    """The words of the next command; none at the end of the connection."""
    count = int(lines.readline()[1:] or 0)
    words = []
    for _ in range(count):
        size = int(lines.readline()[1:])
        words.append(lines.read(size + 2)[:-2].decode())
    return words
