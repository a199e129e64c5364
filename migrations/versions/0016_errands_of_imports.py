"""What the engine process is asked to do with a file of contacts, how far it is, and what an import changed."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PEOPLE = ("errand_by_id", "undone_by_id")


def columns() -> list[sa.Column[object]]:
    """What is new of a file."""
    return [
        sa.Column("shape", sa.JSON(), nullable=True),
        sa.Column("choices", sa.JSON(), nullable=True),
        sa.Column("outlook", sa.JSON(), nullable=True),
        sa.Column("errand", sa.String(length=32), nullable=True),
        sa.Column("errand_by_id", BIG, nullable=True),
        sa.Column("errand_language", sa.String(length=2), server_default="fr", nullable=False),
        sa.Column("runner", sa.String(length=40), nullable=True),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("step", sa.String(length=32), server_default="waiting", nullable=False),
        sa.Column("steps_done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("steps_in_all", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cancelled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("fault", sa.JSON(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", BIG, nullable=True),
    ]


def upgrade() -> None:
    """Add the columns, and find the changes of an import."""
    with op.batch_alter_table("import_file") as table:
        for column in columns():
            table.add_column(column)
        for name in PEOPLE:
            table.create_foreign_key(op.f(f"fk_import_file_{name}"), "user_account", [name], ["id"])
        table.create_index(op.f("ix_import_file_errand"), ["errand"])
    op.create_index(
        "ix_contact_change_import",
        "contact_change",
        ["import_id", "contact_id"],
        sqlite_where=sa.text("import_id IS NOT NULL"),
        postgresql_where=sa.text("import_id IS NOT NULL"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_contact_change_import", table_name="contact_change")
    with op.batch_alter_table("import_file") as table:
        table.drop_index(op.f("ix_import_file_errand"))
        for name in PEOPLE:
            table.drop_constraint(op.f(f"fk_import_file_{name}"), type_="foreignkey")
        for column in reversed(columns()):
            table.drop_column(column.name)
