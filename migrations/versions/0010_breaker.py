"""What trips a campaign: refusals of us in a row, and hard bounces."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "breaker",
        sa.Column("campaign_id", BIG, nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("past_answered", sa.Integer(), nullable=False),
        sa.Column("past_hard", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_breaker_campaign_id")),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_breaker")),
    )
    op.create_table(
        "hard_bounces",
        sa.Column("campaign_id", BIG, nullable=False),
        sa.Column("writer", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_hard_bounces_campaign_id")),
        sa.PrimaryKeyConstraint("campaign_id", "writer", name=op.f("pk_hard_bounces")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("hard_bounces")
    op.drop_table("breaker")
