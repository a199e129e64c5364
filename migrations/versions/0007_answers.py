"""Answers, companions, seats, access needs."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "answer",
        sa.Column("id", BIG, nullable=False),
        sa.Column("invitation_id", BIG, nullable=False),
        sa.Column("reply", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("way", sa.String(length=32), nullable=False),
        sa.Column("user_id", BIG, nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("delegate_given_name", sa.String(length=100), nullable=False),
        sa.Column("delegate_family_name", sa.String(length=100), nullable=False),
        sa.Column("delegate_email", sa.String(length=254), nullable=False),
        sa.Column("delegate_role", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_answer_invitation_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_answer_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
    )
    op.create_index(op.f("ix_answer_at"), "answer", ["at"], unique=False)
    op.create_index("ix_answer_history", "answer", ["invitation_id", "at"], unique=False)
    op.create_index(
        "uq_answer_current",
        "answer",
        ["invitation_id"],
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.create_table(
        "participant",
        sa.Column("id", BIG, nullable=False),
        sa.Column("answer_id", BIG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_participant_answer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
    )
    op.create_index(op.f("ix_participant_answer_id"), "participant", ["answer_id"], unique=False)
    op.create_table(
        "access_needs",
        sa.Column("participant_id", BIG, nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("meal", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delete_after", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_access_needs_participant_id")),
        sa.PrimaryKeyConstraint("participant_id", name=op.f("pk_access_needs")),
    )
    op.create_table(
        "seat",
        sa.Column("participant_id", BIG, nullable=False),
        sa.Column("session_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_seat_participant_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_seat_session_id")),
        sa.PrimaryKeyConstraint("participant_id", "session_id", name=op.f("pk_seat")),
    )
    op.create_index("ix_seat_session", "seat", ["session_id"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_seat_session", table_name="seat")
    op.drop_table("seat")
    op.drop_table("access_needs")
    op.drop_index(op.f("ix_participant_answer_id"), table_name="participant")
    op.drop_table("participant")
    op.drop_index(
        "uq_answer_current",
        table_name="answer",
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.drop_index("ix_answer_history", table_name="answer")
    op.drop_index(op.f("ix_answer_at"), table_name="answer")
    op.drop_table("answer")
