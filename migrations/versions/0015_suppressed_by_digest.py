"""Finds an address among those not to write to, however many they are."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index; those that keep suppressions unique hold only half of them each, and serve no such question."""
    op.create_index("ix_suppression_digest", "suppression", ["digest"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_suppression_digest", table_name="suppression")
