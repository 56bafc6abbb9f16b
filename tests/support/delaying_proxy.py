# SPDX-License-Identifier: Apache-2.0
"""A TCP proxy that adds half of a round trip in each direction, and no limit of throughput.

It shows what round trips cost, that of opening a connection included. It does not show TCP's
second flight: the server's kernel sees loopback, so a reply longer than the initial window arrives
at once.

Used as a program: delaying_proxy.py LISTEN_PORT TARGET_HOST TARGET_PORT MILLISECONDS
"""

import asyncio
import contextlib
import selectors
import sys

if __package__:
    from .processes import Program, accepts, free_port


class DelayingProxy:
    """Adds `milliseconds` to every round trip to host:port; listens on 127.0.0.1:self.port.

    Runs as a process of its own, so that it takes no time from the test's interpreter.
    """

    def __init__(self, host, port, milliseconds):
        self.port = free_port()
        self._program = Program(
            [sys.executable, __file__, self.port, host, port, milliseconds],
            answers=lambda: accepts("127.0.0.1", self.port), name="delaying_proxy")

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}"

    def pause(self):
        """Takes what comes, and delivers nothing."""
        self._program.pause()

    def resume(self):
        self._program.resume()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._program.close()


async def forward(reader, writer, delay, opening=0.0):
    """Passes every chunk on `delay` seconds after it came, the end of the stream as well.

    What comes in the first `opening` seconds counts as sent after them.
    """
    clock = asyncio.get_running_loop().time
    opened = clock() + opening
    chunks = asyncio.Queue()

    async def receive():
        with contextlib.suppress(ConnectionError):
            while chunk := await reader.read(1 << 16):
                chunks.put_nowait((max(clock(), opened) + delay, chunk))
        chunks.put_nowait((max(clock(), opened) + delay, b""))

    receiving = asyncio.create_task(receive())
    with contextlib.suppress(ConnectionError):
        while True:
            due, chunk = await chunks.get()
            await asyncio.sleep(due - clock())
            if not chunk:
                break
            writer.write(chunk)
    receiving.cancel()
    writer.close()


async def serve(listen_port, host, port, delay):
    async def connected(client_reader, client_writer):
        try:
            server_reader, server_writer = await asyncio.open_connection(host, port)
        except OSError:
            client_writer.close()
            return
        # The proxy accepts at once, where over the network a connection takes a round trip to
        # open: the client's first bytes wait for that long.
        await asyncio.gather(forward(client_reader, server_writer, delay, opening=2 * delay),
                             forward(server_reader, client_writer, delay))

    server = await asyncio.start_server(connected, "127.0.0.1", listen_port)
    await server.serve_forever()


def main():
    listen_port, host, port, milliseconds = sys.argv[1:]
    # select() waits in microseconds where epoll rounds up to a millisecond.
    loop = asyncio.SelectorEventLoop(selectors.SelectSelector())
    loop.run_until_complete(
        serve(int(listen_port), host, int(port), float(milliseconds) / 2000))


if __name__ == "__main__":
    main()
