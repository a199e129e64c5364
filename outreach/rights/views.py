"""Pages of people's rights: what is held on somebody, a copy of it, erasure, and what was asked of us."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts.actions import record
from outreach.accounts.guard import me, staff
from outreach.accounts.models import Role
from outreach.contacts.holding import somebody_leaves
from outreach.contacts.queries import get_contact
from outreach.contacts.rights.files import Looked
from outreach.contacts.rights.wording import BASES
from outreach.database import committed, now, transaction
from outreach.errors import Refusal
from outreach.i18n import sentence
from outreach.rights import erasing, held, requests
from outreach.rights.labels import ORIGIN_KINDS, WISHES
from outreach.rights.models import Wish
from outreach.rights.person import Person, contacts_at, neighbours
from outreach.rights.processing import told_by_source

bp = Blueprint("rights", __name__, url_prefix="/admin/rights")


@bp.context_processor
def words() -> dict[str, Any]:
    """What the templates of this room call things."""
    return {
        "WISHES": {wish.value: label for wish, label in WISHES.items()},
        "BASES": {basis.value: label for basis, label in BASES.items()},
        "ORIGIN_KINDS": {kind.value: label for kind, label in ORIGIN_KINDS.items()},
    }


@bp.app_context_processor
def for_everybody() -> dict[str, Any]:
    """What the page about personal data, which belongs to no one room, says of sources."""
    return {"told_by_source": told_by_source}


def word() -> str:
    """What is typed to confirm an erasure."""
    return str(_("ERASE"))


@bp.get("")
@staff(Role.ADMINISTER)
def index() -> ResponseReturnValue:
    """Find what is held on somebody; what was asked, the most urgent first."""
    return _index()


def _index(**more: Any) -> str:
    listed = requests.register()
    return render_template("rights/index.html", listed=listed, today=now().date(), **more)


@bp.post("/find")
@staff(Role.ADMINISTER)
def find() -> ResponseReturnValue:
    """Who has an address; an address in a link would stay in the log of a proxy, so it is sent in a form."""
    address = request.form.get("address", "").strip()
    people = contacts_at(address) if address else []
    if len(people) == 1:
        return redirect(url_for(".show", contact_id=people[0].id))
    left = held.sections(Person.of_address(address)) if address and not people else []
    return render_template("rights/found.html", address=address, people=people, left=left, word=word())


@bp.get("/contacts/<int:contact_id>")
@staff(Role.ADMINISTER)
def show(contact_id: int) -> ResponseReturnValue:
    """Everything that is held on a contact."""
    contact = get_contact(contact_id)
    person = Person.of_contact(contact)
    return render_template(
        "rights/show.html",
        contact=contact,
        person=person,
        sections=held.sections(person, confided=me().can(Role.READ)),
        files=held.files(person),
        neighbours=neighbours(person.contacts, person.digests),
    )


@bp.post("/contacts/<int:contact_id>/copy")
@staff(Role.ADMINISTER)
def copy(contact_id: int) -> ResponseReturnValue:
    """The same as a file to hand over; the log says that it was taken."""
    with transaction():
        written = held.copy(Person.of_contact(get_contact(contact_id)), now(), confided=me().can(Role.READ))
        record("rights.copied", "contact", contact_id, me().id)
    answer = Response(written, mimetype="application/json")
    answer.headers.set("Content-Disposition", "attachment", filename=f"contact-{contact_id}.json")
    return answer


@bp.get("/contacts/<int:contact_id>/erase")
@staff(Role.ADMINISTER)
def erase_form(contact_id: int) -> ResponseReturnValue:
    """Say what erasing will do, and who else lives at the mailbox."""
    return _erase_form(contact_id)


def _erase_form(contact_id: int, error: str | None = None) -> str:
    contact = get_contact(contact_id)
    person = Person.of_contact(contact)
    others = neighbours(person.contacts, person.digests)
    return render_template(
        "rights/erase.html", contact=contact, person=person, neighbours=others, word=word(), error=error
    )


@bp.post("/contacts/<int:contact_id>/erase")
@staff(Role.ADMINISTER)
def erase(contact_id: int) -> ResponseReturnValue:
    """Erase a contact, and the others at the mailbox where that was chosen."""
    if request.form.get("confirmation", "").strip().upper() != word():
        return _erase_form(contact_id, _("Type the word exactly.")), 422
    looked = erasing.look_through([contact_id, *_chosen()])
    committed(lambda: _erase(contact_id, looked))
    erasing.settle()
    flash(_("Erased. Only a keyed hash is kept, so that no file brings this address back."))
    return redirect(url_for(".index"))


def _chosen() -> set[int]:
    return set(request.form.getlist("neighbour", type=int))


def _erase(contact_id: int, looked: Looked) -> None:
    person = Person.of_contact(get_contact(contact_id))
    chosen = _chosen()
    others = [one.contact_id for one in neighbours(person.contacts, person.digests) if one.contact_id in chosen]
    erasing.erase_several([contact_id, *dict.fromkeys(others)], "", now(), me().id, looked)


@bp.post("/address/erase")
@staff(Role.ADMINISTER)
def erase_address() -> ResponseReturnValue:
    """Erase what is kept of an address that no contact has."""
    address = request.form.get("address", "").strip()
    if request.form.get("confirmation", "").strip().upper() != word():
        return _not_erased(address, _("Type the word exactly."))
    looked = erasing.look_through([], address)
    with transaction():
        somebody_leaves()
        people = contacts_at(address)
        if not people:
            erasing.erase_address(address, now(), me().id, looked)
    if people:
        return _not_erased(address, _("A contact of the directory has this address: erase the contact instead."))
    erasing.settle()
    flash(_("Erased. Only a keyed hash is kept, so that no file brings this address back."))
    return redirect(url_for(".index"))


def _not_erased(address: str, error: str) -> ResponseReturnValue:
    people = contacts_at(address)
    left = [] if people else held.sections(Person.of_address(address))
    values = {"people": people, "left": left, "word": word(), "error": error}
    return render_template("rights/found.html", address=address, **values), 422


@bp.post("/requests")
@staff(Role.ADMINISTER)
def receive() -> ResponseReturnValue:
    """Write down that somebody asked."""
    form = request.form
    wish = next((one for one in Wish if one == form.get("wish")), Wish.ACCESS)
    try:
        with transaction():
            day = _day(form.get("received_on", ""))
            told = form.get("name", ""), form.get("email", ""), form.get("note", "")
            made = requests.receive(wish, day, *told, now(), me().id)
    except Refusal as refusal:
        return _index(errors={refusal.field: sentence(refusal)}, typed=form), 422
    flash(_("The request is in the register; answer it within a month."))
    return redirect(url_for(".asked", request_id=made.id))


@bp.get("/requests/<int:request_id>")
@staff(Role.ADMINISTER)
def asked(request_id: int) -> ResponseReturnValue:
    """One request: who, what, until when, what was answered."""
    return render_template("rights/request.html", asked=requests.get_request(request_id), today=now().date())


@bp.post("/requests/<int:request_id>/answer")
@staff(Role.ADMINISTER)
def answer(request_id: int) -> ResponseReturnValue:
    """Close a request, saying how."""
    try:
        with transaction():
            requests.answer(requests.get_request(request_id), request.form.get("answer", ""), now(), me().id)
    except Refusal as refusal:
        errors = {refusal.field: sentence(refusal)}
        found = requests.get_request(request_id)
        return render_template("rights/request.html", asked=found, today=now().date(), errors=errors), 422
    flash(_("The request is answered."))
    return redirect(url_for(".index"))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refusal("Give the day on which it was received.", field="received_on") from error
