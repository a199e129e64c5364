"""What came back, report by report."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "returned_report",
        sa.Column("id", BIG, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("message_id", BIG, nullable=True),
        sa.Column("notice_id", BIG, nullable=True),
        sa.Column("invitation_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("permanent", sa.Boolean(), nullable=False),
        sa.Column("ends_address", sa.Boolean(), nullable=False),
        sa.Column("suspects_address", sa.Boolean(), nullable=False),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("human", sa.Text(), nullable=False),
        sa.Column("retain_until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_returned_report_invitation_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_returned_report_message_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_returned_report_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returned_report")),
        sa.UniqueConstraint("digest", name=op.f("uq_returned_report_digest")),
    )
    op.create_index("ix_returned_report_invitation", "returned_report", ["invitation_id"], unique=False)
    op.create_index("ix_returned_report_message", "returned_report", ["message_id"], unique=False)
    op.create_index("ix_returned_report_notice", "returned_report", ["notice_id"], unique=False)
    op.create_index("ix_returned_report_pending", "returned_report", ["pending", "id"], unique=False)
    op.create_index("ix_returned_report_retain", "returned_report", ["retain_until"], unique=False)


def downgrade() -> None:
    """Drop it."""
    for name in ("retain", "pending", "notice", "message", "invitation"):
        op.drop_index(f"ix_returned_report_{name}", table_name="returned_report")
    op.drop_table("returned_report")
