"""Drops two columns that nothing reads: when the clock last swept, and a note on an audience."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop them where they stand: other tables refer to audiences, which are not to be made anew."""
    op.drop_column("keeping", "swept_at")
    op.drop_column("audience", "note")


def downgrade() -> None:
    """Give them back, empty."""
    op.add_column("audience", sa.Column("note", sa.String(length=300), server_default="", nullable=False))
    op.add_column("keeping", sa.Column("swept_at", sa.DateTime(timezone=True), nullable=True))
