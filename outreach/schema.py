"""Every table, for migrations and tests."""

from outreach.accounts import models as accounts
from outreach.campaigns import models as campaigns
from outreach.contacts import import_models as imports
from outreach.contacts import models as contacts
from outreach.database import Base
from outreach.delivery import models as delivery
from outreach.events import models as events
from outreach.forwarding import models as forwarding
from outreach.institution import models as institution
from outreach.invitations import models as invitations
from outreach.rsvp import models as rsvp
from outreach.tracking import models as tracking

__all__ = [
    "accounts",
    "campaigns",
    "contacts",
    "delivery",
    "events",
    "forwarding",
    "imports",
    "institution",
    "invitations",
    "metadata",
    "rsvp",
    "tracking",
]

metadata = Base.metadata
