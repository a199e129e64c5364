"""How a fragment of a word finds contacts: from three letters up anywhere in a word, a shorter one at its beginning."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, column, literal, or_, select, table

from outreach.contacts.models import Contact
from outreach.contacts.searching.models import TRIGRAMS, SearchPosting, SearchText, SearchWord, word_key
from outreach.database import db

ANYWHERE: Final = 3
"""A fragment of so many letters is looked for inside words too."""
LAST: Final = "\U0010ffff"
"""Sorts behind every letter, so that the words beginning with "mar" lie between "mar" and "mar" + LAST."""

_TRIGRAMS = table(TRIGRAMS, column("rowid"), column("word"))


def leading(fragments: Sequence[str]) -> list[str]:
    """Those by which contacts are looked up: the long ones; else those in between, which are whole words."""
    return [one for one in fragments if len(one) >= ANYWHERE] or list(fragments[1:-1]) or list(fragments)


def exactly(word: str) -> Select[int]:
    """The contacts that have this very word."""
    return select(SearchPosting.contact_id).where(SearchPosting.word_id == word_key(word))


def beginning(fragment: str) -> Select[int]:
    """The contacts that have a word beginning so, some of them twice."""
    begins = select(SearchWord.id).where(SearchWord.word >= fragment, SearchWord.word < fragment + LAST)
    return _having(begins)


def meeting(fragment: str) -> Select[int]:
    """The contacts that a fragment finds, some of them twice."""
    return beginning(fragment) if len(fragment) < ANYWHERE else _having(_inside(fragment))


def follows(fragment: str, fragments: Sequence[str] = (), contact_id: Any = Contact.id) -> ColumnElement[bool]:
    """Whether a contact that was met is found by this one of the fragments as well."""
    found = select(literal(1)).where(SearchText.contact_id == contact_id, _holds(fragment, fragments))
    return found.correlate_except(SearchText).exists()


def distance(fragments: Sequence[str]) -> ColumnElement[int]:
    """How far `SearchText` is from what was asked: for each fragment 0 the very word, 1 a beginning, 2 inside."""
    total: ColumnElement[int] = literal(0)
    for one in fragments:
        total += case((SearchText.words.like(f"% {one} %"), 0), (SearchText.words.like(f"% {one}%"), 1), else_=2)
    return total


def _holds(fragment: str, fragments: Sequence[str]) -> ColumnElement[bool]:
    """A short one begins a word, or stands where it was typed: "ix en pro" from the middle of Aix-en-Provence."""
    if len(fragment) >= ANYWHERE:
        return SearchText.words.like(f"%{fragment}%")
    begins = SearchText.words.like(f"% {fragment}%")
    return or_(begins, SearchText.words.like(f"%{' '.join(fragments)}%")) if len(fragments) > 1 else begins


def _having(words: Select[int]) -> Select[int]:
    return select(SearchPosting.contact_id).where(SearchPosting.word_id.in_(words))


def _inside(fragment: str) -> Select[int]:
    if db.engine.dialect.name == "sqlite":
        return select(_TRIGRAMS.c.rowid).where(_TRIGRAMS.c.word.op("MATCH")(f'"{fragment}"'))
    return select(SearchWord.id).where(SearchWord.word.like(f"%{fragment}%"))
