"""Pages of saved audiences: the list, the builder, one audience with its people, and why somebody is in or out."""

from array import array
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts.guard import me, staff
from outreach.accounts.models import Role
from outreach.campaigns.audiences import actions, queries
from outreach.campaigns.audiences.forms import Draft, blank, draft_of, read_draft
from outreach.campaigns.audiences.labels import CHOICES, FIELDS
from outreach.campaigns.audiences.models import Audience
from outreach.campaigns.audiences.rules import OPTIONS, Field, Group, read_tree
from outreach.campaigns.audiences.wording import clause, sentence_of, value_label
from outreach.contacts.bulk.views import changed_page, page_of
from outreach.contacts.handing_out import hand_out
from outreach.contacts.queries import get_contact
from outreach.contacts.searching import listing, search
from outreach.contacts.searching.filters import Filters
from outreach.contacts.views import csv_of, xlsx_of
from outreach.database import beforehand, now, transaction
from outreach.errors import Refusal
from outreach.events.labels import errors_of
from outreach.events.queries import events
from outreach.events.wording import in_language
from outreach.i18n import language, sentence

bp = Blueprint("audiences", __name__, url_prefix="/admin/audiences")

PEOPLE = 6
"""So many contacts are offered to whoever asks why somebody is in or out."""


@bp.context_processor
def words() -> dict[str, Any]:
    """What the templates choose from, and how a rule is said."""
    named = {event.id: in_language(event.title, language()) for event in events()}
    listed = {about: [(value, value_label(about, value)) for value in OPTIONS.get(about, ())] for about in Field}
    return {
        "ABOUT": [(about.value, label) for about, label in FIELDS.items()],
        "FIELD": FIELDS,
        "VALUES": listed,
        "CHOICES": {about: list(labels.items()) for about, labels in CHOICES.items()},
        "EVENTS": list(named.items()),
        "JOINS": [("all", _("all of them hold")), ("any", _("any of them holds"))],
        "says": lambda node: sentence_of(node, named),
        "clause": lambda node: clause(node, named),
    }


@bp.get("/")
@staff()
def index() -> ResponseReturnValue:
    """Every saved audience, what it says, and who writes to it."""
    found = [(audience, read_tree(audience.tree)) for audience in queries.audiences()]
    return render_template("campaigns/audiences/index.html", audiences=found, used=queries.used_by())


@bp.get("/new")
@staff(Role.PREPARE)
def create() -> ResponseReturnValue:
    """An empty builder."""
    return _builder(draft_of(blank()), "", {})


@bp.post("/new")
@staff(Role.PREPARE)
def keep() -> ResponseReturnValue:
    """Do what the button says: add or take a part, count, or save a new audience."""
    return _pressed(None)


@bp.get("/<int:audience_id>")
@staff()
def show(audience_id: int) -> ResponseReturnValue:
    """What an audience says, whom it finds, who writes to it."""
    audience = queries.get_audience(audience_id)
    rule, at = read_tree(audience.tree), queries.instant(now().date())
    asked = Filters.parse({"q": request.args.get("q", "")})
    return render_template(
        "campaigns/audiences/show.html",
        audience=audience,
        rule=rule,
        found=queries.estimate(rule, at),
        sample=queries.sample(rule, at),
        campaigns=queries.used_by().get(audience_id, []),
        q=asked.q,
        people=listing.page(asked, PEOPLE).contacts if asked.q else [],
    )


@bp.get("/<int:audience_id>/edit")
@staff(Role.PREPARE)
def edit(audience_id: int) -> ResponseReturnValue:
    """The builder with the rule as it is kept."""
    audience = queries.get_audience(audience_id)
    return _builder(draft_of(read_tree(audience.tree)), audience.name, {}, audience)


@bp.post("/<int:audience_id>/edit")
@staff(Role.PREPARE)
def change(audience_id: int) -> ResponseReturnValue:
    """Do what the button says, or keep what was changed."""
    return _pressed(audience_id)


