"""What somebody may have meant who found nobody: words of the directory that come close to the ones typed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Select, column, func, literal, select, table

from outreach.contacts.searching.filters import Filters
from outreach.contacts.searching.findable import LONGEST_WORD
from outreach.contacts.searching.fragments import has_trigrams, meeting
from outreach.contacts.searching.models import TRIGRAMS, SearchWord
from outreach.contacts.searching.spelling import SHORTEST, closest, slips, trigrams
from outreach.database import among, db

LOOKED_AT: Final = 200
"""Words that share fragments with a long one, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What was looked for instead, and what else could have been meant."""

    filters: Filters
    others: Sequence[str]
    """Other words, where one was typed."""


def meant(filters: Filters) -> Meant | None:
    """The same search with the words corrected that nobody has; None where nothing comes close."""
    corrected, others = [], []
    for word in filters.words:
        if db.session.scalar(meeting(word).limit(1)) is not None:
            corrected.append(word)
            continue
        near = close_words(word)
        if not near:
            return None
        corrected.append(near[0])
        others += near[1:]
    if tuple(corrected) == filters.words:
        return None
    return Meant(replace(filters, q=" ".join(corrected), after=None, before=None), others)


def close_words(word: str) -> list[str]:
    """Words of the directory that a slip or two lead to, the closest first."""
    if not SHORTEST <= len(word) <= LONGEST_WORD + 2:
        return []
    one = select(SearchWord.word).where(among(SearchWord.word, list(dict.fromkeys(slips(word)))))
    found = db.session.scalars(one).all()
    if not found and has_trigrams():
        found = db.session.scalars(_sharing(word)).all()
    return closest(word, found)


def _sharing(word: str) -> Select[str]:
    """Words that share fragments with this one, those that share most first."""
    if db.engine.dialect.name == "sqlite":
        index = table(TRIGRAMS, column("word"), column("rank"))
        wanted = " OR ".join(f'"{one}"' for one in trigrams(word))
        return select(index.c.word).where(index.c.word.op("MATCH")(wanted)).order_by(index.c.rank).limit(LOOKED_AT)
    alike: Any = SearchWord.word.op("%")(literal(word))
    return select(SearchWord.word).where(alike).order_by(func.similarity(SearchWord.word, word).desc()).limit(LOOKED_AT)
