"""What the states of a message are called. Never “delivered”: nobody can know that."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from outreach.delivery.states import MessageState

STATES: dict[MessageState, LazyString] = {
    MessageState.QUEUED: _("waiting for their batch"),
    MessageState.LEASED: _("leaving now"),
    MessageState.RETRY: _("to be tried again"),
    MessageState.IN_DOUBT: _("in doubt"),
    MessageState.SENT: _("accepted, not returned"),
    MessageState.BOUNCED: _("returned"),
    MessageState.REJECTED: _("refused by the relay"),
    MessageState.FAILED: _("given up"),
    MessageState.SUPPRESSED: _("held back: the address must not be written to"),
    MessageState.CANCELLED: _("cancelled"),
}
"""In the order of a message's life."""
