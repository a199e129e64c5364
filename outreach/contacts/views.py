"""Pages of the directory: the list, a contact, adding, editing, tags."""

from array import array
from collections.abc import Sequence
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts.guard import me, staff
from outreach.accounts.models import Role
from outreach.contacts import actions, pages, queries
from outreach.contacts.duplicates.queries import find_survivor, merges_of, pairs_of
from outreach.contacts.exporting import csv_lines, workbook
from outreach.contacts.forms import ContactForm
from outreach.contacts.geography import COUNTRIES, DEPARTMENTS
from outreach.contacts.handing_out import hand_out
from outreach.contacts.holding import stay
from outreach.contacts.imports.errands import count_not_found
from outreach.contacts.kinds import Kind
from outreach.contacts.labels import FIELDS, GENDERS, KINDS, LANGUAGES, REASONS
from outreach.contacts.models import SuppressionReason
from outreach.contacts.rights.wording import source_name
from outreach.contacts.searching import listing, search
from outreach.contacts.searching.filters import Filters
from outreach.contacts.tables import header, row_of
from outreach.database import now, transaction
from outreach.errors import Refusal
from outreach.i18n import language, sentence

bp = Blueprint("contacts", __name__, url_prefix="/admin/contacts")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.app_template_filter("kind_label")
def kind_label(kind: str) -> str:
    """What a kind of contact is called."""
    return str(KINDS[Kind(kind)]) if kind else ""


@bp.app_template_filter("source_name")
def source_name_here(source: str) -> str:
    """Where an address came from, in the language of the page."""
    return source_name(source, language())


@bp.app_template_filter("sentence")
def sentence_of(refusal: Refusal | str) -> str:
    """What a refusal says, in the reader's language."""
    return sentence(refusal) if isinstance(refusal, Refusal) else refusal


@bp.context_processor
def words() -> dict[str, Any]:
    """What the templates of this room choose from."""
    countries = [(one.code, one.french if language() == "fr" else one.english) for one in COUNTRIES.values()]
    return {
        "KINDS": [(kind.value, label) for kind, label in KINDS.items()],
        "GENDERS": [(gender.value, label) for gender, label in GENDERS.items()],
        "LANGUAGES": list(LANGUAGES.items()),
        "REASONS": {reason.value: label for reason, label in REASONS.items()},
        "FIELDS": FIELDS,
        "DEPARTMENTS": [(one.code, f"{one.code} {one.name}") for one in DEPARTMENTS.values()],
        "COUNTRIES": sorted(countries, key=lambda one: one[1]),
    }


@bp.get("/")
@staff()
def index() -> ResponseReturnValue:
    """The list: searched, filtered, sorted, paged."""
    filters = Filters.parse(request.args)
    missing = count_not_found() if filters.words else 0
    return render_template(
        "contacts/index.html", filters=filters, page=listing.page(filters), tags=search.tags(), missing=missing
    )


@bp.post("/export.csv")
@staff()
def export_csv() -> ResponseReturnValue:
    """The filtered list as CSV, sent as it is read; the log says that it was taken."""
    return csv_of(_taken(), "contacts")


@bp.post("/export.xlsx")
@staff()
def export_xlsx() -> ResponseReturnValue:
    """The filtered list as a workbook; the log says that it was taken."""
    return xlsx_of(_taken(), "contacts")


def _taken() -> "array[int]":
    """The filtered list, about to leave as a file."""
    return hand_out(lambda: listing.numbers(Filters.parse(request.args)), me().id)


def csv_of(numbers: Sequence[int], name: str) -> Response:
    """These contacts as a CSV of that name, sent as they are read."""
    lines = csv_lines(header(), map(row_of, listing.in_turn(numbers)))
    return _file(Response(stream_with_context(lines), mimetype="text/csv; charset=utf-8"), f"{name}.csv")


def xlsx_of(numbers: Sequence[int], name: str) -> Response:
    """These contacts as a workbook of that name."""
    book = workbook(_("Contacts"), header(), map(row_of, listing.in_turn(numbers)))
    return _file(Response(book, mimetype=XLSX), f"{name}.xlsx")


