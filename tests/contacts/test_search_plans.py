"""However many contacts there are, no plan of SQLite's behind the list looks at all of them."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, text

from outreach.contacts import actions, queries
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact, SuppressionReason
from outreach.contacts.searching import listing, ranking, search
from outreach.contacts.searching.filters import Cursor, Filters, Order, Reach
from outreach.database import db, transaction
from tests.contacts.directory import AT, add_many

PLACE = Cursor("nom00100", 100)


@pytest.fixture
def directory(app: Flask) -> None:
    add_many(1000)
    with transaction():
        contact = queries.get_contact(7)
        actions.tag(contact, "bureau", AT)
        actions.suppress("autre@ville.example", SuppressionReason.OPT_OUT, AT)


def plan(filters: Filters) -> list[str]:
    """The steps of every statement that finds or counts the contacts of a page."""
    statements: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        statements.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    listing.page(filters)
    event.remove(db.engine, "before_cursor_execute", note)
    connection = db.session.connection()
    return [
        row[3]
        for statement, parameters in statements
        if "LIMIT" in statement
        for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    ]


def scans(steps: list[str]) -> list[str]:
    """The steps that look at every row of a table; the suppressions in force are a list of their own."""
    small = (
        "SCAN anon_",
        "SCAN (subquery",
        "SCAN suppression USING INDEX uq_suppression_everything",
        "SCAN search_word_trigram VIRTUAL TABLE INDEX 0:M",  # FTS5 looks fragments up
    )
    return [step for step in steps if step.startswith("SCAN") and not step.startswith(small)]


@pytest.mark.usefixtures("directory")
@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(descending=True, after=PLACE),
        Filters(before=PLACE),
        Filters(kind=Kind.MAYOR),
        Filters(kind=Kind.MAYOR, department="72", after=PLACE),
        Filters(department="72", descending=True),
        Filters(country="BE"),
        Filters(language="en", reach=Reach.WITH),
        Filters(reach=Reach.WITHOUT),
    ],
)
def test_the_list_is_walked_in_its_own_order(filters: Filters) -> None:
    steps = plan(filters)
    assert scans(steps) == []
    assert not [step for step in steps if "ORDER BY" in step]
    assert [step for step in steps if "_listing" in step]


@pytest.mark.usefixtures("directory")
@pytest.mark.parametrize("filters", [Filters(order=Order.ADDED, after=PLACE), Filters(order=Order.ADDED, before=PLACE)])
def test_the_newest_are_walked_by_number(filters: Filters) -> None:
    steps = plan(filters)
    assert not [step for step in steps if "ORDER BY" in step]
    assert [step for step in steps if "INTEGER PRIMARY KEY (rowid" in step]


RARE = [
    Filters(q="nom00042"),
    Filters(q="nom00042 le ville", kind=Kind.MAYOR, department="72", after=PLACE),
    Filters(tag="bureau", country="FR"),
    Filters(reach=Reach.SUPPRESSED, language="fr"),
    Filters(q="ville", order=Order.ADDED),
    Filters(q="om0004 le", order=Order.BEST, kind=Kind.MAYOR),
]


@pytest.mark.usefixtures("directory")
@pytest.mark.parametrize("filters", RARE)
def test_what_is_rare_is_looked_up_first(filters: Filters) -> None:
    steps = plan(filters)
    assert scans(steps) == []
    assert "SEARCH contact USING INTEGER PRIMARY KEY (rowid=?)" in steps
    assert not [step for step in steps if "_listing" in step]


@pytest.mark.usefixtures("directory")
@pytest.mark.parametrize("word", ["le", "nom", "vil"])
def test_the_best_are_read_from_the_lists_of_their_words(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "NARROW", 0)
    steps = plan(Filters(q=word, order=Order.BEST))
    assert scans(steps) == []
    assert [step for step in steps if step.startswith("SEARCH search_posting USING PRIMARY KEY (word_id=?)")]


@pytest.mark.usefixtures("directory")
@pytest.mark.parametrize("filters", [Filters(q="le"), Filters(q="le ville", kind=Kind.MAYOR), Filters(tag="bureau")])
def test_what_is_frequent_is_met_on_the_way(filters: Filters, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "NARROW", 0)
    steps = plan(filters)
    assert scans(steps) == []
    assert not [step for step in steps if "ORDER BY" in step]
    assert [step for step in steps if "_listing" in step]


@pytest.mark.usefixtures("directory")
@pytest.mark.parametrize("most", [0, 50_000])
def test_of_a_kind_and_a_departement_together_no_contact_is_read(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "WORTH_COUNTING", 0)
    monkeypatch.setattr(ranking, "FREQUENT", most)
    steps = plan(Filters(q="vil", order=Order.BEST, kind=Kind.MAYOR, department="72"))
    assert scans(steps) == []
    by_index = [step for step in steps if step.startswith("SEARCH contact USING") and "_listing" in step]
    assert by_index
    assert [step for step in by_index if "COVERING INDEX" not in step] == []


@pytest.mark.usefixtures("directory")
def test_a_long_list_is_not_read_for_the_sake_of_a_short_one() -> None:
    steps = plan(Filters(q="nom00042 vil", order=Order.BEST))
    assert scans(steps) == []
    assert "SEARCH search_text USING INTEGER PRIMARY KEY (rowid=?)" in steps  # each contact of the short one is asked


@pytest.mark.both
@pytest.mark.usefixtures("database_kind")
def test_postgresql_looks_found_contacts_up_by_their_numbers(app: Flask) -> None:
    add_many(200)
    found = listing.page(Filters(q="nom0004 vil", order=Order.BEST, kind=Kind.MAYOR))
    assert [one.family_name for one in found.contacts] == [f"Nom0004{digit}" for digit in (1, 3, 5, 7, 9)]
    if db.engine.dialect.name != "postgresql":
        return
    met = search.conditions(Filters(q="nom0 vil", kind=Kind.MAYOR), 50_000)
    statement = select(Contact.id).where(*met.all)
    db.session.execute(text("SET LOCAL enable_seqscan = off"))
    written = str(statement.compile(db.engine, compile_kwargs={"literal_binds": True})).replace("%%", "%")
    steps = db.session.scalars(text(f"EXPLAIN {written}")).all()
    assert [step for step in steps if "Index Cond: (id = ANY ((InitPlan" in step]
