"""Pages, pixel and answers of the congress, asked for over many connections, by turns with a view that says hello."""

import http.client
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import urlencode

from sqlalchemy import select, update

from config import Config
from outreach.accounts.actions import add_user
from outreach.accounts.models import Role
from outreach.app import create_app
from outreach.campaigns.commands import create_from_file
from outreach.campaigns.models import Campaign
from outreach.database import db, now, transaction
from outreach.delivery import launching
from outreach.delivery.bench.campaign import invite
from outreach.delivery.bench.installed import wait
from outreach.demo.actions import CITY, CONGRESS
from outreach.demo.bench.load import Figures, Task, load
from outreach.errors import Refusal
from outreach.events.actions import load_event
from outreach.events.files import read_toml
from outreach.events.models import Session
from outreach.institution.actions import save
from outreach.invitations.models import Invitation
from outreach.links import Purpose, links
from outreach.schema import migrate
from outreach.serving import web_server

SERVED: Final = "outreach.demo.bench.served:app"
BARE: Final = "outreach.demo.bench.bare:app"
HELLO: Final = "hello"
_AGENT: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
_ROUNDS: Final = 5
_PAGES: Final = 300


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found. Ratios are medians over the rounds, each to the view of the same round."""

    connections: int
    hello_per_second: float
    bare_per_second: float
    pages: Mapping[str, Mapping[str, float]]
    answers: Figures

    def as_dict(self) -> dict[str, Any]:
        """For --json, rounded."""
        told = asdict(self)
        told["answers"]["per_second"] = self.answers.per_second
        return {name: _rounded(value) for name, value in told.items()}


def measure(connections: int, seconds: float, answers: int, rate: float, workers: int) -> Measured:
    """Serve the congress from a SQLite file with granian, ask for its pages, then answer at that rate."""
    with TemporaryDirectory(prefix="outreach-bench-") as folder:
        config = _settings(Path(folder))
        migrate(config.database)
        with create_app(config).app_context():
            _fill(answers + _PAGES)
            pages = _pages()
            forms = _forms(answers)
            db.session.remove()
            db.engine.dispose()
        with _serving(config, workers, SERVED) as port, _serving(config, workers, BARE) as bare:
            rounds = [_round(port, bare, pages, connections, seconds) for _number in range(_ROUNDS)]
            load(Task(port, forms[:50], connections, per_second=rate, status=303))
            given = load(Task(port, forms[50:], connections, per_second=rate, status=303))
    return Measured(
        connections,
        median(one[HELLO].per_second for one in rounds),
        median(one[BARE].per_second for one in rounds),
        {name: _compared(name, rounds) for name in pages if name != HELLO},
        given,
    )


def _round(
    port: int, bare: int, pages: Mapping[str, Sequence[str]], connections: int, seconds: float
) -> dict[str, Figures]:
    found = {name: load(Task(port, asked, connections, seconds)) for name, asked in pages.items()}
    found[BARE] = load(Task(bare, pages[HELLO], connections, seconds))
    if any(one.errors for one in found.values()):
        raise Refusal("The web server does not answer as it should.")
    return found


def _compared(name: str, rounds: Sequence[Mapping[str, Figures]]) -> dict[str, float]:
    return {
        "per_second": median(one[name].per_second for one in rounds),
        "ratio": median(one[name].per_second / one[HELLO].per_second for one in rounds),
        "ratio_to_bare": median(one[name].per_second / one[BARE].per_second for one in rounds),
        "p99_ms": median(one[name].p99_ms for one in rounds),
        "octets": float(rounds[0][name].octets),
    }


def _settings(folder: Path) -> Config:
    port = _free_port()
    return Config(
        ("a key",),
        "another key",
        f"http://127.0.0.1:{port}",
        data_dir=folder,
        smtp_url=f"smtp://127.0.0.1:{_free_port()}",
        mail_from="congres@bench.example",
        bounce_domain="retours.bench.example",
        loopback_only=True,
        demonstration=True,
        pace_seconds=0,
        port=port,
    )


def _fill(people: int) -> None:
    """The congress, without limits to its seats, and that many people invited to it by a campaign."""
    invite(people)
    with transaction():
        at = now()
        save(CITY, at)
        add_user("signature@bench.example", "Bench", (Role.SIGN,), "", at)
        load_event(read_toml(CONGRESS / "event.toml"), at)
        db.session.execute(update(Session).values(capacity=None))
    number = create_from_file(CONGRESS / "campaign.toml").id
    db.session.rollback()
    with transaction() as session:
        campaign = session.get_one(Campaign, number)
        campaign.starts_at, campaign.batch_size = now(), people
        launching.approve(campaign, 1, now())
        launching.launch(campaign, now(), 1)


def _pages() -> dict[str, list[str]]:
    """What is asked for, by its name; people of the end of the list, who do not answer here."""
    keys = db.session.scalars(select(Invitation.key).order_by(Invitation.id.desc()).limit(_PAGES)).all()
    campaign = db.session.scalars(select(Campaign.id)).one()
    sign = links().sign
    return {
        HELLO: [_get("/hello")],
        "answer page": [_get(f"/i/{sign(Purpose.INVITATION, key)}") for key in keys],
        "share landing": [_get(f"/s/{sign(Purpose.SHARE, key)}") for key in keys],
        "open pixel": [_get(f"/o/{sign(Purpose.OPEN, f'{campaign}-fr')}.gif")],
    }


def _forms(answers: int) -> list[str]:
    """First answers, each of somebody else: coming, on the first day, to a workshop."""
    sessions = db.session.scalars(select(Session.id).order_by(Session.id)).all()
    keys = db.session.scalars(select(Invitation.key).order_by(Invitation.id).limit(answers)).all()
    said = {"reply": "yes", "name-0": "Camille Martin", "session-0": str(sessions[0])}
    return [
        _post(f"/i/{links().sign(Purpose.INVITATION, key)}", {"nonce": links().make_nonce("answer", key), **said})
        for key in keys
    ]


def _get(path: str) -> str:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {_AGENT}\r\nAccept-Language: fr\r\n\r\n"


def _post(path: str, form: Mapping[str, str]) -> str:
    body = urlencode(form)
    head = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    return f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {_AGENT}\r\n{head}{body}"


@contextmanager
def _serving(config: Config, workers: int, target: str) -> Iterator[int]:
    """The server that `outreach serve` runs, for that application; the port it listens on."""
    port = _free_port()
    program = web_server("127.0.0.1", port, workers, target)
    quiet = subprocess.DEVNULL
    running = subprocess.Popen(list(program.command), env=config.environment(), stdout=quiet, stderr=quiet)  # noqa: S603 - ours
    try:
        wait(lambda: _answers(port))
        yield port
    finally:
        running.terminate()
        running.wait()


def _answers(port: int) -> bool:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        try:
            connection.request("GET", "/hello")
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return round(value, 3) if isinstance(value, float) else value
