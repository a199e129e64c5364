"""A relay on loopback that notes when it accepted each message; run as a program, it prints its port, then instants."""

import asyncio
import contextlib
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import IO, Final

_INSTANT: Final = struct.Struct("d")
_PORT: Final = struct.Struct("H")
_OFFERS: Final = b"250-witness.bench.example\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
_LARGEST: Final = 10 * 2**20
_REPLIES: Final = {b"EHLO": _OFFERS, b"DATA": b"354 Go on\r\n", b"QUIT": b"221 2.0.0 Bye\r\n"}
_OK: Final = b"250 2.0.0 Ok\r\n"


class Witness:
    """What the relay has accepted, as far as it was heard of."""

    def __init__(self, told: IO[bytes]) -> None:
        (self.port,) = _PORT.unpack(told.read(_PORT.size))
        self.instants: list[float] = []
        """When each message was accepted, by the clock of `time.time`."""
        self._told = told
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while len(octets := self._told.read(_INSTANT.size)) == _INSTANT.size:
            self.instants += _INSTANT.unpack(octets)


@contextlib.contextmanager
def witness() -> Iterator[Witness]:
    """A relay that takes everything, in a process of its own."""
    command = [sys.executable, "-m", __name__]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as running:  # noqa: S603 - a program of ours
        if running.stdout is None:
            raise RuntimeError("the witness has no voice")
        try:
            yield Witness(running.stdout)
        finally:
            running.terminate()


def _tell(octets: bytes) -> None:
    sys.stdout.buffer.write(octets)
    sys.stdout.buffer.flush()


async def _serve() -> None:
    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await _dialogue(reader, writer)
        writer.close()

    server = await asyncio.start_server(serve_one, "127.0.0.1", 0, limit=_LARGEST, backlog=1000)
    _tell(_PORT.pack(server.sockets[0].getsockname()[1]))
    await server.serve_forever()


async def _dialogue(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 witness.bench.example\r\n")
    while True:
        verb = (await reader.readuntil(b"\r\n"))[:4].upper()
        writer.write(_REPLIES.get(verb, _OK))
        if verb == b"QUIT":
            return
        if verb == b"DATA":
            await writer.drain()
            await reader.readuntil(b"\r\n.\r\n")
            writer.write(_OK)
            _tell(_INSTANT.pack(time.time()))
        await writer.drain()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve())
