"""Pages of how long things are kept and why: what is due, sources of addresses, the register of processing."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts.guard import me, staff
from outreach.accounts.models import Role
from outreach.contacts.rights import origins, rules
from outreach.contacts.rights.addresses import change_terms, get_terms
from outreach.contacts.rights.origins import Basis, OriginKind, Rule
from outreach.contacts.rights.wording import told
from outreach.database import committed, now, transaction
from outreach.errors import NotFound, Refusal
from outreach.i18n import language, sentence
from outreach.institution.queries import institution
from outreach.rights import erasing, keeping, sweeping
from outreach.rights.processing import activities
from outreach.rights.views import bp


@bp.get("/due")
@staff(Role.ADMINISTER)
def due() -> ResponseReturnValue:
    """What has passed its date, before anything is emptied."""
    listed = sweeping.contacts_due(now())
    return render_template("rights/due.html", due=sweeping.due(now()), contacts=listed, days=sweeping.LISTED.days)


@bp.post("/due")
@staff(Role.ADMINISTER)
def sweep() -> ResponseReturnValue:
    """Empty it now; a long list goes slice by slice, the clock does the rest."""
    done = committed(lambda: sweeping.sweep(now(), user_id=me().id))
    erasing.settle()
    flash(_("Emptied: %(contacts)d contacts, %(addresses)d addresses, %(files)d files.", **done.counts()))
    return redirect(url_for(".due"))


@bp.get("/sources")
@staff(Role.ADMINISTER)
def sources() -> ResponseReturnValue:
    """Where addresses come from, and what follows from it."""
    return render_template("rights/sources.html", rules=rules.rules(), sources=rules.sources())


@bp.get("/sources/<origin>")
@staff(Role.ADMINISTER)
def rule(origin: str) -> ResponseReturnValue:
    """What holds for one sort of source."""
    return _rule(_kind(origin))


def _rule(kind: OriginKind, **more: Any) -> str:
    found, face = rules.rules()[kind], institution()
    shown = {code: told(found, code, face).replace("{source}", _("name of the source")) for code in keeping.LANGUAGES}
    return render_template("rights/rule.html", kind=kind, rule=found, told=shown, **more)


@bp.post("/sources/<origin>")
@staff(Role.ADMINISTER)
def keep_rule(origin: str) -> ResponseReturnValue:
    """Decide for one sort of source."""
    kind, form = _kind(origin), request.form
    try:
        basis = next((one for one in Basis if one == form.get("basis")), Basis.PUBLIC_INTEREST)
        typed = {code: origins.read_words(form.get(f"words_{code}", ""), f"words_{code}") for code in keeping.LANGUAGES}
        chosen = Rule(kind, basis, origins.read_months(form.get("months", "")), {c: w for c, w in typed.items() if w})
    except Refusal as refusal:
        return _rule(kind, errors={refusal.field: sentence(refusal)}, typed=form), 422
    with transaction():
        rules.keep_rule(chosen, now(), me().id)
    flash(_("Kept. New addresses follow it; those that are there already, once it is applied to their source."))
    return redirect(url_for(".sources"))


@bp.post("/sources")
@staff(Role.ADMINISTER)
def sort() -> ResponseReturnValue:
    """Say of which sort a source is, or give its addresses what holds for it."""
    name = request.form.get("name", "")
    with transaction():
        if "apply" in request.form:
            changed = rules.apply_to(name, me().id)
            said = _("%(number)d addresses have the legal basis and the date of their source.", number=changed)
        else:
            rules.sort_source(name, _kind(request.form.get("kind", "")), now(), me().id)
            said = _("The source is sorted.")
    flash(said)
    return redirect(url_for(".sources"))


@bp.get("/source")
@staff(Role.ADMINISTER)
def source() -> ResponseReturnValue:
    """What the first message tells of one source in particular; without a name, the sources to choose from."""
    if "name" not in request.args:
        return redirect(url_for(".sources"))
    return render_template("rights/source.html", source=rules.get_source(request.args["name"]))


@bp.post("/source")
@staff(Role.ADMINISTER)
def word_source() -> ResponseReturnValue:
    """Keep that."""
    form = request.form
    try:
        typed = {code: origins.read_words(form.get(f"words_{code}", ""), f"words_{code}") for code in keeping.LANGUAGES}
    except Refusal as refusal:
        errors = {refusal.field: sentence(refusal)}
        found = rules.get_source(form.get("name", ""))
        return render_template("rights/source.html", source=found, errors=errors, typed=form), 422
    with transaction():
        rules.word_source(form.get("name", ""), {code: words for code, words in typed.items() if words}, now(), me().id)
    flash(_("The changes are kept."))
    return redirect(url_for(".sources"))


@bp.get("/addresses/<int:address_id>")
@staff(Role.PREPARE)
def address(address_id: int) -> ResponseReturnValue:
    """Where an address comes from, why it is kept and until when."""
    return render_template("rights/address.html", address=get_terms(address_id))


@bp.post("/addresses/<int:address_id>")
@staff(Role.PREPARE)
def change_address(address_id: int) -> ResponseReturnValue:
    """Correct that."""
    form = request.form
    try:
        with transaction():
            found = get_terms(address_id)
            basis = next((one for one in Basis if one == form.get("basis")), Basis.PUBLIC_INTEREST)
            days = [_day(form.get(name, ""), name) for name in ("collected_on", "retain_until")]
            change_terms(found, form.get("source", ""), basis, days[0], days[1], now(), me().id)
    except Refusal as refusal:
        errors = {refusal.field: sentence(refusal)}
        return render_template("rights/address.html", address=get_terms(address_id), errors=errors, typed=form), 422
    flash(_("The changes are kept."))
    return redirect(url_for("contacts.show", contact_id=found.contact_id))


@bp.get("/processing")
@staff(Role.ADMINISTER)
def processing() -> ResponseReturnValue:
    """The register of processing (art. 30), to be printed."""
    return render_template("rights/processing.html", activities=activities(language()), today=now().date())


@bp.get("/keeping")
@staff(Role.ADMINISTER)
def terms() -> ResponseReturnValue:
    """How long things are kept, and the office's words for the register."""
    return render_template("rights/keeping.html", terms=keeping.terms(), bounds=keeping.BOUNDS)


@bp.post("/keeping")
@staff(Role.ADMINISTER)
def keep_terms() -> ResponseReturnValue:
    """Decide that."""
    chosen, refusals = keeping.read(request.form)
    if refusals:
        errors = {name: sentence(refusal) for name, refusal in refusals.items()}
        page = render_template(
            "rights/keeping.html", terms=chosen, bounds=keeping.BOUNDS, errors=errors, typed=request.form
        )
        return page, 422
    with transaction():
        keeping.keep(chosen, now(), me().id)
    flash(_("The changes are kept."))
    return redirect(url_for(".processing"))


def _kind(text: str) -> OriginKind:
    found = next((one for one in OriginKind if one == text), None)
    if found is None:
        raise NotFound("There is no such sort of source.")
    return found


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refusal("Give a day.", field=name) from error
