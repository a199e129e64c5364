"""Finds contacts by any fragment of a word: the words there are, who has them, and their trigrams."""

from hashlib import blake2b

import sqlalchemy as sa
from alembic import op

from outreach.contacts.searching.communes import inhabitants
from outreach.contacts.searching.models import drop_index, make_index

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BIG = sa.BigInteger()
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.String(length=60).with_variant(sa.String(length=60, collation="C"), "postgresql")
AT_ONCE = 10_000


def upgrade() -> None:
    """Fill the new tables from the words that were kept, then drop those."""
    op.create_table(
        "search_word",
        sa.Column("id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("word", WORD, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_word")),
    )
    op.create_index("ix_search_word_word", "search_word", ["word"])
    op.create_table(
        "search_posting",
        sa.Column("word_id", BIG, autoincrement=False, nullable=False),
        sa.Column("contact_id", BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("word_id", "contact_id", name=op.f("pk_search_posting")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "search_text",
        sa.Column("contact_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("inhabitants", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_search_text")),
    )
    make_index(op.get_bind())
    _fill(op.get_bind())
    op.drop_table("contact_word")


def downgrade() -> None:
    """Spell the words out for each contact again."""
    op.create_table(
        "contact_word",
        sa.Column("word", WORD, nullable=False),
        sa.Column("contact_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_contact_word_contact_id")),
        sa.PrimaryKeyConstraint("word", "contact_id", name=op.f("pk_contact_word")),
    )
    op.create_index("ix_contact_word_contact", "contact_word", ["contact_id", "word"])
    op.execute(
        "INSERT INTO contact_word (word, contact_id) SELECT w.word, p.contact_id"
        " FROM search_posting p JOIN search_word w ON w.id = p.word_id JOIN contact c ON c.id = p.contact_id"
    )
    drop_index(op.get_bind())
    for name in ("search_text", "search_posting", "search_word"):
        op.drop_table(name)


def _fill(connection: sa.Connection) -> None:
    words = connection.execute(sa.text("SELECT DISTINCT word FROM contact_word")).scalars().all()
    insert = sa.text("INSERT INTO search_word (id, word) VALUES (:id, :word)")
    for first in range(0, len(words), AT_ONCE):
        connection.execute(insert, [{"id": _key(word), "word": word} for word in words[first : first + AT_ONCE]])
    connection.execute(
        sa.text(
            "INSERT INTO search_posting (word_id, contact_id) SELECT w.id, c.contact_id"
            " FROM contact_word c JOIN search_word w ON w.word = c.word ORDER BY w.id, c.contact_id"
        )
    )
    told = (
        "group_concat(word, ' ') AS words FROM (SELECT * FROM contact_word ORDER BY contact_id, rowid)"
        if connection.dialect.name == "sqlite"
        else "string_agg(word, ' ' ORDER BY ctid) AS words FROM contact_word"
    )
    connection.execute(
        sa.text(
            "INSERT INTO search_text (contact_id, words) SELECT contact_id, ' ' || words || ' '"
            f" FROM (SELECT contact_id, {told} GROUP BY contact_id) AS each_contact"
        )
    )
    _count_inhabitants(connection)


def _count_inhabitants(connection: sa.Connection) -> None:
    places = connection.execute(
        sa.text("SELECT DISTINCT locality, department FROM contact WHERE locality != '' AND department IS NOT NULL")
    ).all()
    known = [
        {"locality": locality, "department": department, "count": count}
        for locality, department in places
        if (count := inhabitants(locality, department)) is not None
    ]
    if not known:
        return
    connection.execute(sa.text("CREATE TEMPORARY TABLE place (locality text, department text, count integer)"))
    connection.execute(sa.text("INSERT INTO place VALUES (:locality, :department, :count)"), known)
    connection.execute(sa.text("CREATE INDEX place_key ON place (department, locality)"))
    connection.execute(
        sa.text(
            "UPDATE search_text SET inhabitants = (SELECT p.count FROM contact c JOIN place p"
            " ON p.department = c.department AND p.locality = c.locality WHERE c.id = search_text.contact_id)"
        )
    )
    connection.execute(sa.text("DROP TABLE place"))


def _key(word: str) -> int:
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big") >> 1
