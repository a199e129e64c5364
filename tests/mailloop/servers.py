"""What the servers of the loop share: what has to be installed, a folder of their own, and an end."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 120.0
"""Seconds until something that should happen by itself has gone wrong."""

_NEEDED = {
    "postfix": "/usr/lib/postfix/sbin/master",
    "dovecot-core": "/usr/sbin/dovecot",
    "dovecot-imapd": "/usr/lib/dovecot/imap",
    "dovecot-lmtpd": "/usr/lib/dovecot/lmtp",
    "dovecot-sieve": "/usr/lib/dovecot/modules/lib90_sieve_plugin.so",
    "opendkim": "/usr/sbin/opendkim",
    "opendkim-tools": "/usr/sbin/opendkim-genkey",
    "spamassassin": "/usr/bin/spamassassin",
}


def why_not() -> str:
    """What keeps the servers from running here, in a sentence; empty when nothing does."""
    found = [package for package, path in _NEEDED.items() if not Path(path).exists()]
    if found:
        return f"The mail loop is skipped: these Debian packages are missing: {' '.join(found)} (apt-get install)."
    if os.geteuid() != 0:
        return "The mail loop is skipped: Postfix and Dovecot start only as root, then act as users of their own."
    return ""


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder that the users of the servers may enter, with a name short enough for its sockets; gone at the end."""
    path = Path(tempfile.mkdtemp(prefix="mailloop-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def running(command: Sequence[str | Path], log: Path, ready: Callable[[], bool]) -> Iterator[None]:
    """A server in the foreground and all its children, until the end of the block or of this process."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            list(map(str, command)),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"},
        )
    # Ends them too when this process is killed: only then, or at the end, does its standard input end.
    watch = ["sh", "-c", 'read -r _; kill -TERM "-$1"', "sh", str(process.pid)]
    watcher = subprocess.Popen(watch, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        eventually(lambda: process.poll() is not None or ready(), f"{command[0]} does not start", log)
        if process.poll() is not None:
            raise RuntimeError(f"{command[0]} ended at once:\n{tail(log)}")
        yield
    finally:
        _end(process)
        watcher.communicate()


def _end(process: subprocess.Popen[bytes]) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            break
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def eventually(happens: Callable[[], bool], otherwise: str, log: Path) -> None:
    """Wait for it; fail with the end of that log when patience is over."""
    end = time.monotonic() + PATIENCE
    while not happens():
        if time.monotonic() > end:
            raise AssertionError(f"{otherwise}:\n{tail(log)}")
        time.sleep(0.05)


def tail(log: Path, lines: int = 30) -> str:
    """The last lines of a log."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""
