"""A relay on loopback that lets every command wait, as one far away does; run as a program, it prints its port."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Iterator
from typing import Final

_GREETING: Final = b"220 slow.bench.example\r\n"
_EHLO: Final = b"250-slow.bench.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 10485760\r\n"
_OK: Final = b"250 2.0.0 Ok\r\n"
_GO_ON: Final = b"354 Go on\r\n"
_BYE: Final = b"221 2.0.0 Bye\r\n"
_LARGEST: Final = 10 * 2**20


@contextlib.contextmanager
def slow_relay(delay: float) -> Iterator[int]:
    """One that waits so many seconds before each reply, in a process of its own; yields its port."""
    command = [sys.executable, "-m", __name__, str(delay)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:  # noqa: S603 - a program of ours
        try:
            yield int(running.stdout.readline()) if running.stdout else 0
        finally:
            running.terminate()


async def _serve(delay: float) -> None:
    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await _dialogue(reader, writer, delay)
        writer.close()

    server = await asyncio.start_server(serve_one, "127.0.0.1", 0, limit=_LARGEST, backlog=1000)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


async def _dialogue(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float) -> None:
    """Accept whatever comes, one command after the other, each after its delay."""
    writer.write(_GREETING)
    while True:
        verb = (await reader.readuntil(b"\r\n"))[:4].upper()
        if delay:
            await asyncio.sleep(delay)
        writer.write({b"EHLO": _EHLO, b"DATA": _GO_ON, b"QUIT": _BYE}.get(verb, _OK))
        if verb == b"DATA":
            await reader.readuntil(b"\r\n.\r\n")
            if delay:
                await asyncio.sleep(delay)
            writer.write(_OK)
        elif verb == b"QUIT":
            return
        await writer.drain()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(float(sys.argv[1])))
