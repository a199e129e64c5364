"""Whom we may write to, and where they came from."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def folded(length: int) -> sa.String:
    """Folded text, compared by code point."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "column_mapping",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_column_mapping")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("folded", sa.String(length=300), nullable=False),
        sa.Column("department", sa.String(length=3), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_index("ix_organisation_identity", "organisation", ["folded", "department"], unique=False)
    op.create_table(
        "contact",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", BIG, nullable=True),
        sa.Column("gender", sa.String(length=32), nullable=False),
        sa.Column("given_name", sa.String(length=100), nullable=False),
        sa.Column("family_name", sa.String(length=150), nullable=False),
        sa.Column("sort_name", folded(200), nullable=False),
        sa.Column("role_label", sa.String(length=200), nullable=False),
        sa.Column("salutation", sa.String(length=200), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("street", sa.String(length=300), nullable=False),
        sa.Column("postal_code", sa.String(length=12), nullable=False),
        sa.Column("locality", sa.String(length=150), nullable=False),
        sa.Column("department", sa.String(length=3), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("website", sa.String(length=300), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("not_measured", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retain_until", sa.Date(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_contact_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index("ix_contact_country_listing", "contact", ["country", "sort_name", "id"], unique=False)
    op.create_index("ix_contact_language_listing", "contact", ["language", "sort_name", "id"], unique=False)
    op.create_index("ix_contact_department_listing", "contact", ["department", "sort_name", "id"], unique=False)
    op.create_index("ix_contact_kind_listing", "contact", ["kind", "sort_name", "id"], unique=False)
    op.create_index("ix_contact_listing", "contact", ["sort_name", "id"], unique=False)
    op.create_index(op.f("ix_contact_organisation_id"), "contact", ["organisation_id"], unique=False)
    op.create_table(
        "import_file",
        sa.Column("id", BIG, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("tab", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("refused", sa.LargeBinary(), nullable=True),
        sa.Column("user_id", BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_import_file_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_file")),
    )
    op.create_table(
        "suppression",
        sa.Column("id", BIG, nullable=False),
        sa.Column("digest", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("event_id", BIG, nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("user_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by_id", BIG, nullable=True),
        sa.Column("lift_note", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["user_account.id"], name=op.f("fk_suppression_lifted_by_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_suppression_event_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_suppression_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppression")),
    )
    op.create_index(op.f("ix_suppression_at"), "suppression", ["at"], unique=False)
    op.create_index(
        "uq_suppression_event",
        "suppression",
        ["digest", "event_id"],
        unique=True,
        sqlite_where=sa.text("event_id IS NOT NULL AND lifted_at IS NULL"),
        postgresql_where=sa.text("event_id IS NOT NULL AND lifted_at IS NULL"),
    )
    op.create_index(
        "uq_suppression_everything",
        "suppression",
        ["digest"],
        unique=True,
        sqlite_where=sa.text("event_id IS NULL AND lifted_at IS NULL"),
        postgresql_where=sa.text("event_id IS NULL AND lifted_at IS NULL"),
    )
    op.create_table(
        "contact_change",
        sa.Column("id", BIG, nullable=False),
        sa.Column("contact_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", BIG, nullable=True),
        sa.Column("import_id", BIG, nullable=True),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_contact_change_contact_id")),
        sa.ForeignKeyConstraint(["import_id"], ["import_file.id"], name=op.f("fk_contact_change_import_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_contact_change_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_change")),
    )
    op.create_index(op.f("ix_contact_change_contact_id"), "contact_change", ["contact_id"], unique=False)
    op.create_table(
        "contact_tag",
        sa.Column("contact_id", BIG, nullable=False),
        sa.Column("tag", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_contact_tag_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", "tag", name=op.f("pk_contact_tag")),
    )
    op.create_index("ix_contact_tag_tag", "contact_tag", ["tag", "contact_id"], unique=False)
    op.create_table(
        "contact_word",
        sa.Column("word", folded(60), nullable=False),
        sa.Column("contact_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_contact_word_contact_id")),
        sa.PrimaryKeyConstraint("word", "contact_id", name=op.f("pk_contact_word")),
    )
    op.create_index("ix_contact_word_contact", "contact_word", ["contact_id", "word"], unique=False)
    op.create_table(
        "mandate",
        sa.Column("id", BIG, nullable=False),
        sa.Column("contact_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("constituency", sa.String(length=200), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_mandate_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
    )
    op.create_index(op.f("ix_mandate_contact_id"), "mandate", ["contact_id"], unique=False)
    op.create_table(
        "address",
        sa.Column("id", BIG, nullable=False),
        sa.Column("contact_id", BIG, nullable=False),
        sa.Column("mandate_id", BIG, nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("digest", sa.String(length=40), nullable=False),
        sa.Column("preferred", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("collected_on", sa.Date(), nullable=False),
        sa.Column("legal_basis", sa.String(length=40), nullable=False),
        sa.Column("retain_until", sa.Date(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_address_contact_id")),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"], name=op.f("fk_address_mandate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
    )
    op.create_index("ix_address_digest", "address", ["digest"], unique=False)
    op.create_index("uq_address_contact_email", "address", ["contact_id", "email"], unique=True)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("uq_address_contact_email", table_name="address")
    op.drop_index("ix_address_digest", table_name="address")
    op.drop_table("address")
    op.drop_index(op.f("ix_mandate_contact_id"), table_name="mandate")
    op.drop_table("mandate")
    op.drop_index("ix_contact_word_contact", table_name="contact_word")
    op.drop_table("contact_word")
    op.drop_index("ix_contact_tag_tag", table_name="contact_tag")
    op.drop_table("contact_tag")
    op.drop_index(op.f("ix_contact_change_contact_id"), table_name="contact_change")
    op.drop_table("contact_change")
    op.drop_index(
        "uq_suppression_everything",
        table_name="suppression",
        sqlite_where=sa.text("event_id IS NULL AND lifted_at IS NULL"),
        postgresql_where=sa.text("event_id IS NULL AND lifted_at IS NULL"),
    )
    op.drop_index(
        "uq_suppression_event",
        table_name="suppression",
        sqlite_where=sa.text("event_id IS NOT NULL AND lifted_at IS NULL"),
        postgresql_where=sa.text("event_id IS NOT NULL AND lifted_at IS NULL"),
    )
    op.drop_index(op.f("ix_suppression_at"), table_name="suppression")
    op.drop_table("suppression")
    op.drop_table("import_file")
    op.drop_index(op.f("ix_contact_organisation_id"), table_name="contact")
    op.drop_index("ix_contact_listing", table_name="contact")
    op.drop_index("ix_contact_kind_listing", table_name="contact")
    op.drop_index("ix_contact_department_listing", table_name="contact")
    op.drop_index("ix_contact_language_listing", table_name="contact")
    op.drop_index("ix_contact_country_listing", table_name="contact")
    op.drop_table("contact")
    op.drop_index("ix_organisation_identity", table_name="organisation")
    op.drop_table("organisation")
    op.drop_table("column_mapping")
