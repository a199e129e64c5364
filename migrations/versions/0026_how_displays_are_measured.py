"""How displays may be measured by event, campaign and person; the wishes of those without an address of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
COLUMNS = {
    "event": [("measuring", sa.String(length=32))],
    "campaign": [("measuring", sa.String(length=32))],
    "contact": [("measured_since", INSTANT), ("last_displayed_on", sa.Date()), ("silent_since", INSTANT)],
    "invitation": [("silent_since", INSTANT)],
}


def upgrade() -> None:
    """Make the columns and the table of displays of those who agreed."""
    for table, columns in COLUMNS.items():
        for column, kind in columns:
            op.add_column(table, sa.Column(column, kind, nullable=True))
    op.create_table(
        "personal_display",
        sa.Column("invitation_id", BIG, nullable=False),
        sa.Column("campaign_id", BIG, nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_personal_display_invitation_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_personal_display_campaign_id")),
        sa.PrimaryKeyConstraint("invitation_id", "campaign_id", name=op.f("pk_personal_display")),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("personal_display")
    for table, columns in COLUMNS.items():
        for name, _kind in columns:
            op.drop_column(table, name)
