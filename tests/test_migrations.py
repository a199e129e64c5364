"""The revisions lead from nothing to the models and back, on both databases."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask

from config import Config
from outreach.database import db
from tests import people
from tests.postgresql import Cluster
from tools import migrations


@pytest.fixture
def empty_database(request: pytest.FixtureRequest, database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database without any table."""
    if database_kind == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('empty')}/empty.db"
    cluster: Cluster = request.getfixturevalue("cluster")
    cluster.drop("empty")
    return cluster.create("empty")


@pytest.mark.both
def test_up_from_nothing_equal_to_the_models_and_down_again(empty_database: str) -> None:
    assert migrations.check(empty_database) == []


@pytest.mark.both
def test_each_step_down_can_be_taken_up_again(empty_database: str) -> None:
    migrations.upgrade(empty_database)
    for _revision in migrations.revisions():
        migrations.downgrade(empty_database, "-1")
    migrations.upgrade(empty_database)
    assert migrations.differences(empty_database) == []


@pytest.mark.both
def test_a_database_in_use_keeps_its_rows_on_the_way_down_and_up(app: Flask, config: Config) -> None:
    people.world()
    before = rows()
    migrations.downgrade(config.database, "0015")
    migrations.upgrade(config.database)
    assert rows() == before


def rows() -> dict[str, int]:
    """How many there are of what others point to; afterwards nothing is open."""
    tables = ("event", "campaign", "batch", "message", "letter", "invitation", "contact", "address", "mandate")
    found = {name: db.session.scalar(sa.text(f"SELECT count(*) FROM {name}")) or 0 for name in tables}
    db.session.remove()
    db.engine.dispose()
    return found


def test_revisions_follow_each_other_in_one_line() -> None:
    numbers = [re.match(r"\d{4}", revision) for revision in migrations.revisions()]
    assert [int(number[0]) for number in numbers if number] == list(range(1, len(numbers) + 1))


@pytest.mark.both
def test_nobody_edits_the_audit_log(database_url: str) -> None:
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        entry = "INSERT INTO audit_entry (at, action, details) VALUES ('2126-03-02 08:00:00', 'tried', '{}')"
        connection.execute(sa.text(entry))
    for statement in ("UPDATE audit_entry SET action = 'never'", "DELETE FROM audit_entry"):
        with pytest.raises(sa.exc.DBAPIError), engine.begin() as connection:
            connection.execute(sa.text(statement))
    engine.dispose()


@pytest.mark.both
def test_what_is_never_imported_leaves_the_files_that_are_kept(database_url: str) -> None:
    migrations.downgrade(database_url, "0032")
    engine = sa.create_engine(database_url)
    refused = "\ufeffNom;Date de naissance;Courriel;Motif du refus\r\nRoy;12/03/1961;ada@@x.example;Deux signes\r\n"
    shape = {"header": ["Nom", "Nuance politique"], "samples": [["Roy"], ["DVG"]], "rows": 1}
    with engine.begin() as connection:
        table = sa.Table("import_file", sa.MetaData(), autoload_with=connection)
        told = {"filename": "maires.csv", "fingerprint": "", "mapping": "{}", "summary": "{}", "kind": "", "source": ""}
        kept = {"refused": refused.encode(), "shape": shape, "created_at": sa.func.current_timestamp()}
        connection.execute(table.insert().values(state="done", tab="", **told, **kept))
    migrations.upgrade(database_url)
    with engine.begin() as connection:
        table = sa.Table("import_file", sa.MetaData(), autoload_with=connection)
        row = connection.execute(sa.select(table.c.refused, table.c.shape)).one()
    engine.dispose()
    assert row.refused.decode() == "\ufeffNom;Courriel;Motif du refus\r\nRoy;ada@@x.example;Deux signes\r\n"
    assert (row.shape["samples"], row.shape["withheld"], row.shape["rows"]) == ([["Roy"], []], [1], 1)