def _file(response: Response, name: str) -> Response:
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@bp.get("/<int:contact_id>")
@staff()
def show(contact_id: int) -> ResponseReturnValue:
    """Everything known of a contact; one that was merged leads to who absorbed it."""
    if (survivor := find_survivor(contact_id)) is not None:
        return redirect(url_for(".show", contact_id=survivor))
    return _page_of(contact_id, pairs=pairs_of(contact_id), merges=merges_of(contact_id))


def _page_of(contact_id: int, **more: Any) -> str:
    return render_template("contacts/show.html", **pages.of_contact(queries.get_contact(contact_id)), **more)


@bp.get("/new")
@staff(Role.PREPARE)
def add() -> ResponseReturnValue:
    """A blank form."""
    return render_template(
        "contacts/edit.html",
        form=ContactForm({"country": "FR", "organisation": request.args.get("organisation", "")[:300]}),
        contact=None,
    )


@bp.post("/new")
@staff(Role.PREPARE)
def create() -> ResponseReturnValue:
    """Keep a new contact, unless the same person is there already."""
    form = ContactForm.parse(request.form, reserved())
    if form.errors:
        return render_template("contacts/edit.html", form=form, contact=None), 422
    with transaction():
        known = actions.find_same(form.values)
        if known is None:
            made = actions.add_contact(**form.values, at=now(), user_id=me().id, source=_("Typed by the office"))
    if known is not None:
        flash(_("This person is in the directory already, with this address."), "warning")
        return redirect(url_for(".show", contact_id=known.id))
    flash(_("The contact is added."))
    return redirect(url_for(".show", contact_id=made.id))


@bp.get("/<int:contact_id>/edit")
@staff(Role.PREPARE)
def edit(contact_id: int) -> ResponseReturnValue:
    """The form of a contact as it is."""
    contact = queries.get_contact(contact_id)
    return render_template("contacts/edit.html", form=ContactForm.of(contact), contact=contact)


@bp.post("/<int:contact_id>/edit")
@staff(Role.PREPARE)
def change(contact_id: int) -> ResponseReturnValue:
    """Keep what was corrected."""
    form = ContactForm.parse(request.form, reserved())
    if form.errors:
        return render_template("contacts/edit.html", form=form, contact=queries.get_contact(contact_id)), 422
    with transaction():
        contact = queries.get_contact(contact_id)
        source = _("Typed by the office")
        changed = actions.edit_contact(contact, **form.values, at=now(), user_id=me().id, source=source)
    flash(_("The changes are kept.") if changed else _("Nothing was changed."))
    return redirect(url_for(".show", contact_id=contact_id))


@bp.post("/<int:contact_id>/tags")
@staff(Role.PREPARE)
def tag(contact_id: int) -> ResponseReturnValue:
    """Put a tag on a contact, or take one off."""
    try:
        with transaction():
            act = actions.untag if "remove" in request.form else actions.tag
            act(queries.get_contact(contact_id), request.form.get("tag", ""), now(), me().id)
    except Refusal as refusal:
        return _page_of(contact_id, errors={refusal.field: sentence(refusal)}), 422
    return redirect(url_for(".show", contact_id=contact_id, _anchor="tags"))


@bp.post("/<int:contact_id>/suppress")
@staff(Role.PREPARE)
def suppress(contact_id: int) -> ResponseReturnValue:
    """Never write to one of a contact's addresses again."""
    with transaction():
        stay(queries.get_contact(contact_id))
        address = queries.get_address(contact_id, request.form.get("address_id", 0, int))
        note = request.form.get(f"note-{address.id}", "").strip()[:300]
        actions.suppress(address.email, SuppressionReason.STAFF, now(), user_id=me().id, note=note)
    flash(_("This address will not be written to any more."))
    return redirect(url_for(".show", contact_id=contact_id))


def reserved() -> bool:
    """Whether addresses of reserved domains are taken: in the demonstration only."""
    return bool(current_app.config["DEMONSTRATION"])
