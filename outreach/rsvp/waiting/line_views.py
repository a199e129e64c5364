"""The organiser's page of the waiting lists: seats taken, offered, waited for; who goes first."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts.guard import me
from outreach.accounts.guard import staff as staff_only
from outreach.accounts.models import Role
from outreach.contacts.labels import KINDS
from outreach.database import now, transaction
from outreach.events.queries import get_event
from outreach.events.wording import in_language, instant_phrase, session_times
from outreach.i18n import language
from outreach.rsvp.base_views import bp
from outreach.rsvp.waiting import actions as waiting_actions
from outreach.rsvp.waiting import line_queries
from outreach.rsvp.waiting import queries as waiting_queries
from outreach.rsvp.waiting.models import PlaceState
from outreach.rsvp.waiting.queueing import Rank


@bp.get("/admin/events/<int:event_id>/waiting")
@staff_only(Role.READ)
def line(event_id: int) -> ResponseReturnValue:
    """Session by session: seats taken, offered and waited for, and who stands in line."""
    event, tongue = get_event(event_id), language()
    return render_template(
        "rsvp/line.html",
        event=event,
        title=in_language(event.title, tongue),
        sessions=_sessions(event_id),
        kinds=KINDS,
        ranks={kind.value: rank for kind, rank in waiting_queries.ranks(event_id).items()},
        choices=_rank_words(),
        usual=int(Rank.USUAL),
        moment_of=lambda at: instant_phrase(at, event.timezone, tongue),
    )


@bp.post("/admin/events/<int:event_id>/waiting")
@staff_only(Role.PREPARE)
def rank(event_id: int) -> ResponseReturnValue:
    """Keep which kinds of contact go before or after the others."""
    chosen = {kind: request.form.get(f"rank-{kind.value}", type=int) for kind in KINDS}
    wanted = {kind: Rank(number) for kind, number in chosen.items() if number in list(Rank)}
    with transaction():
        waiting_actions.set_ranks(get_event(event_id), wanted, me().id)
    flash(_("The order of the waiting lists is saved. Offers that were made already hold."), "success")
    return redirect(url_for("rsvp.line", event_id=event_id), 303)


def _sessions(event_id: int) -> list[dict[str, Any]]:
    event, tongue = get_event(event_id), language()
    counted = waiting_queries.counts(event_id)
    lines = line_queries.lines(event_id, event.sessions, now())
    limited = [one for one in event.sessions if one.capacity is not None or one.id in counted]
    return [
        {
            "session": one,
            "title": in_language(one.title, tongue),
            "times": session_times(one.starts_at, one.ends_at, event.timezone, tongue),
            "offered": (offered := counted.get(one.id, {}).get(PlaceState.OFFERED, (0, 0))[1]),
            "given": one.taken - offered,
            "waiting": counted.get(one.id, {}).get(PlaceState.WAITING, (0, 0)),
            "line": lines.get(one.id, []),
        }
        for one in limited
    ]


def _rank_words() -> list[tuple[int, str]]:
    return [
        (int(Rank.FIRST), _("first")),
        (int(Rank.EARLY), _("next")),
        (int(Rank.USUAL), _("in the order of asking")),
        (int(Rank.LAST), _("after everybody else")),
    ]
