"""Who is in the directory twice, and who was: keys, pairs, merges, and where a merged contact or invitation went."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JOINED = (("contact", "merged_into_id"), ("invitation", "joined_to_id"))
"""Each names a row of its own table."""


def upgrade() -> None:
    """Make the tables; the two columns are added as they are, without writing large tables anew."""
    number = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    for table, column in JOINED:
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {column} {number} CONSTRAINT fk_{table}_{column} REFERENCES {table} (id)"
        )
        op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_index("ix_contact_changed", "contact", ["changed_at", "id"])
    _make_keys()
    _make_pairs()
    _make_merges()


def downgrade() -> None:
    """Drop them; whoever was merged stays merged."""
    for table in ("contact_merge", "duplicate_check", "duplicate_pair", "duplicate_subject", "duplicate_key"):
        op.drop_table(table)
    op.drop_index("ix_contact_changed", table_name="contact")
    for table, column in JOINED:
        op.drop_index(f"ix_{table}_{column}", table_name=table)
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")


def _contact(table: str, column: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["contact.id"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete)


def _user(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["user_account.id"], name=op.f(f"fk_{table}_{column}"))


def _make_keys() -> None:
    op.create_table(
        "duplicate_key",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("contact_id", BIG, nullable=False),
        _contact("duplicate_key", "contact_id", "CASCADE"),
        sa.PrimaryKeyConstraint("key", "contact_id", name=op.f("pk_duplicate_key")),
    )
    op.create_index("ix_duplicate_key_contact_id", "duplicate_key", ["contact_id"])
    op.create_table(
        "duplicate_subject",
        sa.Column("contact_id", BIG, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        _contact("duplicate_subject", "contact_id", "CASCADE"),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_duplicate_subject")),
    )


def _make_pairs() -> None:
    op.create_table(
        "duplicate_pair",
        sa.Column("id", BIG, nullable=False),
        sa.Column("first_id", BIG, nullable=False),
        sa.Column("second_id", BIG, nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("user_id", BIG, nullable=True),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_duplicate_pair_in_order")),
        _contact("duplicate_pair", "first_id", "CASCADE"),
        _contact("duplicate_pair", "second_id", "CASCADE"),
        _user("duplicate_pair", "user_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_pair")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_duplicate_pair_first_id_second_id")),
    )
    op.create_index("ix_duplicate_pair_listing", "duplicate_pair", ["state", "score", "id"])
    op.create_index("ix_duplicate_pair_second_id", "duplicate_pair", ["second_id"])
    op.create_table(
        "duplicate_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("through", sa.DateTime(timezone=True), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("checked", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_duplicate_check_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_check")),
    )


def _make_merges() -> None:
    op.create_table(
        "contact_merge",
        sa.Column("id", BIG, nullable=False),
        sa.Column("survivor_id", BIG, nullable=False),
        sa.Column("absorbed_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", BIG, nullable=True),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", BIG, nullable=True),
        _contact("contact_merge", "survivor_id"),
        _contact("contact_merge", "absorbed_id"),
        _user("contact_merge", "user_id"),
        _user("contact_merge", "undone_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_merge")),
    )
    op.create_index("ix_contact_merge_survivor_id", "contact_merge", ["survivor_id"])
    op.create_index("ix_contact_merge_absorbed_id", "contact_merge", ["absorbed_id"])
