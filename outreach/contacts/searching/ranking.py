"""The contacts that a search finds, the best first: those that have the very word, then its beginning, then inside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, select

from outreach.contacts.models import Contact
from outreach.contacts.searching.filters import Filters
from outreach.contacts.searching.fragments import beginning, distance, exactly, follows, leading, meeting
from outreach.contacts.searching.models import SearchText
from outreach.contacts.searching.search import Conditions, conditions
from outreach.database import among, db

MOST: Final = 500
"""More than this many are not ranked: whoever searches says more, or has them all in the order of their names."""
FREQUENT: Final = 50_000
"""Up to this many are looked up to be met with what else is asked; where more have each word, many have all of them."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """What a search found."""

    numbers: Sequence[int]
    """Of contacts, MOST at most, the best first."""
    more: bool
    """There are more; the best of them are here."""


def ranked(filters: Filters) -> Ranked:
    """The contacts that meet the filters and hold the words, the best first."""
    met = conditions(filters, FREQUENT) if len(filters.words) > 1 or filters.filtered else None
    numbers: dict[int, None] = {}
    more = False
    for some in _candidates(filters, met):
        read = db.session.scalars(some.limit(MOST + 1)).all()
        numbers.update(dict.fromkeys(read))
        more = len(read) > MOST or len(numbers) > MOST  # some of them twice, by two words of theirs
        if more:
            break
    few = list(numbers)[:MOST]
    told = (
        select(Contact.id)
        .join(SearchText, SearchText.contact_id == Contact.id)
        .where(among(Contact.id, few))
        .order_by(distance(filters.words), Contact.sort_name, Contact.id)
    )
    return Ranked(db.session.scalars(told).all() if few else [], more)


def _candidates(filters: Filters, met: Conditions | None) -> Iterator[Select[int]]:
    """Statements that give those who meet all that is asked, better ones first where there are many."""
    words = filters.words
    if met is not None and (met.narrow or filters.filtered):
        yield select(Contact.id).where(*met.all)
        return
    first = max(leading(words), key=len)
    for ids in (exactly(first), beginning(first), meeting(first)):
        number = ids.selected_columns[0]
        others = [follows(word, words, number) for word in words if word != first]
        yield ids.where(*others)
