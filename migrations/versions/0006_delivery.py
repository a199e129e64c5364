"""Each message out once; displays counted."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "brake",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pulled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_brake_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brake")),
    )
    op.create_table(
        "campaign_figure",
        sa.Column("campaign_id", BIG, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("writer", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_figure_campaign_id")),
        sa.PrimaryKeyConstraint("campaign_id", "state", "writer", name=op.f("pk_campaign_figure")),
    )
    op.create_table(
        "display_count",
        sa.Column("campaign_id", BIG, nullable=False),
        sa.Column("language", sa.String(length=4), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reader", sa.String(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_display_count_campaign_id")),
        sa.PrimaryKeyConstraint("campaign_id", "language", "on", "reader", name=op.f("pk_display_count")),
    )
    op.create_table(
        "message",
        sa.Column("id", BIG, nullable=False),
        sa.Column("campaign_id", BIG, nullable=False),
        sa.Column("invitation_id", BIG, nullable=False),
        sa.Column("batch_id", BIG, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("first_tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner", sa.String(length=40), nullable=True),
        sa.Column("leased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("intent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("merged", sa.JSON(), nullable=True),
        sa.Column("reply_code", sa.Integer(), nullable=True),
        sa.Column("reply_status", sa.String(length=12), nullable=True),
        sa.Column("reply_text", sa.String(length=500), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_message_batch_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_message_campaign_id")),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_message_invitation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("campaign_id", "invitation_id", name=op.f("uq_message_campaign_id_invitation_id")),
    )
    op.create_index("ix_message_batch", "message", ["batch_id", "state"], unique=False)
    op.create_index("ix_message_due", "message", ["campaign_id", "state", "due_at", "id"], unique=False)
    op.create_index("ix_message_invitation", "message", ["invitation_id"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", BIG, nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("invitation_id", BIG, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("first_tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner", sa.String(length=40), nullable=True),
        sa.Column("leased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("intent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("merged", sa.JSON(), nullable=True),
        sa.Column("reply_code", sa.Integer(), nullable=True),
        sa.Column("reply_status", sa.String(length=12), nullable=True),
        sa.Column("reply_text", sa.String(length=500), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_notice_invitation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("purpose", "invitation_id", "key", name=op.f("uq_notice_purpose_invitation_id_key")),
    )
    op.create_index("ix_notice_due", "notice", ["state", "due_at", "id"], unique=False)
    op.create_index("ix_notice_invitation", "notice", ["invitation_id"], unique=False)
    op.create_table(
        "signed_letter",
        sa.Column("campaign_id", BIG, nullable=False),
        sa.Column("variant", sa.String(length=4), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_signed_letter_campaign_id")),
        sa.PrimaryKeyConstraint("campaign_id", "variant", "counted", name=op.f("pk_signed_letter")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("signed_letter")
    op.drop_index("ix_notice_invitation", table_name="notice")
    op.drop_index("ix_notice_due", table_name="notice")
    op.drop_table("notice")
    op.drop_index("ix_message_invitation", table_name="message")
    op.drop_index("ix_message_due", table_name="message")
    op.drop_index("ix_message_batch", table_name="message")
    op.drop_table("message")
    op.drop_table("display_count")
    op.drop_table("campaign_figure")
    op.drop_table("brake")
