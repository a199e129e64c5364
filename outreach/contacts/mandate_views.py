"""Pages of the offices that a person holds: taken up, corrected, ended, taken back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts.guard import me, staff
from outreach.accounts.models import Role
from outreach.contacts import mandates, queries
from outreach.contacts.mandate_form import MandateForm
from outreach.contacts.models import Contact
from outreach.contacts.office_labels import office_choices
from outreach.contacts.views import bp, reserved
from outreach.database import now, transaction


@bp.get("/<int:contact_id>/mandates/new")
@staff(Role.PREPARE)
def new_mandate(contact_id: int) -> ResponseReturnValue:
    """A blank form."""
    return _form(MandateForm({}), queries.get_contact(contact_id))


@bp.post("/<int:contact_id>/mandates/new")
@staff(Role.PREPARE)
def take_up_mandate(contact_id: int) -> ResponseReturnValue:
    """Keep an office that the contact holds or held."""
    form = MandateForm.parse(request.form, reserved())
    if form.errors:
        return _form(form, queries.get_contact(contact_id)), 422
    with transaction():
        contact = queries.get_contact(contact_id)
        mandates.take_up(contact, form.tenure, now(), _("Typed by the office"), me().id)
    flash(_("The mandate is kept."))
    return _back(contact_id)


@bp.get("/<int:contact_id>/mandates/<int:mandate_id>")
@staff(Role.PREPARE)
def mandate(contact_id: int, mandate_id: int) -> ResponseReturnValue:
    """The form of an office as it is held."""
    contact = queries.get_contact(contact_id)
    held = mandates.get_mandate(contact, mandate_id)
    return _form(MandateForm.of(mandates.tenure_of(held, contact.addresses)), contact, mandate_id)


@bp.post("/<int:contact_id>/mandates/<int:mandate_id>")
@staff(Role.PREPARE)
def correct_mandate(contact_id: int, mandate_id: int) -> ResponseReturnValue:
    """Keep what was corrected; an office whose last day is past retires its address."""
    form = MandateForm.parse(request.form, reserved())
    if form.errors:
        return _form(form, queries.get_contact(contact_id), mandate_id), 422
    with transaction():
        contact = queries.get_contact(contact_id)
        held = mandates.get_mandate(contact, mandate_id)
        changed = mandates.correct(contact, held, form.tenure, now(), _("Typed by the office"), me().id)
    flash(_("The changes are kept.") if changed else _("Nothing was changed."))
    return _back(contact_id)


@bp.post("/<int:contact_id>/mandates/<int:mandate_id>/take-back")
@staff(Role.PREPARE)
def take_back_mandate(contact_id: int, mandate_id: int) -> ResponseReturnValue:
    """Forget an office that was entered by mistake."""
    with transaction():
        contact = queries.get_contact(contact_id)
        mandates.take_back(contact, mandates.get_mandate(contact, mandate_id), now(), me().id)
    flash(_("The mandate is gone; the history says that it was there."))
    return _back(contact_id)


def _form(form: MandateForm, contact: Contact, mandate_id: int | None = None) -> str:
    return render_template(
        "contacts/mandate.html", form=form, contact=contact, mandate_id=mandate_id, offices=office_choices()
    )


def _back(contact_id: int) -> ResponseReturnValue:
    return redirect(url_for(".show", contact_id=contact_id, _anchor="mandates"))
