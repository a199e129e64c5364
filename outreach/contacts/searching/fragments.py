"""How a fragment of a word finds contacts: from three letters up anywhere in a word, a shorter one at its beginning."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    any_,
    case,
    column,
    func,
    literal,
    or_,
    select,
    table,
    text,
)

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
    # A value and not an EXISTS, which PostgreSQL may answer by reading the words of everybody.
    said = select(SearchText.words).where(SearchText.contact_id == contact_id)
    return _holds(said.correlate_except(SearchText).scalar_subquery(), fragment, fragments)


def distance(fragments: Sequence[str]) -> ColumnElement[int]:
    """How far `SearchText` is from what was asked: for each fragment 0 the very word, 1 a beginning, 2 inside."""
    total: ColumnElement[int] = literal(0)
    for one in fragments:
        total += case((SearchText.words.like(f"% {one} %"), 0), (SearchText.words.like(f"% {one}%"), 1), else_=2)
    return total


def _holds(said: ColumnElement[str], fragment: str, fragments: Sequence[str]) -> ColumnElement[bool]:
    """A short one begins a word, or stands where it was typed: "ix en pro" from the middle of Aix-en-Provence."""
    if len(fragment) >= ANYWHERE:
        return said.like(f"%{fragment}%")
    begins = said.like(f"% {fragment}%")
    return or_(begins, said.like(f"%{' '.join(fragments)}%")) if len(fragments) > 1 else begins


def _having(words: Select[int]) -> Select[int]:
    found = select(SearchPosting.contact_id)
    if db.engine.dialect.name == "sqlite":
        return found.where(SearchPosting.word_id.in_(words))
    # As an array the words are looked up first, and then their lists: a join may be planned by reading every list.
    return found.where(SearchPosting.word_id == any_(func.array(words.scalar_subquery(), type_=ARRAY(BigInteger))))


def has_trigrams() -> bool:
    """False where FTS5 or pg_trgm is missing: every word is then looked through, and two slips are too many."""
    known = (
        "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = :name)"
        if db.engine.dialect.name == "sqlite"
        else "SELECT to_regclass(:name) IS NOT NULL"
    )
    return bool(db.session.scalar(text(known), {"name": TRIGRAMS}))


def _inside(fragment: str) -> Select[int]:
    if db.engine.dialect.name == "sqlite" and has_trigrams():
        return select(_TRIGRAMS.c.rowid).where(_TRIGRAMS.c.word.op("MATCH")(f'"{fragment}"'))
    return select(SearchWord.id).where(SearchWord.word.like(f"%{fragment}%"))
