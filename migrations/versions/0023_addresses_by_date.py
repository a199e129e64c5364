"""Finds the addresses that have passed their date, however many there are."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_address_retain", "address", ["retain_until"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_address_retain", table_name="address")
