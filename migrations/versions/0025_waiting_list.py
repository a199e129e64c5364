"""Who waits for a seat, and whom the organiser lets go first."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("state IN ('waiting', 'offered')")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "waiting_place",
        sa.Column("id", BIG, nullable=False),
        sa.Column("answer_id", BIG, nullable=False),
        sa.Column("session_id", BIG, nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("positions", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("seats > 0", name=op.f("ck_waiting_place_seats_positive")),
        sa.CheckConstraint("state <> 'offered' OR expires_at IS NOT NULL", name=op.f("ck_waiting_place_offered_until")),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_waiting_place_answer_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_waiting_place_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_place")),
    )
    op.create_index("ix_waiting_place_answer_id", "waiting_place", ["answer_id"])
    op.create_index("ix_waiting_place_line", "waiting_place", ["session_id", "state", "asked_at", "id"])
    op.create_index("ix_waiting_place_offered", "waiting_place", ["state", "expires_at"])
    op.create_index(
        "uq_waiting_place_open",
        "waiting_place",
        ["answer_id", "session_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "seat_priority",
        sa.Column("event_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_seat_priority_event_id")),
        sa.PrimaryKeyConstraint("event_id", "kind", name=op.f("pk_seat_priority")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("seat_priority")
    op.drop_table("waiting_place")
