"""The page of an organisation: its people, its desks, its address."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts.guard import me, staff
from outreach.accounts.models import Role
from outreach.contacts import organisation_queries, queries
from outreach.contacts.kinds import OrganisationKind
from outreach.contacts.labels import ORGANISATIONS
from outreach.contacts.models import Contact
from outreach.contacts.office_labels import quality_label
from outreach.contacts.organisation_actions import edit_organisation
from outreach.contacts.views import bp
from outreach.database import now, transaction
from outreach.errors import Refusal
from outreach.i18n import sentence


@bp.get("/organisations/<int:organisation_id>")
@staff()
def organisation(organisation_id: int) -> ResponseReturnValue:
    """Who belongs to an organisation, and where it is written to."""
    return _page(organisation_id)


@bp.post("/organisations/<int:organisation_id>")
@staff(Role.PREPARE)
def change_organisation(organisation_id: int) -> ResponseReturnValue:
    """Keep its name and sort as they were corrected."""
    kinds = {kind.value: kind for kind in OrganisationKind}
    try:
        with transaction():
            house = organisation_queries.get_organisation(organisation_id)
            kind = kinds.get(request.form.get("kind", ""), house.kind)
            changed = edit_organisation(house, request.form.get("name", ""), kind, now(), me().id)
    except Refusal as refusal:
        return _page(
            organisation_id, errors={refusal.field: sentence(refusal)}, typed=request.form.get("name", "")
        ), 422
    flash(_("The changes are kept.") if changed else _("Nothing was changed."))
    return redirect(url_for(".organisation", organisation_id=organisation_id))


def _page(organisation_id: int, **more: Any) -> str:
    return render_template(
        "contacts/organisation.html",
        house=organisation_queries.house(organisation_id),
        KINDS_OF_HOUSES=[(kind.value, label) for kind, label in ORGANISATIONS.items()],
        quality=_quality,
        **more,
    )


def _quality(contact: Contact) -> str:
    """In what quality somebody is written to, as the list says it."""
    return quality_label(queries.quality_of(contact), contact.gender) or contact.role_label
