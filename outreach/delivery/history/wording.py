"""Says in the reader's language what a row keeps where a relay's words would stand."""

from flask_babel import gettext as _

from outreach.delivery.history.endings import OURS, plainly


def in_words(said: str) -> str:
    """An end of the dialogue that is no reply, as a sentence; empty for what the relay itself said."""
    if said in OURS:
        return str(_(said))
    plain = plainly(said)
    return str(_("%(what)s, %(when)s.", what=_(plain[0]), when=_(plain[1]))) if plain else ""
