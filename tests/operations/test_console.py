"""What a command says when the database is away: a sentence, not a fault of the program."""

from sqlalchemy import text

from outreach.database import db
from tests.conftest import Runner


def test_a_database_that_cannot_be_used_is_named_in_a_sentence(runner: Runner) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE campaign RENAME TO gone"))
    assert runner.run("campaign", "status", "1", status=1).output.startswith("The database cannot be used: ")
