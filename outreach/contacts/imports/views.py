"""Pages of an import: the file, its columns, what would happen, what happens now, what happened."""

from collections.abc import Sequence
from contextlib import closing

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts.guard import me, staff
from outreach.accounts.models import Role
from outreach.contacts import suppression_views
from outreach.contacts.imports import errands, importing
from outreach.contacts.imports.bringing import entering
from outreach.contacts.imports.bringing.entering import Bringer
from outreach.contacts.imports.files import guarded
from outreach.contacts.imports.jobs import reasons
from outreach.contacts.imports.models import Errand, ImportFile, ImportState
from outreach.contacts.imports.plans import registers
from outreach.contacts.imports.plans.outlooks import SHOWN, Outlook
from outreach.contacts.imports.rows.vocabulary import Field
from outreach.contacts.labels import COLUMNS
from outreach.contacts.sources.presets import recognised
from outreach.contacts.views import reserved
from outreach.database import now, transaction
from outreach.errors import Refusal
from outreach.i18n import language, sentence

bp = suppression_views.bp


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
    with closing(sent):  # a large one is a file of the system's
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
    if importing.get_import(import_id).errand is not None:
        return redirect(url_for(".preview", import_id=import_id))
    return _columns(importing.pending(import_id), {})


def _columns(file: ImportFile, errors: dict[str, str]) -> str:
    shape = importing.shape_of(file)
    holds = {index: field.value for field, index in importing.mapping_of(file).items()}
    columns = enumerate(zip(shape.header, shape.samples, strict=True))
    return render_template(
        "contacts/columns.html",
        file=file,
        shape=shape,
        preset=recognised(shape.header),
        columns=[(index, name, samples, holds.get(index, "")) for index, (name, samples) in columns],
        fields=[(field.value, label) for field, label in COLUMNS.items()],
        errors=errors,
        fault=errands.fault_of(file),
    )


@bp.post("/imports/<int:import_id>/columns")
@staff(Role.PREPARE)
def choose_columns(import_id: int) -> ResponseReturnValue:
    """Settle the columns, or take another sheet of the workbook."""
    if "other_tab" in request.form:
        return _take_tab(import_id, request.form.get("tab", ""))
    try:
        with transaction():
            file = importing.pending(import_id)
            header = importing.shape_of(file).header
            kind, source = request.form.get("kind", ""), request.form.get("source", "")
            importing.choose(file, header, _mapping(header), kind, source)
            _ask_to_look(file)
    except Refusal as refusal:
        return _columns(importing.pending(import_id), {refusal.field or "": sentence(refusal)}), 422
    return redirect(url_for(".preview", import_id=import_id))


def _take_tab(import_id: int, tab: str) -> ResponseReturnValue:
    try:
        sheet = importing.table_of(import_id, tab)
        with transaction():
            importing.choose_tab(importing.pending(import_id), sheet)
    except Refusal as refusal:
        return _columns(importing.pending(import_id), {"tab": sentence(refusal)}), 422
    return redirect(url_for(".map_columns", import_id=import_id))


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


def _ask_to_look(file: ImportFile) -> None:
    """Leave a long file to the engine process; a short one is looked at whenever its page is."""
    if importing.is_long(file):
        errands.ask(file.id, Errand.LOOK, me().id, language())


@bp.get("/imports/<int:import_id>")
@staff(Role.PREPARE)
def preview(import_id: int) -> ResponseReturnValue:
    """What would happen to each row; what is happening to a long file; or what happened, once the file is in."""
    file = importing.get_import(import_id)
    if file.errand is not None and file.state is ImportState.UPLOADED:
        return render_template(_page("contacts/import_progress.html", "contacts/_import_progress.html"), file=file)
    if _is_fragment():
        return Response(headers={"HX-Redirect": url_for(".preview", import_id=import_id)})
    if file.state is not ImportState.UPLOADED or file.content is None:
        return render_template("contacts/import_done.html", file=file, has_refused=importing.has_refused(import_id))
    if importing.is_long(file) and file.outlook is None:
        return redirect(url_for(".map_columns", import_id=import_id))
    fault = errands.fault_of(file)
    outlook = Outlook.stored(file.outlook) if file.outlook else entering.look(import_id, reserved())[0]
    file = importing.get_import(import_id)
    unseen = importing.repairs_of(file) - {one.kind for one in outlook.repairs}
    values = {"outlook": outlook, "shown": SHOWN, "unseen": sorted(unseen), "fault": fault}
    values |= {"closes": registers.closes(file)}
    return render_template("contacts/preview.html", file=file, **values)


def _is_fragment() -> bool:
    return "HX-Request" in request.headers and "HX-Boosted" not in request.headers


def _page(whole: str, fragment: str) -> str:
    return fragment if _is_fragment() else whole


@bp.post("/imports/<int:import_id>/repairs")
@staff(Role.PREPARE)
def choose_repairs(import_id: int) -> ResponseReturnValue:
    """Settle which kinds of repair are made, and look again."""
    with transaction():
        file = importing.pending(import_id)
        importing.choose_repairs(file, request.form.getlist("repair"))
        _ask_to_look(file)
    return redirect(url_for(".preview", import_id=import_id, _anchor="repairs"))


@bp.post("/imports/<int:import_id>/departures")
@staff(Role.PREPARE)
def settle_departures(import_id: int) -> ResponseReturnValue:
    """Settle whether the mandates that a register does not name are closed when the file comes in."""
    with transaction():
        registers.choose_departures(importing.pending(import_id), "close" in request.form)
    return redirect(url_for(".preview", import_id=import_id, _anchor="departed"))


@bp.post("/imports/<int:import_id>")
@staff(Role.PREPARE)
def bring_in(import_id: int) -> ResponseReturnValue:
    """Keep every row that is not refused, all together: at once, or by the engine process when there are many."""
    with transaction():
        is_long = importing.is_long(importing.pending(import_id))
        if is_long:
            errands.ask(import_id, Errand.BRING_IN, me().id, language())
    if not is_long:
        entering.bring_in(import_id, Bringer(reserved(), reasons, language(), me().id))
        flash(_("The file is in the directory."))
    return redirect(url_for(".preview", import_id=import_id))


@bp.post("/imports/<int:import_id>/cancel")
@staff(Role.PREPARE)
def cancel_errand(import_id: int) -> ResponseReturnValue:
    """Have what is under way with a file stopped."""
    with transaction():
        errands.cancel(import_id)
    flash(_("This is being stopped; nothing is changed."))
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
    if file.state is ImportState.UPLOADED and not importing.is_long(file):
        _outlook, sheet, plan = entering.look(import_id, reserved())
        content = importing.refused_rows(sheet, reasons(plan.to_correct), language())
    response = Response(content or b"", mimetype="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=_("refused-rows.csv"))
    return response
