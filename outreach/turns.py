"""Lets the writers of one process go one after the other, where the database lets them sleep until it is free."""

import sqlite3
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError


class Turns:
    """A line of threads. Whoever leaves wakes who is next: nobody is passed by, nor sleeps longer than it takes.

    SQLite by itself lets those it finds busy try again after up to 100 ms, and whoever comes just then is first.
    """

    def __init__(self, patience: float) -> None:
        self.patience = patience
        """Seconds that one of them waits at most."""
        self._guard = threading.Lock()
        self._line: deque[threading.Lock] = deque()
        self._is_taken = False

    def __len__(self) -> int:
        """How many wait."""
        return len(self._line)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn, which lasts as long as the block.

        Raises OperationalError, as SQLite does, when it does not come in time.
        """
        if not self._enter():
            busy = sqlite3.OperationalError("database is locked")
            busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise OperationalError("BEGIN IMMEDIATE", None, busy)
        try:
            yield
        finally:
            self._leave()

    def _enter(self) -> bool:
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return True
            mine = threading.Lock()
            mine.acquire()  # given back by who leaves before us
            self._line.append(mine)
        if mine.acquire(timeout=self.patience):
            return True
        with self._guard:
            if mine not in self._line:  # it came at the last moment
                return True
            self._line.remove(mine)
        return False

    def _leave(self) -> None:
        with self._guard:
            if self._line:
                self._line.popleft().release()
            else:
                self._is_taken = False
