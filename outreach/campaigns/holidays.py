"""Decides which days are public holidays in France, there and there: computed, never downloaded."""

import enum
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Final


class Place(enum.StrEnum):
    """Where the holidays are those of."""

    METROPOLE = "metropole"
    ALSACE_MOSELLE = "alsace-moselle"
    GUADELOUPE = "guadeloupe"
    GUYANE = "guyane"
    MARTINIQUE = "martinique"
    REUNION = "reunion"
    MAYOTTE = "mayotte"
    SAINT_MARTIN = "saint-martin"
    SAINT_BARTHELEMY = "saint-barthelemy"


_EVERYWHERE: Final = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
"""Code du travail, L3133-1; and Easter Monday, Ascension Day, Whit Monday."""
_THERE: Final[Mapping[Place, tuple[tuple[int, int], ...]]] = {
    Place.ALSACE_MOSELLE: ((12, 26),),
    Place.MAYOTTE: ((4, 27),),
    Place.MARTINIQUE: ((5, 22),),
    Place.GUADELOUPE: ((5, 27),),
    Place.SAINT_MARTIN: ((5, 27), (5, 28)),
    Place.GUYANE: ((6, 10),),
    Place.SAINT_BARTHELEMY: ((10, 9),),
    Place.REUNION: ((12, 20),),
}
"""Saint Stephen's Day in Bas-Rhin, Haut-Rhin and Moselle (L3134-13); overseas, the abolition of slavery (L3422-2).

Saint-Martin keeps its own on 28 May, while the code still says the 27th: no letter leaves on either.
"""


@cache
def public_holidays(year: int, place: Place = Place.METROPOLE) -> frozenset[date]:
    """The public holidays of a year in one place.

    Good Friday is one in Alsace and Moselle (L3134-13: in communes with a Protestant church; taken for all of them).
    """
    easter = _easter(year)
    moving = [1, 39, 50] + ([-2] if place is Place.ALSACE_MOSELLE else [])
    fixed = (*_EVERYWHERE, *_THERE.get(place, ()))
    return frozenset(
        [*(easter + timedelta(days=days) for days in moving), *(date(year, month, day) for month, day in fixed)]
    )


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Butcher's rule)."""
    century, in_century = divmod(year, 100)
    leap_centuries, rest = divmod(century, 4)
    shift = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * (year % 19) + century - leap_centuries - shift + 15) % 30
    week = (32 + 2 * rest + 2 * (in_century // 4) - moon - in_century % 4) % 7
    late = (year % 19 + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)
