"""Pages that change many contacts at once, and the page of tags."""

from array import array
from collections.abc import Callable
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from outreach.accounts.guard import me, staff
from outreach.accounts.models import Role
from outreach.contacts.bulk import actions, queries
from outreach.contacts.bulk.asking import Rules
from outreach.contacts.bulk.changes import (
    FEW,
    What,
    check_another,
    check_confirmed,
    check_renaming,
    read_change,
)
from outreach.contacts.searching import listing, search
from outreach.contacts.tagging import read_tag
from outreach.contacts.views import bp, words
from outreach.database import now, transaction
from outreach.errors import Refusal
from outreach.i18n import number, sentence

SHOWN = 10


@bp.get("/bulk")
@staff(Role.PREPARE)
def bulk() -> ResponseReturnValue:
    """What to change on those chosen, or on the whole list."""
    return page_of(_meant(), request.args, {})


@bp.post("/bulk")
@staff(Role.PREPARE)
def change_all() -> ResponseReturnValue:
    """Change all of them, once their number is confirmed where they are many."""
    return changed_page(_meant, url_for("contacts.index", **_filters()))


@bp.get("/tags")
@staff()
def tags() -> ResponseReturnValue:
    """Every tag and how many contacts have it."""
    return render_template("contacts/tags.html", tags=queries.tags_in_use())


@bp.post("/tags/rename")
@staff(Role.PREPARE)
def rename_tag() -> ResponseReturnValue:
    """Give a tag another name, or merge it into one that is there; asks first where much depends on it."""
    old, typed = request.form.get("tag", ""), request.form.get("confirmation")
    try:
        new = read_tag(request.form.get("new", ""))
        with transaction():
            check_another(old, new)
            check_renaming(len(actions.holders(old)), _rules().naming(old), typed)
            count = actions.rename_tag(old, new, now(), me().id, _rules())
    except Refusal as refusal:
        if refusal.field == "confirmation":
            return _renaming_page(old, new, {} if typed is None else {"confirmation": sentence(refusal)})
        flash(sentence(refusal), "refusal")
        return redirect(url_for("contacts.tags"))
    flash(_told(count), "success")
    return redirect(url_for("contacts.tags"))


def changed_page(meant: Callable[[], "array[int]"], back: str) -> ResponseReturnValue:
    """Make the change that the form says on all who are meant, and go back."""
    try:
        change = read_change(request.form)
        with transaction():
            numbers = meant()
            check_confirmed(len(numbers), request.form.get("confirmation", ""))
            count = actions.change_all(numbers, change, now(), me().id, _rules())
    except Refusal as refusal:
        return page_of(meant(), request.form, {refusal.field or "": sentence(refusal)}), 422
    flash(_told(count), "success")
    return redirect(back)


def page_of(numbers: "array[int]", given: Any, errors: dict[str, str]) -> str:
    """How many are meant, some of them, and the form of what is to change."""
    return render_template(
        "contacts/bulk.html",
        **words(),  # audiences show this page too
        count=len(numbers),
        sample=listing.listed(numbers[:SHOWN]),
        chosen=request.values.getlist("id"),
        confirm=len(numbers) > FEW,
        given=given,
        errors=errors,
        known_tags=search.tags(),
        WHAT=[
            (What.TAG.value, _("Put a tag on them")),
            (What.UNTAG.value, _("Take a tag off them")),
            (What.KIND.value, _("Change their kind")),
            (What.LANGUAGE.value, _("Change their language")),
            (What.DEPARTMENT.value, _("Change their département")),
        ],
    )


def _renaming_page(old: str, new: str, errors: dict[str, str]) -> ResponseReturnValue:
    """Who has the tag, what names it, and what becomes of both."""
    counts = dict(queries.tags_in_use())
    count = counts.get(old, 0)
    page = render_template(
        "contacts/rename_tag.html",
        old=old,
        new=new,
        count=count,
        confirm=count > FEW,
        others=counts.get(new, 0),
        uses=_rules().naming(old),
        errors=errors,
    )
    return page, 422 if errors else 200


def _rules() -> Rules:
    found: Rules = current_app.extensions["outreach.rules"]
    return found


def _meant() -> "array[int]":
    return queries.meant(request.args, request.values.getlist("id"))


def _filters() -> dict[str, Any]:
    return {name: value for name, value in request.args.items() if name not in {"id", "after", "before"}}


def _told(count: int) -> str:
    return str(ngettext("%(count)s contact is changed.", "%(count)s contacts are changed.", count, count=number(count)))
