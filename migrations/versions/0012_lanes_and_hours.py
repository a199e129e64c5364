"""Lanes by family of destinations; hours, public holidays and ramp of a campaign."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables and the columns; what waits already goes through the lane of the others."""
    op.create_table(
        "attended",
        sa.Column("campaign_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_attended_campaign_id")),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_attended")),
    )
    op.create_table(
        "lane",
        sa.Column("family", sa.String(length=32), nullable=False),
        sa.Column("per_hour", sa.Integer(), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("per_hour > 0", name=op.f("ck_lane_per_hour_positive")),
        sa.PrimaryKeyConstraint("family", name=op.f("pk_lane")),
    )
    op.create_table(
        "mail_domain",
        sa.Column("domain", sa.String(length=255), nullable=False),
        sa.Column("family", sa.String(length=32), nullable=False),
        sa.Column("looked_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_mail_domain")),
    )
    op.create_index("ix_mail_domain_looked_up", "mail_domain", ["looked_up_at", "domain"], unique=False)
    op.add_column("message", sa.Column("lane", sa.String(length=32), server_default="others", nullable=False))
    op.drop_index("ix_message_due", table_name="message")
    op.create_index("ix_message_due", "message", ["campaign_id", "state", "lane", "due_at", "id"], unique=False)
    op.add_column("campaign", sa.Column("rhythm", sa.JSON(), nullable=True))
    op.add_column("batch", sa.Column("first", sa.Integer(), nullable=True))
    op.create_index("ix_batch_first", "batch", ["campaign_id", "first"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_batch_first", table_name="batch")
    op.drop_column("batch", "first")
    op.drop_column("campaign", "rhythm")
    op.drop_index("ix_message_due", table_name="message")
    op.create_index("ix_message_due", "message", ["campaign_id", "state", "due_at", "id"], unique=False)
    op.drop_column("message", "lane")
    op.drop_index("ix_mail_domain_looked_up", table_name="mail_domain")
    op.drop_table("mail_domain")
    op.drop_table("lane")
    op.drop_table("attended")
