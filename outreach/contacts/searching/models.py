"""The tables behind search as you type: the words there are, which contacts have them, and all words of a contact.

Fragments are looked up among the words that there are, a few hundred thousand for a million contacts: their trigrams
stand in an index of FTS5 on SQLite and of pg_trgm on PostgreSQL. Without pg_trgm the words are looked through.
"""

from hashlib import blake2b
from typing import Final

from sqlalchemy import BigInteger, Index, Table, Text, event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, mapped_column

from outreach.contacts.models import Word
from outreach.database import Base, BigId

TRIGRAMS: Final = "search_word_trigram"
"""The index of trigrams: a table of FTS5, or an index of pg_trgm."""


class SearchWord(Base):
    """A folded word that some contact is found by."""

    __tablename__ = "search_word"
    __table_args__ = (Index("ix_search_word_word", "word"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    """See `word_key`: nobody has to ask the database for it."""
    word: Mapped[str] = mapped_column(Word)


class SearchPosting(Base):
    """A contact has a word. Nothing refers: whoever takes a word from a contact takes this too."""

    __tablename__ = "search_posting"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads it so

    word_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    contact_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class SearchText(Base):
    """All that a contact is found by."""

    __tablename__ = "search_text"

    contact_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    words: Mapped[str] = mapped_column(Text)
    """The folded words, a space before and after each: « ␣martin␣lea␣le␣mans␣ »."""
    inhabitants: Mapped[int | None]
    """Of the contact's commune, where it is known."""


def word_key(word: str) -> int:
    """The number of a word: 63 bits of its BLAKE2 hash, so that it is the same everywhere and never looked up."""
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big") >> 1


SQLITE_INDEX: Final = (
    f"CREATE VIRTUAL TABLE {TRIGRAMS} USING fts5(word, content='search_word', content_rowid='id', tokenize='trigram')",
    f"""CREATE TRIGGER search_word_added AFTER INSERT ON search_word BEGIN
    INSERT INTO {TRIGRAMS}(rowid, word) VALUES (new.id, new.word); END""",
    f"""CREATE TRIGGER search_word_removed AFTER DELETE ON search_word BEGIN
    INSERT INTO {TRIGRAMS}({TRIGRAMS}, rowid, word) VALUES ('delete', old.id, old.word); END""",
    f"INSERT INTO {TRIGRAMS}({TRIGRAMS}) VALUES ('rebuild')",
)
"""Kept in step with the words in the same transaction, whoever writes them."""


def make_index(connection: Connection) -> bool:
    """Make the index of trigrams; False where the database has none to offer, or the role may not take it."""
    if connection.dialect.name == "sqlite":
        if not connection.exec_driver_sql("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'").first():
            return False
        for statement in SQLITE_INDEX:
            connection.exec_driver_sql(statement)
        return True
    offered = connection.exec_driver_sql("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'").first()
    if not offered:
        return False
    allowed = connection.exec_driver_sql(
        "SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm')"
        " OR has_database_privilege(current_database(), 'CREATE')"
    ).scalar()
    if not allowed:
        return False
    connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    connection.exec_driver_sql(f"CREATE INDEX {TRIGRAMS} ON search_word USING gin (word gin_trgm_ops)")
    return True


def drop_index(connection: Connection) -> None:
    """Take the index of trigrams away; on PostgreSQL the extension stays."""
    if connection.dialect.name == "sqlite":
        for kind, name in (("TRIGGER", "search_word_added"), ("TRIGGER", "search_word_removed"), ("TABLE", TRIGRAMS)):
            connection.exec_driver_sql(f"DROP {kind} IF EXISTS {name}")
    else:
        connection.exec_driver_sql(f"DROP INDEX IF EXISTS {TRIGRAMS}")


@event.listens_for(SearchWord.__table__, "after_create")
def _made(_table: Table, connection: Connection, **_options: object) -> None:
    make_index(connection)


@event.listens_for(SearchWord.__table__, "before_drop")
def _dropped(_table: Table, connection: Connection, **_options: object) -> None:
    drop_index(connection)
