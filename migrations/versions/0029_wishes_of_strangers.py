"""Finds those who never confirmed an address by its hash: what they stopped outlives their registration."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_KNOWN = sa.text("digest IS NOT NULL")


def upgrade() -> None:
    """Make the index, of the few that have a hash."""
    op.create_index("ix_invitation_digest", "invitation", ["digest"], sqlite_where=_KNOWN, postgresql_where=_KNOWN)


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_invitation_digest", table_name="invitation")
