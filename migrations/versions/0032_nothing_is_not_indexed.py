"""Leaves what most contacts do not say out of three indexes: language, who absorbed them, the mandate of an address."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_contact_language_listing", "contact", ["language", "sort_name", "id"]),
    ("ix_contact_merged_into_id", "contact", ["merged_into_id"]),
    ("ix_address_mandate", "address", ["mandate_id"]),
)


def upgrade() -> None:
    """Make them anew, only for the rows that have a value."""
    for name, table, columns in _INDEXES:
        said = sa.text(f"{columns[0]} IS NOT NULL")
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns, sqlite_where=said, postgresql_where=said)


def downgrade() -> None:
    """Make them anew for every row."""
    for name, table, columns in _INDEXES:
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns)
