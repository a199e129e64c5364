"""However many contacts there are, what has passed its date is found by an index."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from outreach.contacts.kinds import Kind
from outreach.database import db, now, transaction
from outreach.rights import sweeping
from tests import people

SMALL = ("SCAN event", "SCAN anon_", "SCAN import_file", "SCAN institution")
"""Tables of a few rows, and lists handed over."""


@pytest.mark.usefixtures("app")
def test_no_statement_looks_at_every_contact_address_or_entry() -> None:
    people.world()
    with transaction():
        old = people.contact(Kind.PARTNER, "Reste", "Martin", "reste@ruche.test")
        old.addresses[0].retain_until = now().date() - timedelta(days=1)
    statements: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        statements.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    with transaction():
        sweeping.due(now())
        sweeping.contacts_due(now())
        assert sweeping.sweep(now()).addresses == 1
    event.remove(db.engine, "before_cursor_execute", note)
    connection = db.session.connection()
    steps = [
        row[3]
        for statement, parameters in statements
        if statement.startswith(("SELECT", "UPDATE", "DELETE"))
        for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    ]
    assert any("ix_contact_retain" in step for step in steps)
    assert any("ix_address_retain" in step for step in steps)
    wrong = [step for step in steps if step.startswith("SCAN") and not step.startswith(SMALL)]
    assert wrong == []
