"""The real web server in a process of its own, on a free port of loopback."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path

from config import Config

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers."""

    url: str
    config: Config
    log: Path


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def environment(config: Config) -> dict[str, str]:
    """The settings as environment variables, as whoever runs the service gives them."""
    spoken: dict[str, str] = {}
    for field in fields(config):
        value = getattr(config, field.name)
        if isinstance(value, bool):
            spoken[field.name] = "1" if value else "0"
        elif isinstance(value, tuple):
            spoken[field.name] = ",".join(value)
        elif not isinstance(value, Mapping):
            spoken[field.name] = str(value)
    return {f"OUTREACH_{name.upper()}": value for name, value in spoken.items()}


@contextmanager
def serve(config: Config, log: Path) -> Iterator[Server]:
    """Start the web server for these settings, wait until it answers, stop it in the end."""
    listen = ["--host", config.host, "--port", str(config.port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "granian", "--interface", "wsgi", *listen, "wsgi:app"],
            cwd=ROOT,
            env={**os.environ, **environment(config)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        _wait(process, config, log)
        yield Server(f"http://{config.host}:{config.port}", config, log)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], config: Config, log: Path) -> None:
    end = time.perf_counter() + PATIENCE
    while process.poll() is None and time.perf_counter() < end:
        connection = http.client.HTTPConnection(config.host, config.port, timeout=5)
        try:
            connection.request("GET", "/health/live")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.05)
        else:
            return
        finally:
            connection.close()
    raise RuntimeError(f"the web server did not start:\n{log.read_text(errors='replace')}")
