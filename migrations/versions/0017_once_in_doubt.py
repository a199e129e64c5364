"""Remembers that a message was in doubt once: its campaign's policy has it sent once more then, and never again."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the columns; what is in doubt now has been, and is settled by a person as before."""
    for table in ("message", "notice"):
        op.add_column(table, sa.Column("doubted", sa.Boolean(), server_default=sa.false(), nullable=False))
        op.execute(f"UPDATE {table} SET doubted = true WHERE state = 'in_doubt'")


def downgrade() -> None:
    """Drop them."""
    for table in ("message", "notice"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("doubted")
