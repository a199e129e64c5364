"""Simulated recipients: they read the inbox, open links, answer and pass on, through the same pages as everybody."""

import contextlib
import heapq
import http.client
import itertools
import json
import re
import threading
import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Final

from outreach.demo.directory import SIMULATED, files
from outreach.demo.inbox import Entry, Inbox, Kept
from outreach.demo.temper import DEEPEST, Guest, Temper, friend, registration
from outreach.demo.visitor import AGENTS, SCANNER, Visitor
from outreach.logs import log

MOST_FRIENDS: Final = 60
PACE: Final = 11.5
"""Seconds that a person takes to fill in a form at least; sooner, our pages ask to confirm."""
QUIET: Final = 3600.0
"""After so many seconds without anything to do, the rest will not come."""
_GLANCE: Final = 1.0
_LINK: Final = re.compile(r"https?://[^\s\"'<>]+?/([a-z])/[\w.-]+(?:\?[^\s\"'<>]*)?")

Steps = Generator[float, None, None]
"""What somebody does: yields how many seconds pass before the next thing."""


class Simulation:
    """Everybody who is simulated, in one thread. What was done is written down, so that no start does it again."""

    def __init__(self, inbox: Inbox, base_url: str, record: Path, guests: Iterable[Guest]) -> None:
        self._inbox = inbox
        self._base_url = base_url
        self._record = record
        self._guests = {guest.email: guest for guest in guests}
        self._done: set[str] = set()
        self._known = 0
        self._begun: set[str] = set()
        self._queue: list[tuple[float, int, str, Steps]] = []
        self._count = itertools.count()
        self._last = time.monotonic()
        self._read_record()

    def run(self, over: threading.Event) -> None:
        """Live until everybody has acted, or `over` is set."""
        log.info("the simulation begins", people=len(self._guests))
        while not over.wait(_GLANCE):
            self._look(self._inbox.entries())
            self._act(over)
            if not self._queue and (self._everybody_acted() or time.monotonic() - self._last > QUIET):
                log.info("the simulation is over", people=len(self._guests))
                return

    def _everybody_acted(self) -> bool:
        acted = {key.partition(" ")[2] for key in self._done}
        return all(email in acted for email in self._guests) and time.monotonic() - self._last > 60

    def _look(self, entries: list[Entry]) -> None:
        """Give every new message to whom it is for."""
        for entry in entries:
            guest = self._guests.get(entry.to)
            key = f"{entry.message_id} {entry.to}"
            if guest is None or key in self._done or key in self._begun:
                continue
            self._begun.add(key)
            kept = self._inbox.find(entry.number)
            if kept is not None:
                self._plan(0.0, key, self._receive(guest, kept))

    def _plan(self, seconds: float, key: str, steps: Steps) -> None:
        heapq.heappush(self._queue, (time.monotonic() + seconds, next(self._count), key, steps))

    def _act(self, over: threading.Event) -> None:
        """Do what is due; a page that fails ends what that person was doing, and nothing else."""
        while self._queue and self._queue[0][0] <= time.monotonic() and not over.is_set():
            _due, _number, key, steps = heapq.heappop(self._queue)
            self._last = time.monotonic()
            try:
                self._plan(next(steps), key, steps)
            except StopIteration:
                self._finish(key)
            except (OSError, http.client.HTTPException) as reason:
                log.warning("a simulated recipient met no server", reason=type(reason).__name__)
                self._begun.discard(key)

    def _receive(self, guest: Guest, kept: Kept) -> Steps:
        """What somebody does with a message, told by the links in it."""
        links = {found[1]: found[0] for found in _LINK.finditer(kept.text)}
        temper = Temper(f"{guest.email} {kept.entry.subject}")
        if "c" in links:
            yield from self._confirm(guest, temper, links["c"])
        elif "i" in links and "a" not in links:
            yield from self._read(guest, temper, kept, links)

    def _read(self, guest: Guest, temper: Temper, kept: Kept, links: dict[str, str]) -> Steps:
        """Display an invitation, open it, answer it, pass it on."""
        visitor = self._visitor(guest)
        if temper.is_scanned:
            Visitor(self._base_url, 1, SCANNER).get(links["i"])
        yield temper.seconds(2, 75)
        if temper.displays:
            for pixel in re.findall(r'src="([^"]+/o/[^"]+)"', kept.html):
                visitor.get(pixel)
        if not temper.opens:
            return
        yield temper.seconds(2, 30)
        page = visitor.get(links["i"])
        if not temper.answers or page.form is None:
            return
        yield temper.seconds(PACE, 90)
        delegate = friend(f"delegate of {guest.email}", DEEPEST)
        values = temper.answer(page.form, delegate)
        if values["reply"] == "represented":
            self._meet(delegate)
        visitor.send(page, values)
        if temper.friends and guest.depth < DEEPEST and "k" in links:
            yield temper.seconds(3, 40)
            self._pass_on(guest, temper.friends, links["k"])

    def _pass_on(self, guest: Guest, number: int, kit: str) -> None:
        """Open the kit and give the share link in it to some friends."""
        page = self._visitor(guest).get(kit)
        share = next((found[0] for found in _LINK.finditer(page.text) if found[1] == "s"), "")
        for one in range(number if share else 0):
            newcomer = friend(f"{one} of {guest.email}", guest.depth + 1)
            if len([known for known in self._guests.values() if known.depth]) < MOST_FRIENDS:
                self._meet(newcomer)
                temper = Temper(f"newcomer {newcomer.email}")
                self._plan(temper.seconds(5, 60), "", self._register(newcomer, temper, share))

    def _register(self, guest: Guest, temper: Temper, share: str) -> Steps:
        """Come through a share link and register in one's own name."""
        visitor = self._visitor(guest)
        page = visitor.get(f"{share.partition('?')[0]}?via={temper.channel}")
        yield temper.seconds(PACE, 60)
        if page.form is not None:
            visitor.send(page, registration(guest, page.form.options("kind")))

    def _confirm(self, guest: Guest, temper: Temper, link: str) -> Steps:
        """Confirm one's address, as the message asks."""
        visitor = self._visitor(guest)
        yield temper.seconds(3, 40)
        page = visitor.get(link)
        yield temper.seconds(PACE, 30)
        visitor.send(page, {})

    def _visitor(self, guest: Guest) -> Visitor:
        number = list(self._guests).index(guest.email) + 2
        return Visitor(self._base_url, number, AGENTS[number % len(AGENTS)])

    def _meet(self, guest: Guest) -> None:
        self._guests.setdefault(guest.email, guest)
        self._write_record()

    def _finish(self, key: str) -> None:
        if key:
            self._done.add(key)
            self._write_record()

    def _read_record(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            known = json.loads(self._record.read_text(encoding="utf-8"))
            self._done = set(known["done"])
            for values in known["met"]:
                self._guests.setdefault(values["email"], Guest(**values))

    def _write_record(self) -> None:
        met = [asdict(guest) for guest in self._guests.values() if guest.depth]
        fresh = self._record.with_suffix(".new")
        fresh.write_text(json.dumps({"done": sorted(self._done), "met": met}, ensure_ascii=False), encoding="utf-8")
        fresh.replace(self._record)


def simulated() -> list[Guest]:
    """Those of the directory who are simulated."""
    people = (person for file in files() for person in file.people)
    return [Guest(one.email, one.given_name, one.family_name) for one in people if one.email and SIMULATED in one.tags]


@contextlib.contextmanager
def simulating(simulation: Simulation) -> Iterator[None]:
    """Let them live in a thread of their own, as long as the block lasts."""
    over = threading.Event()
    thread = threading.Thread(target=simulation.run, args=(over,), name="simulation", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(30)
