"""A small IMAP server on loopback: one mailbox, and misbehaviour when told so."""

import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_ASKED: Final = re.compile(rb"(\S+) (UID \w+|\w+) ?(.*)", re.DOTALL)


class Mailbox:
    """Mails with their flags, by number; `deaf_after` hangs up after so many mails were fetched."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.mails: dict[int, bytes] = {}
        self.flags: dict[int, set[str]] = {}
        self.deaf_after: int | None = None
        self.deaf_to_marks = False
        self.asked: list[str] = []
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, scheme: str = "imap", password: str = "secret", host: str = "127.0.0.1") -> str:
        """Where it is, with name and password."""
        return f"{scheme}://retours:{password}@{host}:{self.port}/INBOX"

    def put(self, *mails: bytes) -> None:
        """New ones, unread."""
        for mail in mails:
            number = len(self.mails) + 1
            self.mails[number], self.flags[number] = mail, set()

    def unread(self) -> list[int]:
        """Those without \\Seen."""
        return [number for number, flags in self.flags.items() if "\\Seen" not in flags]

    def stop(self) -> None:
        """Listen no more."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as lines:
                connection.sendall(b"* OK here\r\n")
                for line in lines:
                    if (match := _ASKED.match(line.strip())) is None or not self._answer(connection, *match.groups()):
                        return
        except OSError:
            return

    def _answer(self, connection: socket.socket, tag: bytes, verb: bytes, rest: bytes) -> bool:
        word = verb.decode().upper()
        self.asked.append(f"{word} {rest.decode()}".strip())
        say = connection.sendall
        if word == "LOGIN" and b'"secret"' not in rest:
            say(tag + b" NO wrong password\r\n")
        elif word == "CAPABILITY":
            say(b"* CAPABILITY IMAP4rev1\r\n" + tag + b" OK done\r\n")
        elif word == "UID SEARCH":
            say(b"* SEARCH " + b" ".join(str(one).encode() for one in self.unread()) + b"\r\n" + tag + b" OK done\r\n")
        elif word == "UID FETCH":
            return self._fetch(connection, tag, int(rest.split()[0]))
        elif word == "UID STORE":
            if self.deaf_to_marks:
                return False
            number, _, flags = rest.decode().split(maxsplit=2)
            self.flags[int(number)] |= set(flags.strip("()").split())
            say(tag + b" OK done\r\n")
        else:
            say(tag + b" OK done\r\n")
        return word != "LOGOUT"

    def _fetch(self, connection: socket.socket, tag: bytes, number: int) -> bool:
        if self.deaf_after is not None:
            if self.deaf_after == 0:
                return False
            self.deaf_after -= 1
        mail = self.mails[number][: 512 * 1024]
        head = f"* {number} FETCH (UID {number} BODY[]<0> {{{len(mail)}}}\r\n".encode()
        connection.sendall(head + mail + b")\r\n" + tag + b" OK done\r\n")
        return True


@contextmanager
def mailbox(tls: ssl.SSLContext | None = None) -> Iterator[Mailbox]:
    """One that listens as long as the block lasts."""
    running = Mailbox(tls)
    try:
        yield running
    finally:
        running.stop()
