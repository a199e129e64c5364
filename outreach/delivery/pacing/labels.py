"""What the families of destinations are called, and a cautious pace for whom nobody knows yet."""

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from outreach.delivery.pacing.families import Family

FAMILIES: dict[Family, LazyString] = {
    Family.ORANGE: _("Orange and Wanadoo"),
    Family.LAPOSTE: _("La Poste"),
    Family.FREE: _("Free"),
    Family.SFR: _("SFR, Neuf, Cegetel, Numericable"),
    Family.GMAIL: _("Gmail"),
    Family.MICROSOFT: _("Microsoft: Outlook, Hotmail, Live"),
    Family.YAHOO: _("Yahoo and AOL"),
    Family.OTHERS: _("All others"),
}
CAUTIOUS: Final[Mapping[Family, int]] = {
    Family.ORANGE: 1000,
    Family.LAPOSTE: 1000,
    Family.FREE: 1000,
    Family.SFR: 1000,
    Family.GMAIL: 2000,
    Family.MICROSOFT: 1000,
    Family.YAHOO: 1000,
}
"""Messages an hour to begin with; a house rule, as no provider publishes its own."""
