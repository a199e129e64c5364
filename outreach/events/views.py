"""Pages about events: the list, the programme, the forms."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug import Response

from outreach.accounts.guard import me, staff
from outreach.accounts.models import Role
from outreach.database import now, transaction
from outreach.errors import Refusal
from outreach.events import actions, queries
from outreach.events.facts import first_friday, read_event
from outreach.events.forms import days_of, event_form, event_table, session_facts, session_form
from outreach.events.labels import errors_of
from outreach.events.models import Event, News, Session, SessionKind
from outreach.events.wording import clock_range, day_phrase, in_language, instant_phrase, short_dates, short_day
from outreach.i18n import language, sentence

bp = Blueprint("events", __name__, url_prefix="/admin/events")


@bp.get("")
@staff()
def index() -> ResponseReturnValue:
    """Every event."""
    return render_template("events/index.html", events=queries.events(), today=now().date(), **_words())


@bp.get("/<int:event_id>")
@staff()
def show(event_id: int) -> ResponseReturnValue:
    """One event: its days, its workshops by theme, how many seats are taken."""
    event = queries.get_event(event_id)
    days = [session for session in event.sessions if session.kind is SessionKind.DAY]
    return render_template(
        "events/show.html",
        event=event,
        days=days,
        themes=_by_theme(event),
        lines=queries.lines(event_id),
        telling=queries.telling(event),
        today=now().date(),
        **_words(),
    )


@bp.get("/new")
@staff(Role.PREPARE)
def create() -> ResponseReturnValue:
    """An empty form, two months ahead."""
    day = first_friday(now().date()).isoformat()
    given = {"first_day": day, "last_day": day, "timezone": "Europe/Paris", "companions_max": 4}
    return _form({**given, "registration_open": True}, {}, None)


@bp.post("/new")
@staff(Role.PREPARE)
def create_event() -> ResponseReturnValue:
    """Keep a new event, or show what is wrong with its form."""
    try:
        facts = read_event(event_table(request.form), now().date())
        with transaction():
            event = actions.create_event(facts, now(), me().id)
    except Refusal as refusal:
        return _form(request.form, errors_of(refusal), None)
    flash(_("The event is created. Add its days and workshops."), "success")
    return _to(event)


@bp.get("/<int:event_id>/edit")
@staff(Role.PREPARE)
def edit(event_id: int) -> ResponseReturnValue:
    """The form of an event as it is."""
    event = queries.get_event(event_id)
    return _form(event_form(queries.facts_of(event)), {}, event)


@bp.post("/<int:event_id>/edit")
@staff(Role.PREPARE)
def edit_event(event_id: int) -> ResponseReturnValue:
    """Keep what the form says, or show what is wrong with it."""
    try:
        with transaction():
            event = queries.get_event(event_id)
            actions.edit_details(event, read_event(event_table(request.form, event.slug), now().date()), me().id)
    except Refusal as refusal:
        return _form(request.form, errors_of(refusal), queries.get_event(event_id))
    flash(_("The event is saved."), "success")
    return _to(event)


@bp.post("/<int:event_id>/registration")
@staff(Role.PREPARE)
def registration(event_id: int) -> ResponseReturnValue:
    """Open or close registration through share links."""
    is_open = request.form.get("open") == "1"
    with transaction():
        event = queries.get_event(event_id)
        actions.open_registration(event, is_open, me().id)
    flash(_("Registration is open.") if is_open else _("Registration is closed."), "success")
    return _to(event)


@bp.post("/<int:event_id>/state")
@staff(Role.SIGN)
def state(event_id: int) -> ResponseReturnValue:
    """Call the event off, or on again."""
    is_cancelled = request.form.get("cancelled") == "1"
    with transaction():
        event = queries.get_event(event_id)
        actions.cancel(event, is_cancelled, me().id)
    flash(_("The event is cancelled.") if is_cancelled else _("The event takes place."), "success")
    return _to(event)


@bp.post("/<int:event_id>/tell")
@staff(Role.SIGN)
def tell(event_id: int) -> ResponseReturnValue:
    """Have everybody who comes told that the programme has changed."""
    with transaction():
        event = queries.get_event(event_id)
        actions.announce(event, News.CHANGED, now(), me().id)
    flash(_("Those who come are told by message, from five minutes from now on."), "success")
    return _to(event)


@bp.get("/<int:event_id>/sessions/new")
@staff(Role.PREPARE)
def new_session(event_id: int) -> ResponseReturnValue:
    """The form of a new day or workshop."""
    event = queries.get_event(event_id)
    given = {"kind": "workshop", "date": event.starts_on.isoformat(), "from": "09:30", "to": "12:00"}
    return _session_form(event, None, given, {})


@bp.post("/<int:event_id>/sessions/new")
@staff(Role.PREPARE)
def add_session(event_id: int) -> ResponseReturnValue:
    """Keep a new day or workshop."""
    try:
        with transaction():
            event = queries.get_event(event_id)
            actions.add_session(event, session_facts(request.form, queries.facts_of(event)), me().id)
    except Refusal as refusal:
        return _session_form(queries.get_event(event_id), None, request.form, errors_of(refusal))
    flash(_("The session is added."), "success")
    return _to(event)


@bp.get("/<int:event_id>/sessions/<int:session_id>")
@staff(Role.PREPARE)
def session(event_id: int, session_id: int) -> ResponseReturnValue:
    """The form of a day or workshop as it is."""
    event, known = queries.get_event(event_id), queries.get_session(event_id, session_id)
    return _session_form(event, known, session_form(queries.facts_of_session(known), event.timezone), {})


@bp.post("/<int:event_id>/sessions/<int:session_id>")
@staff(Role.PREPARE)
def edit_session(event_id: int, session_id: int) -> ResponseReturnValue:
    """Keep what the form says of a day or workshop."""
    try:
        with transaction():
            event, known = queries.get_event(event_id), queries.get_session(event_id, session_id)
            actions.edit_session(event, known, session_facts(request.form, queries.facts_of(event)), me().id)
    except Refusal as refusal:
        found = queries.get_event(event_id), queries.get_session(event_id, session_id)
        return _session_form(*found, request.form, errors_of(refusal))
    flash(_("The session is saved."), "success")
    return _to(event)


@bp.post("/<int:event_id>/sessions/<int:session_id>/remove")
@staff(Role.PREPARE)
def remove_session(event_id: int, session_id: int) -> ResponseReturnValue:
    """Take a session that nobody has chosen off the programme."""
    try:
        with transaction():
            event = queries.get_event(event_id)
            actions.remove_session(event, queries.get_session(event_id, session_id), me().id)
    except Refusal as refusal:
        flash(sentence(refusal), "refusal")
        return redirect(url_for("events.session", event_id=event_id, session_id=session_id))
    flash(_("The session is removed."), "success")
    return _to(event)


def _to(event: Event) -> Response:
    return redirect(url_for("events.show", event_id=event.id))


def _form(given: Any, errors: dict[str, str], event: Event | None) -> ResponseReturnValue:
    page = render_template("events/form.html", given=given, errors=errors, event=event, **_words())
    return page, 422 if errors else 200


def _session_form(event: Event, known: Session | None, given: Any, errors: dict[str, str]) -> ResponseReturnValue:
    days = [(day.isoformat(), day_phrase(day, language())) for day in days_of(event.starts_on, event.ends_on)]
    page = render_template(
        "events/session.html", event=event, session=known, days=days, given=given, errors=errors, **_words()
    )
    return page, 422 if errors else 200


def _words() -> dict[str, Any]:
    """The phrases that templates need, in the reader's language."""
    spoken = language()
    return {
        "said": lambda texts: in_language(texts, spoken),
        "dates_of": lambda event: short_dates(event.starts_on, event.ends_on, spoken),
        "day_of": lambda session, zone: short_day(
            session.starts_at.astimezone(ZoneInfo(zone)).date(), spoken, year=False
        ),
        "hours_of": lambda session, zone: clock_range(session.starts_at, session.ends_at, zone, spoken),
        "instant_of": lambda at, zone: instant_phrase(at, zone, spoken),
    }


def _by_theme(event: Event) -> dict[str, list[Session]]:
    """The workshops under their themes, in the order of the programme."""
    themes: dict[str, list[Session]] = {}
    for workshop in event.sessions:
        if workshop.kind is SessionKind.WORKSHOP:
            themes.setdefault(in_language(workshop.theme, language()), []).append(workshop)
    return themes
