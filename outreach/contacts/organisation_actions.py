"""Changes to organisations: their name and sort. Whoever calls commits."""

from datetime import datetime

from sqlalchemy import select, update

from outreach.accounts.actions import record
from outreach.contacts.duplicates.aliases import keep_present_of
from outreach.contacts.folding import fold
from outreach.contacts.kinds import OrganisationKind
from outreach.contacts.models import Contact, ContactChange, Organisation
from outreach.contacts.organisations import find_organisations, identity
from outreach.contacts.particulars import sort_name
from outreach.contacts.searching.indexing import reindex
from outreach.database import db
from outreach.errors import Refusal

LONGEST_NAME = 300


def edit_organisation(
    house: Organisation, name: str, kind: OrganisationKind, at: datetime, user_id: int | None = None
) -> bool:
    """Change its name or sort, and say whether anything did; everybody who belongs to it is found by the new name.

    Raises Refusal without a name, or when another organisation of the département has it.
    """
    name = " ".join(name.split())
    if not name:
        raise Refusal("Type the name of the organisation.", field="name")
    if len(name) > LONGEST_NAME:
        raise Refusal("This is longer than %(longest)d characters.", field="name", longest=LONGEST_NAME)
    if (house.name, house.kind) == (name, kind):
        return False
    wanted = identity(name, house.department)
    if find_organisations([wanted]).get(wanted, house.id) != house.id:
        raise Refusal("Another organisation of this département has this name already.", field="name")
    before, house.name, house.folded, house.kind = house.name, name, fold(name)[:LONGEST_NAME], kind
    db.session.flush()
    if before != name:
        _name_again(house, before, at, user_id)
    if user_id is not None:
        record("organisation.edited", "organisation", house.id, user_id)
    return True


def _name_again(house: Organisation, before: str, at: datetime, user_id: int | None) -> None:
    """Its people are found by its new name, its desks are sorted by it, and the history of each says so.

    A file that has its former name finds the desks all the same.
    """
    numbers = db.session.scalars(
        select(Contact.id).where(Contact.organisation_id == house.id, Contact.erased_at.is_(None))
    ).all()
    told = {"at": at, "user_id": user_id, "field": "organisation", "before": before, "after": house.name}
    db.session.add_all(ContactChange(contact_id=number, **told) for number in numbers)
    desks = (Contact.organisation_id == house.id, Contact.family_name == "", Contact.given_name == "")
    kept = (*desks, Contact.erased_at.is_(None))
    if house.folded != fold(before)[:LONGEST_NAME]:
        keep_present_of(kept)
    moved = update(Contact).where(*kept).values(sort_name=sort_name("", "", house.name))
    db.session.execute(moved, execution_options={"synchronize_session": False})
    db.session.flush()
    reindex(numbers)
