"""Campaigns for the tests of delivery, to the people of the cast."""

from sqlalchemy import select

from outreach.accounts.models import Role
from outreach.campaigns.models import Campaign, CampaignState
from outreach.database import db, now, transaction
from outreach.delivery import launching
from outreach.institution.models import Institution
from tests import people

ADDRESSES = [
    "ada@association.test",
    "ccas@commune.test",
    "ines.durand@assemblee.test",
    "maeve.obrien@europe.test",
    "maire@commune.test",
]
"""Everybody who has one, in alphabetical order."""


def draft(batch_size: int = 3) -> int:
    """A campaign to everybody of the cast: five people have an address, one has none. Its calendar begins now."""
    with transaction() as session:
        if session.get(Institution, 1) is None:
            people.city()
            for person in (people.ada, people.ccas, people.deputy, people.mayor, people.mep, people.without_address):
                person()
        campaign = people.campaign(people.congress())
        campaign.starts_at = now()
        campaign.any_hour = True
        campaign.batch_size = batch_size
        campaign.pause_seconds = 600
        session.flush()
        return campaign.id


def signed(batch_size: int = 3) -> int:
    """The same, signed off."""
    number = draft(batch_size)
    with transaction() as session:
        launching.approve(session.get_one(Campaign, number), people.member(Role.SIGN).id, now())
    return number


def launched(batch_size: int = 3) -> int:
    """The same, running."""
    number = signed(batch_size)
    with transaction() as session:
        launching.launch(session.get_one(Campaign, number), now())
    return number


def state(number: int) -> CampaignState:
    """Where that campaign stands now."""
    db.session.rollback()
    found = db.session.scalars(select(Campaign.state).where(Campaign.id == number)).one()
    db.session.rollback()
    return found
