"""Keeps what contacts are found by in step with what is known of them, within the transaction of whoever calls."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, bindparam, delete, exists, select, text

from outreach.contacts.models import Address, Contact, Organisation
from outreach.contacts.searching.findable import NOTHING, Findable, findable
from outreach.contacts.searching.models import SearchPosting, SearchText, SearchWord, word_key
from outreach.database import Base, among, db

CHUNK = 500
"""How many values one statement names at most."""
AT_ONCE = 5_000
"""How many contacts are written at once, so that memory stays small."""

Item = TypeVar("Item")
_key = lru_cache(maxsize=100_000)(word_key)
Pair = tuple[int, int]


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """The same items in lists of at most that many."""
    source = iter(items)
    while chunk := list(islice(source, size)):
        yield chunk


def reindex(contact_ids: Iterable[int], fresh: bool = False) -> None:
    """Read anew what these contacts are found by, and write what differs. `fresh` ones have nothing yet."""
    for ids in chunks(contact_ids, AT_ONCE):
        found = _read(ids)
        if fresh:
            index_fresh(found.items())
        else:
            _replace(found)


def index_fresh(found: Iterable[tuple[int, Findable]]) -> None:
    """Write what new contacts are found by, for whoever has it at hand: nothing is read."""
    for some in chunks(found, AT_ONCE):
        spelt: dict[int, str] = {}
        pairs: list[Pair] = []
        for number, one in some:
            had = {_key(word): word for word in one.each}
            spelt.update(had)
            pairs += [(key, number) for key in had]
        _write(SearchWord, sorted(spelt.items()), known=True)
        _write(SearchPosting, sorted(pairs))
        _write(SearchText, [(number, one.words, one.inhabitants) for number, one in some if one.words])


def unindex(contact_ids: Iterable[int]) -> None:
    """Let these contacts be found by nothing any more; words that nobody else has are forgotten."""
    for ids in chunks(contact_ids, AT_ONCE):
        _replace(dict.fromkeys(ids, NOTHING))


def _replace(found: Mapping[int, Findable]) -> None:
    """Write the difference between what was kept of these contacts and what they are found by now."""
    asked = select(SearchText.contact_id, SearchText.words, SearchText.inhabitants)
    rows = db.session.execute(asked.where(among(SearchText.contact_id, list(found))))
    kept = {number: Findable(words, count) for number, words, count in rows}
    changed = {number: one for number, one in found.items() if kept.get(number, NOTHING) != one}
    old = {number: set(kept.get(number, NOTHING).each) for number in changed}
    new = {number: set(one.each) for number, one in changed.items()}
    _add({(_key(word), number): word for number, words in new.items() for word in words - old[number]})
    _take((_key(word), number) for number, words in old.items() for word in words - new[number])
    db.session.execute(delete(SearchText).where(among(SearchText.contact_id, list(changed))))
    _write(SearchText, [(number, one.words, one.inhabitants) for number, one in changed.items() if one.words])


def _add(pairs: Mapping[Pair, str]) -> None:
    """Keep which contacts have which words, and the words that were not known."""
    spelt = {key: word for (key, _number), word in pairs.items()}
    _write(SearchWord, sorted(spelt.items()), known=True)
    _write(SearchPosting, sorted(pairs), known=True)


def _take(pairs: Iterable[Pair]) -> None:
    """Forget which contacts have which words, and the words that nobody has any more."""
    gone = sorted(pairs)
    if not gone:
        return
    statement = delete(SearchPosting).where(
        SearchPosting.word_id == bindparam("word"), SearchPosting.contact_id == bindparam("contact")
    )
    connection = db.session.connection()
    connection.execute(statement, [{"word": word, "contact": contact} for word, contact in gone])
    had = exists().where(SearchPosting.word_id == SearchWord.id)
    for keys in chunks(sorted({word for word, _contact in gone}), AT_ONCE):
        db.session.execute(delete(SearchWord).where(among(SearchWord.id, keys), ~had))


def _write(table: type[Base], rows: Sequence[tuple[Any, ...]], known: bool = False) -> None:
    """Insert rows as fast as the driver takes them; `known` ones may be there already."""
    if not rows:
        return
    columns = table.__table__.columns
    names = ", ".join(columns.keys())
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * len(columns))
        kind = "INSERT OR IGNORE" if known else "INSERT"
        connection.exec_driver_sql(f"{kind} INTO {table.__tablename__} ({names}) VALUES ({places})", list(rows))
        return
    if not known:
        _copy(connection, f"COPY {table.__tablename__} ({names}) FROM STDIN", rows)
        return
    arrays = {f"v{place}": [row[place] for row in rows] for place in range(len(columns))}
    given = ", ".join(
        f"CAST(:v{place} AS {column.type.compile(connection.dialect).split(' COLLATE')[0]}[])"
        for place, column in enumerate(columns)
    )
    ending = " ON CONFLICT DO NOTHING" if known else ""
    connection.execute(
        text(f"INSERT INTO {table.__tablename__} ({names}) SELECT * FROM unnest({given}){ending}"), arrays
    )


def _copy(connection: Connection, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Write rows with PostgreSQL's COPY, a third of what INSERT takes."""
    driver = connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("the connection was closed under this transaction")
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _read(ids: Sequence[int]) -> dict[int, Findable]:
    """What these contacts are found by, read in two statements."""
    emails: dict[int, list[str]] = {}
    addresses = select(Address.contact_id, Address.email).where(
        among(Address.contact_id, ids), Address.retired_at.is_(None)
    )
    for number, email in db.session.execute(addresses.order_by(Address.contact_id, Address.id)):
        emails.setdefault(number, []).append(email)
    named = db.session.execute(
        select(
            Contact.id,
            Contact.family_name,
            Contact.given_name,
            Contact.locality,
            Organisation.name,
            Contact.department,
        )
        .outerjoin(Organisation, Organisation.id == Contact.organisation_id)
        .where(among(Contact.id, ids))
    )
    return {
        number: findable(family, given, locality, house or "", department, emails.get(number, ()))
        for number, family, given, locality, house, department in named
    }
