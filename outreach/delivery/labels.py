"""What the states of a message and the purposes of a notice are called. Never “delivered”: nobody can know that."""

from flask_babel import LazyString, lazy_pgettext
from flask_babel import lazy_gettext as _

from outreach.delivery.models import NoticePurpose
from outreach.delivery.states import MessageState
from outreach.engine import Queue
from outreach.presence import Doing, Kind

STATES: dict[MessageState, LazyString] = {
    MessageState.QUEUED: _("Waiting for its batch"),
    MessageState.LEASED: _("Leaving now"),
    MessageState.RETRY: _("To be tried again"),
    MessageState.IN_DOUBT: _("In doubt"),
    MessageState.SENT: _("Accepted, not returned"),
    MessageState.BOUNCED: _("Returned"),
    MessageState.REJECTED: _("Refused by the relay"),
    MessageState.FAILED: _("Given up"),
    MessageState.SUPPRESSED: _("Held back: the address must not be written to"),
    MessageState.CANCELLED: _("Cancelled"),
}
"""What one message is, in the order of its life."""

STATES_OF_SEVERAL: dict[MessageState, LazyString] = {
    MessageState.QUEUED: lazy_pgettext("several", "Waiting for their batch"),
    MessageState.LEASED: lazy_pgettext("several", "Leaving now"),
    MessageState.RETRY: lazy_pgettext("several", "To be tried again"),
    MessageState.IN_DOUBT: lazy_pgettext("several", "In doubt"),
    MessageState.SENT: lazy_pgettext("several", "Accepted, not returned"),
    MessageState.BOUNCED: lazy_pgettext("several", "Returned"),
    MessageState.REJECTED: lazy_pgettext("several", "Refused by the relay"),
    MessageState.FAILED: lazy_pgettext("several", "Given up"),
    MessageState.SUPPRESSED: lazy_pgettext("several", "Held back: the addresses must not be written to"),
    MessageState.CANCELLED: lazy_pgettext("several", "Cancelled"),
}
"""The same of many: what lists and bars are headed with."""

PURPOSES: dict[NoticePurpose, LazyString] = {
    NoticePurpose.CONFIRMATION: _("Confirmation of the answer"),
    NoticePurpose.ADDRESS_CHECK: _("Request to confirm an address"),
    NoticePurpose.OWN_INVITATION: _("Invitation in their own name"),
    NoticePurpose.LOST_LINK: _("Link sent once more"),
    NoticePurpose.THANKS: _("Thanks"),
    NoticePurpose.SEAT_OFFER: _("Seat offered from the waiting list"),
    NoticePurpose.EVENT_NEWS: _("News of the event for those who come"),
}
"""What the notices are called."""

PROCESSES: dict[Kind, LazyString] = {
    Kind.ENGINE: _("Engine: clock and sender"),
    Kind.CLOCK: _("Clock"),
    Kind.WORKER: _("Worker"),
}
"""What the processes are called."""

DOINGS: dict[Doing, LazyString] = {
    Doing.WAITING: _("has nothing to do"),
    Doing.SENDING: _("sends"),
    Doing.STANDING_BY: _("stands by"),
    Doing.TICKING: _("ticks"),
    Doing.LEAVING: _("finishes and stops"),
}
"""What they do."""

QUEUES: dict[str, LazyString] = {Queue.NOTICES: _("notices"), Queue.MESSAGES: _("all that is due")}
"""What they listen to."""
