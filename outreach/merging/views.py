"""Pages of two contacts side by side: who stays, whose value holds, the merge, and its undoing."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from outreach.accounts.guard import me, staff
from outreach.accounts.models import Role
from outreach.contacts.duplicates import deciding
from outreach.contacts.duplicates.choosing import CHOICES, Side
from outreach.contacts.duplicates.models import DuplicatePair
from outreach.contacts.duplicates.queries import find_merge_of, get_merge, get_pair
from outreach.contacts.duplicates.wording import LEVELS, level, reasons
from outreach.contacts.labels import FIELDS, GENDERS, LANGUAGES
from outreach.contacts.models import Contact
from outreach.contacts.queries import get_contact
from outreach.contacts.searching import listing
from outreach.contacts.searching.filters import Filters
from outreach.database import committed, now, transaction
from outreach.i18n import language
from outreach.merging import actions, queries

PEOPLE = 8
"""So many contacts are offered to be compared with one."""

bp = Blueprint("merging", __name__, url_prefix="/admin/contacts")


@bp.get("/duplicates/<int:pair_id>")
@staff()
def side_by_side(pair_id: int) -> ResponseReturnValue:
    """Both contacts, field by field, and what a merge would make of them."""
    pair = get_pair(pair_id)
    return render_template("merging/side_by_side.html", **_shown(pair, request.args.get("keep", None, int)))


def _shown(pair: DuplicatePair, keep: int | None) -> dict[str, Any]:
    stays, goes = queries.who_stays(pair.first, pair.second, keep)
    return {
        "pair": pair,
        "stays": stays,
        "goes": goes,
        "reasons": reasons(pair),
        "level": LEVELS[level(pair)],
        "lines": queries.lines(stays, goes),
        "labels": {**FIELDS, "place": _("Postal address"), "organisation": FIELDS["organisation"]},
        "words": words,
        "past": {one.id: queries.past_of(one.id) for one in (stays, goes)},
        "shared": queries.shared_events(stays.id, goes.id, language()),
        "merge": find_merge_of(pair),
    }


def words(choice: str, contact: Contact) -> str:
    """What a contact says in one field, as a person reads it; "" for nothing."""
    if choice == "organisation":
        return contact.organisation.name if contact.organisation else ""
    if choice == "place":
        town = f"{contact.postal_code} {contact.locality}".strip()
        country = contact.country if contact.country != "FR" else ""
        return ", ".join(filter(None, (contact.street, town or contact.department, country)))
    if choice == "gender":
        return str(GENDERS[contact.gender])
    value = getattr(contact, choice)
    return str(LANGUAGES.get(value, "")) if choice == "language" else str(value or "")


@bp.get("/<int:contact_id>/merge")
@staff(Role.PREPARE)
def with_whom(contact_id: int) -> ResponseReturnValue:
    """Find the contact that this one is to be merged with."""
    asked = Filters.parse({"q": request.args.get("q", "")})
    found = listing.page(asked, PEOPLE + 1).contacts if asked.q else []
    people = [one for one in found if one.id != contact_id][:PEOPLE]
    return render_template("merging/with_whom.html", contact=get_contact(contact_id), q=asked.q, people=people)


@bp.post("/<int:contact_id>/merge")
@staff(Role.PREPARE)
def put_together(contact_id: int) -> ResponseReturnValue:
    """Make a pair of two contacts that a person has chosen, to be compared and merged."""
    with transaction():
        other = get_contact(request.form.get("other", 0, int))
        number = deciding.put_together(get_contact(contact_id), other, now()).id
    return redirect(url_for(".side_by_side", pair_id=number, keep=contact_id))


@bp.post("/duplicates/<int:pair_id>/merge")
@staff(Role.PREPARE)
def merge(pair_id: int) -> ResponseReturnValue:
    """Make one contact of both."""
    number = committed(lambda: _merged(pair_id))
    flash(_("The two contacts are one now."))
    return redirect(url_for(".show_merge", merge_id=number))


def _merged(pair_id: int) -> int:
    pair = get_pair(pair_id)
    stays, goes = queries.who_stays(pair.first, pair.second, request.form.get("keep", None, int))
    return actions.merge(stays.id, goes.id, _sides(), now(), me().id).id


def _sides() -> dict[str, Side]:
    asked = {choice: request.form.get(choice, "") for choice in CHOICES}
    return {choice: Side(side) for choice, side in asked.items() if side in set(Side)}


@bp.get("/merges/<int:merge_id>")
@staff()
def show_merge(merge_id: int) -> ResponseReturnValue:
    """What was merged, when, and how to undo it."""
    made = get_merge(merge_id)
    stays, goes = queries.contacts_of(made)
    return render_template("merging/merge.html", merge=made, stays=stays, goes=goes)


@bp.post("/merges/<int:merge_id>/undo")
@staff(Role.PREPARE)
def undo(merge_id: int) -> ResponseReturnValue:
    """Make two contacts of one again."""
    done = committed(lambda: actions.undo(merge_id, now(), me().id))
    flash(_("They are two contacts again."))
    if done.left:
        left = ngettext(
            "One thing was changed since, and stays as it is now.",
            "%(num)d things were changed since, and stay as they are now.",
            done.left,
        )
        flash(left, "warning")
    return redirect(url_for("contacts.show", contact_id=done.survivor_id))
