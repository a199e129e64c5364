"""Every table, for migrations and tests; and the migrations run on a database."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from outreach import presence
from outreach.accounts import models as accounts
from outreach.campaigns import models as campaigns
from outreach.campaigns.audiences import models as audiences
from outreach.contacts import models as contacts
from outreach.contacts.duplicates import models as duplicates
from outreach.contacts.imports import models as imports
from outreach.contacts.rights import models as origins
from outreach.contacts.searching import models as searching
from outreach.database import Base
from outreach.delivery import models as delivery
from outreach.delivery.history import models as steps
from outreach.delivery.pacing import models as pacing
from outreach.delivery.returns import models as returns
from outreach.engine import install_tables
from outreach.events import models as events
from outreach.forwarding import models as forwarding
from outreach.institution import models as institution
from outreach.invitations import models as invitations
from outreach.rights import models as rights
from outreach.rsvp import models as rsvp
from outreach.rsvp.waiting import models as waiting
from outreach.tracking import models as tracking

__all__ = [
    "accounts",
    "audiences",
    "campaigns",
    "contacts",
    "delivery",
    "duplicates",
    "events",
    "forwarding",
    "imports",
    "institution",
    "invitations",
    "metadata",
    "migrate",
    "origins",
    "pacing",
    "presence",
    "returns",
    "rights",
    "rsvp",
    "searching",
    "steps",
    "tracking",
    "waiting",
]

metadata = Base.metadata

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def migrate(url: str, revision: str = "head") -> None:
    """Run the migrations on a database, up to a revision; on PostgreSQL also those of the task engine's tables."""
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    settings.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.upgrade(settings, revision)
    if url.startswith("postgresql"):
        install_tables(url)
