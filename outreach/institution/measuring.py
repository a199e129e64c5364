"""Decides how displays of a message may be measured: whoever asks for less wins."""

import enum
from collections.abc import Iterable
from typing import Final

from outreach.institution.models import MeasuringMode

ORDER: Final = tuple(MeasuringMode)
"""From the strictest to the one that knows most."""


class Pixel(enum.StrEnum):
    """The image in somebody's copy of a letter."""

    NONE = "none"
    CROWD = "crowd"
    """The same for all who get the letter in that language: it says nothing of who displays it."""
    PERSONAL = "personal"
    """It names whose copy it is, so that a wish of theirs holds also once the message has left."""


def stricter(one: Pixel, other: Pixel) -> Pixel:
    """Whichever of two images says less."""
    return min(one, other, key=tuple(Pixel).index)


def strictest(modes: Iterable[MeasuringMode | None]) -> MeasuringMode:
    """The strictest of those given; who says nothing (None) leaves it to the others, and nobody at all means off."""
    return min((mode for mode in modes if mode is not None), key=ORDER.index, default=MeasuringMode.OFF)


def of_person(*, refused: bool, agreed: bool) -> MeasuringMode:
    """What may be known of one person at most: each display only if they agreed, nothing once they refused."""
    if refused:
        return MeasuringMode.OFF
    return MeasuringMode.INDIVIDUAL if agreed else MeasuringMode.LAST_OPEN


def pixel(mode: MeasuringMode) -> Pixel:
    """The image that a message measured so carries; in the mode that measures nothing there is none at all."""
    if mode is MeasuringMode.OFF:
        return Pixel.NONE
    return Pixel.CROWD if mode is MeasuringMode.AGGREGATE else Pixel.PERSONAL
