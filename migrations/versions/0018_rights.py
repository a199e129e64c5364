"""Where addresses come from, what people asked about their data, how long things are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KNOWN = {
    "registered through a share link": "themselves",
    "named by the person they represent": "partner",
    "Typed by the office": "office",
    "Saisie par le cabinet": "office",
}


def upgrade() -> None:
    """Make the tables, name the sources that there are, and let the log forget what is older than a year."""
    _make_sources()
    op.create_table(
        "erased_person",
        sa.Column("id", BIG, nullable=False),
        sa.Column("digest", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erased_person")),
    )
    op.create_index("ix_erased_person_digest", "erased_person", ["digest"])
    _make_requests()
    op.create_table(
        "keeping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_days", sa.Integer(), nullable=False),
        sa.Column("detail_months", sa.Integer(), nullable=False),
        sa.Column("audit_months", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.JSON(), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("security", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("swept_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_keeping_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keeping")),
    )
    op.create_table(
        "forgotten_event",
        sa.Column("event_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_forgotten_event_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_forgotten_event")),
    )
    for name, columns, which in PARTIAL:
        where = sa.text(which)
        op.create_index(name, "contact", columns, sqlite_where=where, postgresql_where=where)
    _guard_the_log("the last year", young=True)


def downgrade() -> None:
    """Drop them, and keep the log whole again."""
    _guard_the_log("everything", young=False)
    for name, _columns, _which in PARTIAL:
        op.drop_index(name, table_name="contact")
    for table in ("forgotten_event", "keeping", "rights_request", "erased_person", "address_source", "origin_rule"):
        op.drop_table(table)


PARTIAL = (
    ("ix_contact_retain", ["retain_until", "id"], "erased_at IS NULL"),
    ("ix_contact_erased", ["erased_at", "id"], "erased_at IS NOT NULL"),
)


def _make_sources() -> None:
    op.create_table(
        "origin_rule",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("basis", sa.String(length=32), nullable=False),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_origin_rule")),
    )
    op.create_table(
        "address_source",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_address_source")),
    )
    empty = "'{}'" if op.get_bind().dialect.name == "sqlite" else "CAST('{}' AS json)"
    op.execute(
        "INSERT INTO address_source (name, kind, words, changed_at) "
        f"SELECT source, 'file', {empty}, CURRENT_TIMESTAMP FROM address WHERE source <> '' GROUP BY source"
    )
    for name, kind in KNOWN.items():
        op.execute(
            sa.text("UPDATE address_source SET kind = :kind WHERE name = :name").bindparams(kind=kind, name=name)
        )


def _make_requests() -> None:
    op.create_table(
        "rights_request",
        sa.Column("id", BIG, nullable=False),
        sa.Column("wish", sa.String(length=32), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("digest", sa.String(length=40), nullable=False),
        sa.Column("contact_id", BIG, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", BIG, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", BIG, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_rights_request_contact_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["user_account.id"], name=op.f("fk_rights_request_recorded_by")),
        sa.ForeignKeyConstraint(["answered_by"], ["user_account.id"], name=op.f("fk_rights_request_answered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_request")),
    )
    op.create_index("ix_rights_request_open", "rights_request", ["answered_at", "due_on"])
    op.create_index("ix_rights_request_contact", "rights_request", ["contact_id"])
    op.create_index("ix_rights_request_digest", "rights_request", ["digest"])


def _guard_the_log(what: str, *, young: bool) -> None:
    """Refuse to delete entries: all of them, or those of the last year. Changing one stays refused for ever."""
    if op.get_bind().dialect.name == "postgresql":
        verbs = "UPDATE OR TRUNCATE" if young else "UPDATE OR DELETE OR TRUNCATE"
        op.execute("DROP TRIGGER IF EXISTS audit_entry_young ON audit_entry")
        op.execute("DROP TRIGGER audit_entry_whole ON audit_entry")
        op.execute(
            f"CREATE TRIGGER audit_entry_whole BEFORE {verbs} ON audit_entry "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
        )
        if young:
            op.execute(
                "CREATE TRIGGER audit_entry_young BEFORE DELETE ON audit_entry FOR EACH ROW "
                "WHEN (OLD.at > now() - interval '1 year') EXECUTE FUNCTION refuse_audit_change()"
            )
        return
    which = "WHEN OLD.at > datetime('now', '-1 year') " if young else ""
    op.execute("DROP TRIGGER audit_entry_no_delete")
    op.execute(
        f"CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry {which}"
        f"BEGIN SELECT RAISE(ABORT, 'the audit log is append-only for {what}'); END"
    )