@bp.post("/<int:audience_id>/remove")
@staff(Role.PREPARE)
def remove(audience_id: int) -> ResponseReturnValue:
    """Take an audience away that no campaign writes to."""
    try:
        with transaction():
            actions.remove(queries.get_audience(audience_id), me().id)
    except Refusal as refusal:
        flash(sentence(refusal), "refusal")
        return redirect(url_for(".show", audience_id=audience_id))
    flash(_("The audience is removed. Nobody was removed from the directory."), "success")
    return redirect(url_for(".index"))


@bp.get("/<int:audience_id>/why/<int:contact_id>")
@staff()
def why(audience_id: int, contact_id: int) -> ResponseReturnValue:
    """Which of the conditions a contact meets."""
    audience = queries.get_audience(audience_id)
    contact = get_contact(contact_id)
    parts = queries.judged(read_tree(audience.tree), contact_id, queries.instant(now().date()))
    return render_template("campaigns/audiences/why.html", audience=audience, contact=contact, parts=parts)


@bp.post("/<int:audience_id>/export.csv")
@staff()
def export_csv(audience_id: int) -> ResponseReturnValue:
    """Everybody in the audience as CSV, sent as it is read; the log says that it was taken."""
    return csv_of(_taken(audience_id), "audience")


@bp.post("/<int:audience_id>/export.xlsx")
@staff()
def export_xlsx(audience_id: int) -> ResponseReturnValue:
    """Everybody in the audience as a workbook; the log says that it was taken."""
    return xlsx_of(_taken(audience_id), "audience")


@bp.get("/<int:audience_id>/bulk")
@staff(Role.PREPARE)
def bulk(audience_id: int) -> ResponseReturnValue:
    """What to change on everybody in the audience."""
    return page_of(_numbers(audience_id), request.args, {})


@bp.post("/<int:audience_id>/bulk")
@staff(Role.PREPARE)
def change_all(audience_id: int) -> ResponseReturnValue:
    """Change everybody in the audience."""
    return changed_page(lambda: _numbers(audience_id), url_for(".show", audience_id=audience_id))


def _taken(audience_id: int) -> "array[int]":
    """Everybody in the audience, about to leave as a file."""
    return hand_out(lambda: _numbers(audience_id), me().id, audience_id)


def _numbers(audience_id: int) -> "array[int]":
    return queries.members(queries.rule_of(audience_id), queries.instant(now().date()))


def _pressed(audience_id: int | None) -> ResponseReturnValue:
    draft, name = read_draft(dict(request.form.lists())), request.form.get("name", "")
    if request.form.get("do", "save") != "save":
        return _builder(draft, name, {}, queries.get_audience(audience_id) if audience_id else None)
    try:
        rule = read_tree(draft.as_tree())
        found = beforehand(lambda: queries.estimate(rule, now()))
        with transaction():
            audience = queries.get_audience(audience_id) if audience_id else None
            kept = actions.save(name, rule, now(), me().id, audience, found)
    except Refusal as refusal:
        audience = queries.get_audience(audience_id) if audience_id else None
        return _builder(draft, name, _places(refusal), audience)
    flash(_("The audience is saved."), "success")
    return redirect(url_for(".show", audience_id=kept.id))


def _places(refusal: Refusal) -> dict[str, str]:
    """Faults by the field of the form that they are about."""
    errors = errors_of(refusal)
    return {place if place == "name" else f"r.{place}".rstrip("."): said for place, said in errors.items()}


def _builder(draft: Draft, name: str, errors: dict[str, str], audience: Audience | None = None) -> ResponseReturnValue:
    rule = _rule(draft)
    at = queries.instant(now().date())
    page = render_template(
        "campaigns/audiences/builder.html",
        audience=audience,
        draft=draft,
        name=name,
        errors=errors,
        rule=rule,
        found=queries.estimate(rule, at) if rule else None,
        sample=queries.sample(rule, at) if rule else [],
        known_tags=search.tags(),
    )
    return page, 422 if errors else 200


def _rule(draft: Draft) -> Group | None:
    """The rule as far as it can be read already."""
    try:
        return read_tree(draft.as_tree())
    except Refusal:
        return None
