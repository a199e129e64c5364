"""Lets the lists of one kind and of one département tell the other of the two, so that no contact is read for it."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_OTHER = {"kind": "department", "department": "kind"}


def upgrade() -> None:
    """Make both indexes anew, each with the other column at its end."""
    for column, other in _OTHER.items():
        op.drop_index(f"ix_contact_{column}_listing", table_name="contact")
        op.create_index(f"ix_contact_{column}_listing", "contact", [column, "sort_name", "id", other])


def downgrade() -> None:
    """Make them as they were."""
    for column in _OTHER:
        op.drop_index(f"ix_contact_{column}_listing", table_name="contact")
        op.create_index(f"ix_contact_{column}_listing", "contact", [column, "sort_name", "id"])
