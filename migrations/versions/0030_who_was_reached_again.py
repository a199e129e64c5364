"""Counts those who were reached again without reading everybody who was invited."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_AGAIN = sa.text("reached_again > 0")


def upgrade() -> None:
    """Make the index, of the few to whom it happened."""
    op.create_index(
        "ix_invitation_reached_again",
        "invitation",
        ["event_id", "reached_again"],
        sqlite_where=_AGAIN,
        postgresql_where=_AGAIN,
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_invitation_reached_again", table_name="invitation")
