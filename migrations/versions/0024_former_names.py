"""Under which names contacts were kept before they were merged."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "contact_alias",
        sa.Column("id", BIG, nullable=False),
        sa.Column("contact_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("department", sa.String(length=3), nullable=True),
        sa.Column("locality", sa.String(length=150), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_contact_alias_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_alias")),
    )
    op.create_index("ix_contact_alias_name", "contact_alias", ["name"])
    op.create_index("ix_contact_alias_contact_id", "contact_alias", ["contact_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("contact_alias")
