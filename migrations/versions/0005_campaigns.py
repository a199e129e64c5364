"""What we say, to whom and when."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "campaign",
        sa.Column("id", BIG, nullable=False),
        sa.Column("event_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("language_mode", sa.String(length=32), nullable=False),
        sa.Column("sender_name", sa.String(length=150), nullable=False),
        sa.Column("sender_email", sa.String(length=254), nullable=False),
        sa.Column("reply_to", sa.String(length=254), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_size", sa.Integer(), nullable=False),
        sa.Column("pause_seconds", sa.Integer(), nullable=False),
        sa.Column("any_hour", sa.Boolean(), nullable=False),
        sa.Column("late_tolerance_seconds", sa.Integer(), nullable=False),
        sa.Column("retry_in_doubt", sa.Boolean(), nullable=False),
        sa.Column("signed_digest", sa.String(length=64), nullable=True),
        sa.Column("pause_reason", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", BIG, nullable=True),
        sa.Column("launched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("batch_size > 0", name=op.f("ck_campaign_batch_size_positive")),
        sa.CheckConstraint("pause_seconds >= 0", name=op.f("ck_campaign_pause_positive")),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_campaign_created_by")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_campaign_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )
    op.create_index(op.f("ix_campaign_event_id"), "campaign", ["event_id"], unique=False)
    op.create_index(op.f("ix_campaign_state"), "campaign", ["state"], unique=False)
    op.create_table(
        "batch",
        sa.Column("id", BIG, nullable=False),
        sa.Column("campaign_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_batch_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("campaign_id", "number", name=op.f("uq_batch_campaign_id_number")),
    )
    op.create_index(op.f("ix_batch_due_at"), "batch", ["due_at"], unique=False)
    op.create_table(
        "letter",
        sa.Column("campaign_id", BIG, nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("subject", sa.String(length=250), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_letter_campaign_id")),
        sa.PrimaryKeyConstraint("campaign_id", "language", name=op.f("pk_letter")),
    )
    op.create_table(
        "sign_off",
        sa.Column("id", BIG, nullable=False),
        sa.Column("campaign_id", BIG, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_sign_off_campaign_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_sign_off_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_off")),
    )
    op.create_index(op.f("ix_sign_off_campaign_id"), "sign_off", ["campaign_id"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_index(op.f("ix_sign_off_campaign_id"), table_name="sign_off")
    op.drop_table("sign_off")
    op.drop_table("letter")
    op.drop_index(op.f("ix_batch_due_at"), table_name="batch")
    op.drop_table("batch")
    op.drop_index(op.f("ix_campaign_state"), table_name="campaign")
    op.drop_index(op.f("ix_campaign_event_id"), table_name="campaign")
    op.drop_table("campaign")
