"""The columns of the exports of this room: answers, access needs, the chain; in the language of whoever asks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from outreach.contacts.labels import KINDS
from outreach.dashboard.answer_row_queries import NeedsRow, Row
from outreach.dashboard.chain_queries import Node
from outreach.dashboard.wording import CHANNELS, NEEDS, ORIGINS, REPLIES, WAYS


@dataclass(frozen=True, slots=True)
class Table:
    """A file to be: its name without ending, the names of its columns, its rows as they are read."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[object]]


def answers(rows: Iterable[Row], sessions: Mapping[int, str], zone: str, slug: str) -> Table:
    """The list of answers, or of those who have not answered. Access needs are never in it."""
    header = [
        _("Name"),
        _("Organisation"),
        _("Role"),
        _("Kind"),
        _("Département"),
        _("Postal code"),
        _("Town"),
        _("Country"),
        _("Telephone"),
        _("E-mail"),
        _("Reply"),
        _("Answered on"),
        _("Persons coming"),
        _("Companions"),
        _("Sessions"),
        _("A word to the organisers"),
        _("Represented by"),
        _("Entered"),
        _("Entered by"),
        _("Invited by"),
        _("Passed on by"),
        _("Step in the chain"),
    ]
    return Table(_("answers-%(event)s", event=slug), header, _answers(rows, sessions, ZoneInfo(zone)))


def _answers(rows: Iterable[Row], sessions: Mapping[int, str], zone: ZoneInfo) -> Iterator[Sequence[object]]:
    for row in rows:
        yield [
            row.name,
            row.organisation,
            row.role_label,
            KINDS[row.kind],
            row.department,
            row.postal_code,
            row.locality,
            row.country,
            row.phone,
            row.email,
            _(REPLIES[row.reply]) if row.reply else "",
            _written(row.answered_at, zone),
            row.coming or "",
            ", ".join(row.companions),
            ", ".join(sessions[number] for number in row.sessions if number in sessions),
            row.words,
            row.delegate,
            _(WAYS[row.way]) if row.way else "",
            row.entered_by,
            _(ORIGINS[row.origin]),
            row.through,
            row.depth or "",
        ]


def needs(rows: Iterable[NeedsRow], slug: str) -> Table:
    """What people need, for the role that may see it."""
    header = [_("Name"), _("On the invitation of"), _("Needs"), _("Meal"), _("Note")]
    lines = ([one.name, one.of, ", ".join(_(NEEDS[need]) for need in one.needs), one.meal, one.note] for one in rows)
    return Table(_("needs-%(event)s", event=slug), header, lines)


def chain(pairs: Iterable[tuple[Node, str]], zone: str, slug: str) -> Table:
    """Everybody who came through others, and through whom."""
    home = ZoneInfo(zone)
    header = [
        _("Name"),
        _("Organisation"),
        _("Passed on by"),
        _("Step in the chain"),
        _("Way"),
        _("Came on"),
        _("Brought in turn"),
        _("Has answered"),
    ]
    lines = (
        [
            one.name,
            one.organisation,
            relay,
            one.depth,
            _(CHANNELS[one.channel]) if one.channel else "",
            _written(one.came_at, home),
            one.brought or "",
            _("yes") if one.answered else "",
        ]
        for one, relay in pairs
    )
    return Table(_("chain-%(event)s", event=slug), header, lines)


def _written(at: datetime | None, zone: ZoneInfo) -> str:
    """A local time as French spreadsheets read it."""
    return f"{at.astimezone(zone):%d/%m/%Y %H:%M}" if at else ""
