"""Registrations through share links."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "registration",
        sa.Column("id", BIG, nullable=False),
        sa.Column("invitation_id", BIG, nullable=False),
        sa.Column("through_id", BIG, nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("given_name", sa.String(length=100), nullable=False),
        sa.Column("family_name", sa.String(length=150), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("digest", sa.String(length=40), nullable=False),
        sa.Column("organisation", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("postal_code", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrival", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_registration_invitation_id")),
        sa.ForeignKeyConstraint(["through_id"], ["invitation.id"], name=op.f("fk_registration_through_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_registration_invitation_id")),
    )
    op.create_index(op.f("ix_registration_created_at"), "registration", ["created_at"], unique=False)
    op.create_index(op.f("ix_registration_digest"), "registration", ["digest"], unique=False)
    op.create_index("ix_registration_through", "registration", ["through_id", "confirmed_at"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_registration_through", table_name="registration")
    op.drop_index(op.f("ix_registration_digest"), table_name="registration")
    op.drop_index(op.f("ix_registration_created_at"), table_name="registration")
    op.drop_table("registration")
