"""A directory of invented contacts, made by the database itself: a million of them in a minute or two."""

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Date, FromClause, text

from outreach.contacts.folding import words
from outreach.contacts.models import Address, Contact
from outreach.contacts.searching.communes import names
from outreach.contacts.searching.models import SearchPosting, SearchText, SearchWord, word_key
from outreach.database import UtcDateTime, db, now, transaction

DEPARTMENTS: Final = ("72", "53", "49", "44", "85", "75", "69", "13", "59", "33")
KINDS: Final = ("association", "mayor", "deputy_mayor", "individual", "press", "institution", "ccas", "partner")
_SYLLABLES: Final = words(
    "bar ber bou che dau del fer gau ger hen jou lam lan lef mar mer mon nor per pot rou san tho val"
)
_ENDINGS: Final = words("ard eau et ier in lot mann ois on ot ou stein ville y ac es")
_GIVEN: Final = words("marie jean pierre anne luc lea paul ines claire hugo nora yann eve leon rose guy zoe alix noe")
_HOUSES: Final = words("amis amicale comite foyer union secours club ecole maison atelier cercle ligue")
_PRIMES: Final = {"family": 7_919, "given": 104_729, "commune": 1_299_709, "house": 15_485_863}


def fill(contacts: int, seed: int = 1) -> Sequence[str]:
    """Keep that many contacts, each with an address and what it is found by; returns the words there are."""
    vocabulary = _vocabulary(random.Random(seed), contacts)  # noqa: S311 - names, not keys
    with transaction():
        _numbers(contacts)
        for name, some in vocabulary.items():
            _keep(name, some)
        everybody = sorted({word for some in vocabulary.values() for word in some} | {"asso", "example"})
        _run(_insert(SearchWord), [{"id": word_key(word), "word": word} for word in everybody])
        _fill(Contact.__table__, _CONTACT)
        _fill(Address.__table__, _ADDRESS)
        _fill(SearchText.__table__, _TEXT)
        _postings(["asso", "example"])
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        vacuum = "" if connection.dialect.name == "sqlite" else "VACUUM "  # as a server does by itself, a little later
        connection.exec_driver_sql(f"{vacuum}ANALYZE")
    return everybody


_SORTED: Final = "family.word || ' ' || given.word"
_CONTACT: Final = {
    "id": "n",
    "kind": f"CASE n % 8 {' '.join(f'WHEN {at} THEN {kind!r}' for at, kind in enumerate(KINDS))} END",
    "given_name": "given.word",
    "family_name": "family.word",
    "sort_name": _SORTED,
    "locality": "commune.word",
    "department": f"CASE n % 10 {' '.join(f'WHEN {at} THEN {code!r}' for at, code in enumerate(DEPARTMENTS))} END",
    "country": "'FR'",
    "language": "CASE n % 20 WHEN 0 THEN 'en' WHEN 1 THEN NULL ELSE 'fr' END",
}
_ADDRESS: Final = {
    "id": "n",
    "contact_id": "n",
    "email": "given.word || '.' || family.word || '@asso.example'",
    "digest": "'digest ' || n",
    "source": "'bench'",
}
_TEXT: Final = {
    "contact_id": "n",
    "words": f"' ' || {_SORTED} || ' ' || commune.word || ' ' || house.word || ' asso example '",
    "inhabitants": "n % 50000",
}


def _vocabulary(chance: random.Random, contacts: int) -> dict[str, list[str]]:
    """Words by what they name, the frequent ones first; family names are as many as a third of the contacts."""
    families: dict[str, None] = {}
    while len(families) < max(100, min(contacts // 3, 300_000)):
        families["".join([*chance.choices(_SYLLABLES, k=chance.randint(1, 3)), chance.choice(_ENDINGS)])] = None
        families["".join(chance.choices("abcdefghijklmnoprstuvy", k=chance.randint(5, 9)))] = None
    given = [*_GIVEN, *(f"{one}{other}" for one in _GIVEN for other in _ENDINGS)]
    houses = [*_HOUSES, *(f"{one}{syllable}" for one in _HOUSES for syllable in _SYLLABLES)]
    return {"family": list(families), "given": given, "commune": sorted(names()), "house": houses}


def _numbers(contacts: int) -> None:
    _run("CREATE TEMPORARY TABLE bench_number (n INTEGER PRIMARY KEY)")
    series = (
        "WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < :most) SELECT n FROM up"
        if db.engine.dialect.name == "sqlite"
        else "SELECT generate_series(1, :most)"
    )
    _run(f"INSERT INTO bench_number {series}", {"most": contacts})


def _keep(name: str, some: Sequence[str]) -> None:
    """The words of one name, and which of them each contact has: a few of them often, most of them seldom."""
    _run(f"CREATE TEMPORARY TABLE bench_{name} (place INTEGER PRIMARY KEY, word TEXT NOT NULL, id BIGINT NOT NULL)")
    rows = [{"place": place, "word": word, "id": word_key(word)} for place, word in enumerate(some)]
    _run(f"INSERT INTO bench_{name} VALUES (:place, :word, :id)", rows)


def _source() -> str:
    """Each number with its words: where a number falls is drawn by a multiplication, its square makes few frequent."""
    sizes = {name: db.session.scalar(text(f"SELECT count(*) FROM bench_{name}")) for name in _PRIMES}
    joins = [
        f"JOIN bench_{name} AS {name} ON {name}.place = CAST("
        f"(CAST(n AS BIGINT) * {prime} % 999983) * (CAST(n AS BIGINT) * {prime} % 999983) / 999966000289.0"
        f" * {sizes[name] - 1} AS INTEGER)"
        for name, prime in _PRIMES.items()
    ]
    return f"FROM bench_number {' '.join(joins)}"


def _fill(table: FromClause, told: Mapping[str, str]) -> None:
    """Rows of a table: what is told, else the column's own default, else nothing."""
    given = {column.name: told.get(column.name) or _usual(column) for column in table.columns}
    values = {name: value for name, value in given.items() if value is not None}
    _run(f"INSERT INTO {table} ({', '.join(values)}) SELECT {', '.join(values.values())} {_source()} ORDER BY n")


def _usual(column: Any) -> str | None:
    if column.nullable or column.server_default is not None:
        return None
    if column.default is not None:
        value = column.default.arg
    else:
        value = now() if isinstance(column.type, UtcDateTime) else now().date() if isinstance(column.type, Date) else ""
    processor = column.type.dialect_impl(db.engine.dialect).literal_processor(db.engine.dialect)
    return str(processor(value)) if processor else repr(value)


def _postings(constant: Iterable[str]) -> None:
    """Who has which word, one name of theirs after the other."""
    source = _source()
    parts = [f"SELECT {name}.id AS word, n {source}" for name in _PRIMES]
    parts += [f"SELECT {word_key(word)}, n FROM bench_number" for word in constant]
    _run(
        f"INSERT INTO {SearchPosting.__tablename__} (word_id, contact_id)"
        f" SELECT word, n FROM ({' UNION '.join(parts)}) AS had ORDER BY word, n"
    )


def _insert(table: Any) -> str:
    columns = table.__table__.columns.keys()
    places = ", ".join(f":{one}" for one in columns)
    return f"INSERT INTO {table.__tablename__} ({', '.join(columns)}) VALUES ({places})"


def _run(statement: str, values: Any = None) -> None:
    db.session.execute(text(statement), values)
