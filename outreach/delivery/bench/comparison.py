"""How fast messages leave, from queued to recorded, beside tools that keep no account of what they send."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Final

from sqlalchemy import func, select

from outreach.database import db
from outreach.delivery.bench.campaign import check_empty, fill, invite, launch
from outreach.delivery.bench.house import house
from outreach.delivery.bench.loops import flask_mail_rate, personal_letters, smtplib_rate
from outreach.delivery.bench.sink import peak_mb, sink, source_rate
from outreach.delivery.bench.slow import slow_relay
from outreach.delivery.models import Message
from outreach.delivery.sending import Sender
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from outreach.errors import Refusal

PAIRS: Final = 5
"""So often the two send by turns: what else the machine does then weighs on both."""
_FEW: Final = 300
"""Messages of the slow loops: enough to know them by."""
_FOR_EACH: Final = 10
"""Messages for each connection to a relay that lets us wait."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Medians of the pairs. smtp-source sends one ready text to one address, over ten connections."""

    messages: int
    per_second: float
    ratio_to_smtp_source: float | None
    cpu_us: float
    peak_mb: float
    connections: int
    database: str
    ratios: Sequence[float]
    smtp_source_per_second: float | None
    flask_mail_per_second: float
    smtplib_per_second: float

    def as_dict(self) -> dict[str, Any]:
        """For --json, rounded."""
        return {name: _rounded(value) for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Growth:
    """What so many connections carry; `growth` is over the first run."""

    connections: int
    per_second: float
    growth: float
    cpu_us: float

    def as_dict(self) -> dict[str, Any]:
        """For --json, rounded."""
        return {name: _rounded(value) for name, value in asdict(self).items()}


def compare(messages: int, connections: int, database_url: str = "") -> Comparison:
    """Send that many messages to an smtp-sink in five campaigns, before each of them as many with smtp-source."""
    share = max(1, messages // PAIRS)
    sources: list[float | None] = []
    ours: list[tuple[float, float]] = []
    with sink() as port, house(port, connections, database_url, check_empty):
        invite(share)
        with sender() as post:
            for _ in range(PAIRS):
                octets = launch()
                sources.append(source_rate(port, share, octets))
                ours.append(_send(post, share))
        _check(share * PAIRS)
        peak, database = peak_mb(), db.engine.dialect.name
        letters = personal_letters(min(_FEW, share))
        others = flask_mail_rate(port, letters), smtplib_rate(port, letters)
    ratios = [rate / source for (rate, _cpu), source in zip(ours, sources, strict=True) if source]
    return Comparison(
        messages=share * PAIRS,
        per_second=median(rate for rate, _cpu in ours),
        ratio_to_smtp_source=median(ratios) if ratios else None,
        cpu_us=median(cpu for _rate, cpu in ours),
        peak_mb=peak,
        connections=connections,
        database=database,
        ratios=ratios,
        smtp_source_per_second=median(filter(None, sources)) if ratios else None,
        flask_mail_per_second=others[0],
        smtplib_per_second=others[1],
    )


def grow(connections: Sequence[int], delay: float, database_url: str = "") -> list[Growth]:
    """Send over so many connections, then over so many, to a relay that waits so many seconds before each reply."""
    runs: list[Growth] = []
    for number in connections:
        messages = number * _FOR_EACH
        with slow_relay(delay) as port, house(port, number, database_url, check_empty):
            fill(messages)
            with sender() as post:
                rate, cpu = _send(post, messages)
        runs.append(Growth(number, rate, rate / runs[0].per_second if runs else 1.0, cpu))
    return runs


def _send(post: Sender, messages: int) -> tuple[float, float]:
    """Messages per second, and microseconds of processor for each."""
    begun, cpu = time.perf_counter(), time.process_time()
    settled = post.send_due()
    seconds, spent = time.perf_counter() - begun, time.process_time() - cpu
    if settled != messages:
        raise Refusal("Only %(settled)d of %(messages)d messages left.", settled=settled, messages=messages)
    return messages / seconds, spent / messages * 1e6


def _check(messages: int) -> None:
    sent = db.session.scalar(select(func.count()).where(Message.state == MessageState.SENT)) or 0
    db.session.rollback()
    if sent != messages:
        raise Refusal("Only %(settled)d of %(messages)d messages left.", settled=sent, messages=messages)


def _rounded(value: Any) -> Any:
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    return round(value, 3) if isinstance(value, float) else value
