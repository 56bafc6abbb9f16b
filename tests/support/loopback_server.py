# SPDX-License-Identifier: Apache-2.0
"""A server of Python's on a free loopback port, in threads."""

import http.server
import threading


class LoopbackServer:
    """handler: a class for socketserver; server: what serves it, HTTP unless told otherwise. address:
    host:port; url: the same for HTTP."""

    def __init__(self, handler, server=http.server.ThreadingHTTPServer):
        self._server = server(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        self.url = f"http://{self.address}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
