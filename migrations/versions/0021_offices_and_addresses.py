"""What office a mandate is of, its place among equals, its honour; which of several addresses is written to."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the columns and the index; campaigns go on writing to the preferred address."""
    op.add_column("mandate", sa.Column("office", sa.String(length=40), nullable=True))
    op.add_column("mandate", sa.Column("position", sa.Integer(), nullable=True))
    op.add_column("mandate", sa.Column("honorary", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("contact", sa.Column("masculine_title", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column(
        "campaign", sa.Column("address_rule", sa.String(length=32), server_default="preferred", nullable=False)
    )
    op.create_index("ix_address_mandate", "address", ["mandate_id"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_address_mandate", table_name="address")
    op.drop_column("campaign", "address_rule")
    op.drop_column("contact", "masculine_title")
    op.drop_column("mandate", "honorary")
    op.drop_column("mandate", "position")
    op.drop_column("mandate", "office")
