"""What the pages of this room hang on: the blueprint, the words, the event in question."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, stream_with_context
from flask_babel import get_timezone
from flask_babel import gettext as _

from outreach.accounts.guard import me
from outreach.accounts.models import Role
from outreach.campaigns.labels import STATES as CAMPAIGN_STATES
from outreach.contacts.exporting import csv_lines, workbook
from outreach.contacts.geography import DEPARTMENTS
from outreach.contacts.labels import FIELDS, KINDS, REASONS
from outreach.dashboard import event_queries, wording
from outreach.dashboard.answer_tables import Table
from outreach.dashboard.periods import are_weeks
from outreach.dashboard.progress import minutes_until
from outreach.database import now
from outreach.delivery.history.wording import in_words
from outreach.delivery.labels import STATES_OF_SEVERAL
from outreach.events.models import Event
from outreach.events.wording import in_language, session_times, short_dates
from outreach.i18n import day, language

bp = Blueprint("dashboard", __name__, url_prefix="/admin")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.context_processor
def words() -> dict[str, Any]:
    """What the templates of this room call things."""
    return {
        "KINDS": {kind.value: str(label) for kind, label in KINDS.items()},
        "FIELDS": FIELDS,
        "REASONS": REASONS,
        "REPLIES": _named(wording.REPLIES),
        "ORIGINS": _named(wording.ORIGINS),
        "CHANNELS": _named(wording.CHANNELS),
        "WAYS": _named(wording.WAYS),
        "NEEDS": _named(wording.NEEDS),
        "STATES": {state.value: str(label) for state, label in STATES_OF_SEVERAL.items()},
        "CAMPAIGN_STATES": {state.value: str(label) for state, label in CAMPAIGN_STATES.items()},
        "DEPARTMENTS": [(one.code, f"{one.code} {one.name}") for one in DEPARTMENTS.values()],
        "in_language": lambda texts: in_language(texts, language()),
        "event_dates": lambda event: short_dates(event.starts_on, event.ends_on, language()),
        "session_times": _times,
        "period": lambda one: day(one.first, "d MMM"),
        "sees_answers": sees_answers(),
        "minutes_until": minutes_until,
        "zone": str(get_timezone()),
        "in_words": in_words,
        "by_week": lambda points: are_weeks(tuple(one for one, _count in points)),
        "is_fragment": is_fragment(),
    }


def _named(labels: Mapping[Any, str]) -> dict[str, str]:
    return {str(code): _(label) for code, label in labels.items()}


def _times(one: Any, zone: str) -> str:
    return session_times(one.starts_at, one.ends_at, zone, language())


def sees_answers() -> bool:
    """True for those who may know who answered what."""
    return me().can(Role.READ)


def asked_event() -> Event | None:
    """The event of this page: asked for in the address, else the next open one."""
    return event_queries.chosen(request.args.get("event", type=int), now())


def wanted_event() -> Event:
    """The same, for pages that are nothing without one."""
    return asked_event() or abort(404)


def is_fragment() -> bool:
    """True when a page asks only for what changes in it."""
    return "HX-Request" in request.headers and "HX-Boosted" not in request.headers


def nothing_yet() -> str:
    """The dashboard of a house without an event: what to do first."""
    return render_template("dashboard/empty.html")


def download(table: Table, form: str) -> Response:
    """A table as a file, named for what it holds; CSV is sent as it is read."""
    if form == "csv":
        lines = csv_lines(table.header, table.rows)
        answer = Response(stream_with_context(lines), mimetype="text/csv; charset=utf-8")
    else:
        answer = Response(workbook(table.name, table.header, table.rows), mimetype=XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{table.name}.{form}")
    return answer
