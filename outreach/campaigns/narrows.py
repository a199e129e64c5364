"""What a campaign has to pass through that this room knows nothing of: whoever does registers itself here."""

from collections.abc import Callable, Sequence
from datetime import datetime

from outreach.campaigns.ending import Load
from outreach.campaigns.models import Campaign

LoadsOf = Callable[[Campaign, datetime], Sequence[Load]]
_SOURCES: list[LoadsOf] = []


def tell(source: LoadsOf) -> LoadsOf:
    """Ask this one from now on what a campaign passes through."""
    _SOURCES.append(source)
    return source


def loads_of(campaign: Campaign, at: datetime) -> list[Load]:
    """What it passes through: its lanes, and the relay once it is running."""
    return [load for source in _SOURCES for load in source(campaign, at)]
