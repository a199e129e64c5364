"""A campaign to a crowd: as many people as a run needs, signed off and launched."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import insert, select

from outreach.contacts.kinds import Gender, Kind
from outreach.contacts.models import Address, Contact
from outreach.database import db, now, transaction
from outreach.delivery import launching
from outreach.institution.models import Institution
from outreach.links import links
from tests import people

MANY: Final = 2000
_FAMILIES: Final = ("Lefèvre", "O’Brien", "Bêche", "Nguyễn", "García", "d’Ornano-Saint-Hilaire")


def launched(
    number: int = MANY, *, once_more: bool = False, batch_size: int | None = None, starts_at: datetime | None = None
) -> int:
    """A running campaign to so many people, all due now or then; `batch_size` makes batches ten minutes apart."""
    with transaction() as session:
        if session.get(Institution, 1) is None:
            people.city()
            _meet(number)
        campaign = people.campaign(people.congress())
        campaign.starts_at = starts_at or now()
        campaign.any_hour = True
        campaign.batch_size = batch_size or number
        campaign.pause_seconds = 600
        campaign.retry_in_doubt = once_more
        session.flush()
        assert launching.approve(campaign, people.member().id, now()) == number
        launching.launch(campaign, now())
        return campaign.id


def email_of(number: int) -> str:
    """The address of the nth person, from 1."""
    return f"personne{number}@association.test"


def people_of(*numbers: int) -> list[Contact]:
    """These people, as they are kept."""
    emails = [email_of(number) for number in numbers]
    joined = select(Contact).join(Address, Address.contact_id == Contact.id).where(Address.email.in_(emails))
    return list(db.session.scalars(joined.order_by(Contact.id)))


def _meet(number: int) -> None:
    at = now()
    contacts = [
        {
            "id": place,
            "kind": Kind.MAYOR if place % 3 else Kind.ASSOCIATION,
            "gender": Gender.FEMININE if place % 2 else Gender.MASCULINE,
            "given_name": f"Prénom {place}",
            "family_name": _FAMILIES[place % len(_FAMILIES)],
            "sort_name": f"nom {place:06d}",
            "language": ("fr", "en", None)[place % 3],
            "created_at": at - timedelta(days=1),
            "changed_at": at - timedelta(days=1),
        }
        for place in range(1, number + 1)
    ]
    addresses = [
        {
            "contact_id": place,
            "email": email_of(place),
            "digest": links().digest(email_of(place)),
            "source": "a list for tests",
            "collected_on": at.date(),
        }
        for place in range(1, number + 1)
    ]
    db.session.execute(insert(Contact), contacts)
    db.session.execute(insert(Address), addresses)
