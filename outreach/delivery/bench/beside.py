"""How the web answers beside a sender: invitations read by several at once, before a campaign leaves and meanwhile."""

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any, Final

from sqlalchemy import func, select

from outreach.campaigns.models import Campaign
from outreach.database import db, now, transaction
from outreach.delivery import launching
from outreach.delivery.bench.campaign import draft, invite, signatory
from outreach.delivery.bench.house import house
from outreach.delivery.bench.installed import command_line, run, started, wait
from outreach.delivery.bench.sink import sink
from outreach.delivery.models import CampaignFigure
from outreach.delivery.states import MessageState
from outreach.errors import Refusal
from outreach.invitations.models import Invitation
from outreach.links import Purpose, links

_PAGES: Final = 500
"""So many invitations are looked at, by turns."""
_WARM: Final = 2.0
_PATIENCE: Final = 30.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What readers met. Milliseconds."""

    pages: int
    per_second: float
    p50_ms: float
    p99_ms: float
    slowest_ms: float


@dataclass(frozen=True, slots=True)
class Beside:
    """The same readers without a campaign and during one."""

    readers: int
    idle: Reading
    sending: Reading
    sent_per_second: float

    def as_dict(self) -> dict[str, Any]:
        """For --json, rounded."""
        told = {name: {key: round(value, 2) for key, value in asdict(getattr(self, name)).items()} for name in _PHASES}
        ratio = self.sending.p99_ms / self.idle.p99_ms
        return {
            "readers": self.readers,
            **told,
            "p99_ratio": round(ratio, 2),
            "sent_per_second": round(self.sent_per_second, 1),
        }


_PHASES: Final = ("idle", "sending")


def measure(messages: int, readers: int, pause: float, seconds: float, connections: int) -> Beside:
    """Start `outreach serve` on SQLite, read pages for so many seconds, launch a campaign, and go on until it is out.

    Each reader waits for `pause` seconds after a page before it asks for the next.
    """
    with TemporaryDirectory(prefix="outreach-bench-") as folder, sink() as relay:
        port, url = _free_port(), f"sqlite:///{Path(folder) / 'bench.db'}"
        program = command_line(folder, relay, connections, url, host="127.0.0.1", port=port)
        run([*program, "db", "upgrade"])
        with house(relay, connections, url, lambda: None):
            campaign_id = _signed(messages)
            paths = _paths()
            with started([*program, "serve"]):
                wait(lambda: _answers(port, paths[0]))
                crowd = _Crowd(port, paths, readers, pause)
                crowd.read_for(_WARM)
                idle = crowd.read_for(seconds)
                _launch(campaign_id)
                begun = time.monotonic()
                sending = crowd.read_until(lambda: _sent() == messages)
                rate = messages / (time.monotonic() - begun)
    return Beside(readers, idle, sending, rate)


class _Crowd:
    """Readers who ask for pages at the same time, each over a connection of their own."""

    def __init__(self, port: int, paths: Sequence[str], readers: int, pause: float) -> None:
        self._port, self._paths, self._readers, self._pause = port, paths, readers, pause

    def read_for(self, seconds: float) -> Reading:
        """What they meet in so many seconds."""
        with self._reading() as took:
            time.sleep(seconds)
        return _told(took, seconds)

    def read_until(self, over: Callable[[], bool]) -> Reading:
        """What they meet until then."""
        begun = time.monotonic()
        with self._reading() as took:
            wait(over, patience=None)
        return _told(took, time.monotonic() - begun)

    @contextmanager
    def _reading(self) -> Iterator[list[float]]:
        over, took = threading.Event(), list[float]()
        crowd = [threading.Thread(target=self._read, args=(place, over, took)) for place in range(self._readers)]
        for one in crowd:
            one.start()
        try:
            yield took
        finally:
            over.set()
            for one in crowd:
                one.join()

    def _read(self, place: int, over: threading.Event, took: list[float]) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=_PATIENCE)) as connection:
            while not over.wait(self._pause):
                begun = time.perf_counter()
                connection.request("GET", self._paths[place % len(self._paths)])
                answer = connection.getresponse()
                answer.read()
                took.append((time.perf_counter() - begun) * 1000)
                if answer.status != http.HTTPStatus.OK:
                    took.append(float("inf"))
                    return
                place += self._readers


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port


def _told(took: Sequence[float], seconds: float) -> Reading:
    if len(took) < 2 or max(took) == float("inf"):
        raise Refusal("The web server does not answer as it should.")
    parts = quantiles(took, n=100)
    return Reading(len(took), len(took) / seconds, parts[49], parts[98], max(took))


def _signed(messages: int) -> int:
    """A campaign to that many people, signed off; nothing leaves yet."""
    invite(messages)
    with transaction():
        campaign = draft()[0]
        launching.approve(campaign, signatory(), now())
        return campaign.id


def _launch(campaign_id: int) -> None:
    with transaction() as session:
        launching.launch(session.get_one(Campaign, campaign_id), now(), signatory())


def _paths() -> list[str]:
    keys = db.session.scalars(select(Invitation.key).order_by(Invitation.id).limit(_PAGES)).all()
    db.session.rollback()
    return [f"/i/{links().sign(Purpose.INVITATION, key)}" for key in keys]


def _answers(port: int, path: str) -> bool:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)) as connection:
        try:
            connection.request("GET", path)
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False


def _sent() -> int:
    counted = select(func.sum(CampaignFigure.count)).where(CampaignFigure.state == MessageState.SENT)
    found = int(db.session.scalar(counted) or 0)
    db.session.rollback()
    return found
