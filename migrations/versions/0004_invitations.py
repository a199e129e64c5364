"""Who is invited, and through whom."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "invitation",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("event_id", BIG, nullable=False),
        sa.Column("contact_id", BIG, nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("parent_id", BIG, nullable=True),
        sa.Column("root_id", BIG, nullable=True),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=True),
        sa.Column("represents_id", BIG, nullable=True),
        sa.Column("reply", sa.String(length=32), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("coming", sa.Integer(), nullable=False),
        sa.Column("brought", sa.Integer(), nullable=False),
        sa.Column("reached_again", sa.Integer(), nullable=False),
        sa.Column("named_as_relay", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "contact_id IS NOT NULL OR state IN ('pending', 'merged', 'withdrawn')",
            name=op.f("ck_invitation_open_has_contact"),
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_invitation_contact_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_invitation_event_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["invitation.id"], name=op.f("fk_invitation_parent_id")),
        sa.ForeignKeyConstraint(["represents_id"], ["invitation.id"], name=op.f("fk_invitation_represents_id")),
        sa.ForeignKeyConstraint(["root_id"], ["invitation.id"], name=op.f("fk_invitation_root_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("event_id", "contact_id", name=op.f("uq_invitation_event_id_contact_id")),
        sa.UniqueConstraint("key", name=op.f("uq_invitation_key")),
    )
    op.create_index(op.f("ix_invitation_contact_id"), "invitation", ["contact_id"], unique=False)
    op.create_index(
        "ix_invitation_answered",
        "invitation",
        ["event_id", "answered_at", "id", "state", "reply", "coming", "depth", "contact_id"],
        unique=False,
        sqlite_where=sa.text("reply IS NOT NULL"),
        postgresql_where=sa.text("reply IS NOT NULL"),
    )
    op.create_index("ix_invitation_depth", "invitation", ["event_id", "depth"], unique=False)
    op.create_index(op.f("ix_invitation_parent_id"), "invitation", ["parent_id"], unique=False)
    op.create_index("ix_invitation_reply", "invitation", ["event_id", "state", "reply"], unique=False)
    op.create_index(op.f("ix_invitation_represents_id"), "invitation", ["represents_id"], unique=False)
    op.create_index(op.f("ix_invitation_root_id"), "invitation", ["root_id"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_index(op.f("ix_invitation_root_id"), table_name="invitation")
    op.drop_index(op.f("ix_invitation_represents_id"), table_name="invitation")
    op.drop_index("ix_invitation_reply", table_name="invitation")
    op.drop_index(op.f("ix_invitation_parent_id"), table_name="invitation")
    op.drop_index("ix_invitation_depth", table_name="invitation")
    op.drop_index(
        "ix_invitation_answered",
        table_name="invitation",
        sqlite_where=sa.text("reply IS NOT NULL"),
        postgresql_where=sa.text("reply IS NOT NULL"),
    )
    op.drop_index(op.f("ix_invitation_contact_id"), table_name="invitation")
    op.drop_table("invitation")
