"""What the kinds of reports, and the reasons in them, are called."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from outreach.delivery.returns.outcomes import Cause, Kind

KINDS: dict[Kind, LazyString] = {
    Kind.BOUNCE: _("Returned: it did not reach its recipient"),
    Kind.DELAY: _("Delayed: the other server still tries"),
    Kind.COMPLAINT: _("Complaint: its reader calls it unwanted"),
    Kind.AUTO_REPLY: _("Automatic answer"),
    Kind.STOP: _("Wish to be left alone, by mail"),
    Kind.OTHER: _("Another mail to the address for returns"),
}

CAUSES: dict[Cause, LazyString] = {
    Cause.NO_ADDRESS: _("nobody has this address"),
    Cause.NO_DOMAIN: _("its domain does not exist"),
    Cause.NO_MAIL: _("its domain takes no mail"),
    Cause.MOVED: _("its holder has moved"),
    Cause.DISABLED: _("the mailbox is closed"),
    Cause.FULL: _("the mailbox is full"),
    Cause.TOO_LARGE: _("the message is too large for it"),
    Cause.REFUSED: _("the server refuses us or the message, not the address"),
    Cause.UNREACHED: _("its server could not be reached in time"),
    Cause.BROKEN: _("its server has a fault"),
    Cause.UNKNOWN: _("the report does not say why"),
}
"""Why a message was not placed in its mailbox."""
