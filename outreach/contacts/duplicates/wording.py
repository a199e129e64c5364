"""What speaks for or against two contacts being one, in words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from outreach.contacts.duplicates.models import DuplicatePair, PairState
from outreach.contacts.duplicates.queries import Level, level_of
from outreach.contacts.duplicates.signs import Sign

SIGNS: dict[Sign, LazyString] = {
    Sign.SAME_FAMILY: _("same family name"),
    Sign.FAMILY_NEAR: _("family name almost the same"),
    Sign.FAMILY_HOLDS: _("one family name holds the other"),
    Sign.FAMILY_SHARES: _("family names share a part"),
    Sign.SAME_WORDS: _("same names in another order"),
    Sign.SAME_GIVEN: _("same given name"),
    Sign.GIVEN_HOLDS: _("one has further given names"),
    Sign.GIVEN_BEGINS: _("given name begins alike"),
    Sign.GIVEN_NEAR: _("given name almost the same"),
    Sign.GIVEN_PART: _("one given name is part of the other"),
    Sign.GIVEN_MISSING: _("one given name is not known"),
    Sign.GIVEN_FEMININE: _("one given name is the feminine of the other"),
    Sign.GIVEN_OTHER: _("different given name"),
    Sign.OTHER_GENDER: _("a woman and a man"),
    Sign.SAME_HOUSE_NAME: _("same name"),
    Sign.SAME_HOUSE_WORDS: _("same name, written otherwise"),
    Sign.HOUSE_NEAR: _("name almost the same"),
    Sign.HOUSE_HOLDS: _("one name is most of the other"),
    Sign.HOUSE_PART: _("one name is part of the other"),
    Sign.HOUSE_ACRONYM: _("one name is the initials of the other"),
    Sign.OTHER_DESK: _("different role"),
    Sign.SAME_COMMUNE: _("same commune"),
    Sign.JOINED_COMMUNE: _("communes joined since"),
    Sign.SAME_POSTAL_CODE: _("same postal code"),
    Sign.SAME_DEPARTMENT: _("same département"),
    Sign.OTHER_COMMUNE: _("different commune"),
    Sign.OTHER_DEPARTMENT: _("different département"),
    Sign.OTHER_COUNTRY: _("different country"),
    Sign.SAME_ADDRESS: _("same e-mail address"),
    Sign.SAME_PHONE: _("same telephone"),
    Sign.SAME_WEBSITE: _("same web site"),
    Sign.SAME_HOUSE: _("same organisation"),
    Sign.SAME_OFFICE: _("same office in the same constituency"),
    Sign.OTHER_CONSTITUENCY: _("same office in another constituency"),
    Sign.SAME_KIND: _("same kind"),
}

LEVELS: dict[Level, LazyString] = {
    Level.EXACT: _("Same name and address"),
    Level.ALMOST_SURE: _("Almost sure"),
    Level.LIKELY: _("Likely"),
}

STATES: dict[PairState, LazyString] = {
    PairState.OPEN: _("To decide"),
    PairState.DIFFERENT: _("Different"),
    PairState.MERGED: _("Merged"),
}


def reasons(pair: DuplicatePair) -> list[tuple[LazyString, float]]:
    """What adds up to the score of a pair, in words and with its weight."""
    told: Mapping[str, Any] = pair.reasons
    return [(SIGNS[Sign(name)], float(weight)) for name, weight in told.items()]


def level(pair: DuplicatePair) -> Level:
    """How sure it is."""
    return level_of(pair.score)
