"""Pages of an import: the file, its columns, what would happen, what happened."""

from collections.abc import Sequence

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts.guard import me, staff
from outreach.accounts.models import Role
from outreach.contacts import suppression_views
from outreach.contacts.imports import guarded, importing
from outreach.contacts.imports.models import ImportFile
from outreach.contacts.imports.planning import Verdict
from outreach.contacts.imports.records import Refused
from outreach.contacts.imports.sheets import Sheet
from outreach.contacts.imports.vocabulary import Field
from outreach.contacts.labels import COLUMNS
from outreach.database import now, transaction
from outreach.errors import Refusal
from outreach.i18n import language, sentence

bp = suppression_views.bp

SHOWN = 100
"""Rows of each sort that a preview lists."""
SAMPLES = 3


@bp.get("/imports")
@staff(Role.PREPARE)
def imports() -> ResponseReturnValue:
    """Where a file is given, and the ones before it."""
    return render_template("contacts/imports.html", files=importing.latest(), errors={})


@bp.post("/imports")
@staff(Role.PREPARE)
def upload() -> ResponseReturnValue:
    """Keep a file that can be read."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _refused_upload(_("Choose a file first."))
    content = sent.read()
    try:
        sheet = guarded.read(content)
        with transaction():
            file = importing.receive(sent.filename, content, now(), me().id, sheet)
    except Refusal as refusal:
        return _refused_upload(sentence(refusal))
    return redirect(url_for(".map_columns", import_id=file.id))


def _refused_upload(error: str) -> ResponseReturnValue:
    return render_template("contacts/imports.html", files=importing.latest(), errors={"file": error}), 422


@bp.get("/imports/<int:import_id>/columns")
@staff(Role.PREPARE)
def map_columns(import_id: int) -> ResponseReturnValue:
    """What each column holds, as proposed."""
    return _columns(importing.pending(import_id), {})


def _columns(file: ImportFile, errors: dict[str, str]) -> str:
    sheet = importing.sheet_of(file)
    holds = {index: field.value for field, index in importing.mapping_of(file).items()}
    return render_template(
        "contacts/columns.html",
        file=file,
        sheet=sheet,
        columns=[
            (index, name, _samples(sheet, index), holds.get(index, "")) for index, name in enumerate(sheet.header)
        ],
        fields=[(field.value, label) for field, label in COLUMNS.items()],
        errors=errors,
    )


def _samples(sheet: Sheet, index: int) -> list[str]:
    values = (row.cells[index].strip() for row in sheet.rows[:200])
    return [value[:60] for value in dict.fromkeys(values) if value][:SAMPLES]


@bp.post("/imports/<int:import_id>/columns")
@staff(Role.PREPARE)
def choose_columns(import_id: int) -> ResponseReturnValue:
    """Settle the columns, or take another sheet of the workbook."""
    form, other = request.form, "other_tab" in request.form
    try:
        sheet = importing.table_of(import_id, form.get("tab", "") if other else None)
        with transaction():
            file = importing.pending(import_id)
            if other:
                importing.choose_tab(file, sheet)
            else:
                kind, source = form.get("kind", ""), form.get("source", "")
                importing.choose(file, sheet.header, _mapping(sheet.header), kind, source)
    except Refusal as refusal:
        return _columns(importing.pending(import_id), {refusal.field or "": sentence(refusal)}), 422
    return redirect(url_for(".map_columns" if other else ".preview", import_id=import_id))


def _mapping(header: Sequence[str]) -> dict[Field, int]:
    """What was chosen column by column. Raises Refusal when two columns are said to hold the same."""
    mapping: dict[Field, int] = {}
    for index, name in enumerate(header):
        field = next((one for one in Field if one == request.form.get(f"column-{index}")), None)
        if field in mapping:
            first = header[mapping[field]]
            raise Refusal("Two columns cannot hold the same: %(first)s and %(second)s.", first=first, second=name)
        if field is not None:
            mapping[field] = index
    return mapping


@bp.get("/imports/<int:import_id>")
@staff(Role.PREPARE)
def preview(import_id: int) -> ResponseReturnValue:
    """What would happen to each row; or what happened, once the file is in."""
    file = importing.get_import(import_id)
    if file.content is None:
        return render_template("contacts/import_done.html", file=file, has_refused=importing.has_refused(import_id))
    plan = importing.preview(file, importing.sheet_of(file), _reserved())
    rows = {verdict.value: plan.taken(verdict)[:SHOWN] for verdict in Verdict}
    return render_template("contacts/preview.html", file=file, plan=plan, counts=plan.counts(), rows=rows, shown=SHOWN)


@bp.post("/imports/<int:import_id>")
@staff(Role.PREPARE)
def bring_in(import_id: int) -> ResponseReturnValue:
    """Keep every row that is not refused, all together."""
    sheet = importing.table_of(import_id)
    with transaction():
        file = importing.pending(import_id)
        plan = importing.preview(file, sheet, _reserved())
        importing.bring_in(file, sheet, plan, now(), _reasons(plan.refused), language())
    flash(_("The file is in the directory."))
    return redirect(url_for(".preview", import_id=import_id))


@bp.post("/imports/<int:import_id>/give-up")
@staff(Role.PREPARE)
def give_up(import_id: int) -> ResponseReturnValue:
    """Forget a file without bringing it in."""
    with transaction():
        importing.give_up(importing.pending(import_id), now())
    flash(_("The file is forgotten; nothing was changed."))
    return redirect(url_for(".imports"))


@bp.get("/imports/<int:import_id>/refused.csv")
@staff(Role.PREPARE)
def refused_rows(import_id: int) -> ResponseReturnValue:
    """The refused rows with their reasons, to be corrected and sent again."""
    file = importing.get_import(import_id)
    content = file.refused
    if file.content is not None:
        sheet = importing.sheet_of(file)
        plan = importing.preview(file, sheet, _reserved())
        content = importing.refused_rows(sheet, _reasons(plan.refused), language())
    response = Response(content or b"", mimetype="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=_("refused-rows.csv"))
    return response


def _reasons(refused: Sequence[Refused]) -> list[tuple[int, str]]:
    """The sentences of the refused rows, each behind the name of its column."""
    return [(one.row, " – ".join(filter(None, [one.column, sentence(one.reason)]))) for one in refused]


def _reserved() -> bool:
    return bool(current_app.config["DEMONSTRATION"])
