"""Gives conditions a name, lets campaigns write to them, and keeps what was counted of an audience."""

import sqlalchemy as sa
from alembic import op

from outreach.database import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables; no campaign writes to a saved audience yet."""
    op.create_table(
        "audience",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("tree", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", BIG, nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=True),
        sa.Column("about", sa.Boolean(), nullable=False),
        sa.Column("counted_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_audience_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audience")),
        sa.UniqueConstraint("name", name=op.f("uq_audience_name")),
    )
    op.create_table(
        "audience_tally",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("counted_at", UtcDateTime(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_audience_tally")),
    )
    with op.batch_alter_table("campaign") as batch:
        batch.add_column(sa.Column("audience_id", BIG, nullable=True))
        batch.create_foreign_key(op.f("fk_campaign_audience_id"), "audience", ["audience_id"], ["id"])
    op.create_index(op.f("ix_campaign_audience_id"), "campaign", ["audience_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index(op.f("ix_campaign_audience_id"), table_name="campaign")
    with op.batch_alter_table("campaign") as batch:
        batch.drop_constraint(op.f("fk_campaign_audience_id"), type_="foreignkey")
        batch.drop_column("audience_id")
    op.drop_table("audience_tally")
    op.drop_table("audience")
