"""What a message's row no longer says; how fast messages left."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "dispatch_step",
        sa.Column("id", BIG, nullable=False),
        sa.Column("message_id", BIG, nullable=True),
        sa.Column("notice_id", BIG, nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("intent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply_code", sa.Integer(), nullable=True),
        sa.Column("reply_status", sa.String(length=12), nullable=True),
        sa.Column("reply_text", sa.String(length=500), nullable=True),
        sa.CheckConstraint("(message_id IS NULL) <> (notice_id IS NULL)", name=op.f("ck_dispatch_step_of_one_row")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_dispatch_step_message_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_dispatch_step_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch_step")),
    )
    op.create_index("ix_dispatch_step_message", "dispatch_step", ["message_id", "id"], unique=False)
    op.create_index("ix_dispatch_step_notice", "dispatch_step", ["notice_id", "id"], unique=False)
    op.create_table(
        "sending_minute",
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("writer", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("minute", "writer", "state", name=op.f("pk_sending_minute")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("sending_minute")
    op.drop_index("ix_dispatch_step_notice", table_name="dispatch_step")
    op.drop_index("ix_dispatch_step_message", table_name="dispatch_step")
    op.drop_table("dispatch_step")
