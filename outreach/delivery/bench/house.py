"""An application with nothing in it, in a database of its own, for measuring."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import Executable, text

from outreach import i18n
from outreach.database import Base, db, prepare_engine
from outreach.journal.files import Journal
from outreach.links import Keyring


@contextmanager
def house(port: int, connections: int, database_url: str, check: Callable[[], None]) -> Iterator[None]:
    """Inside, the tables are there and the relay is at that port; they go when the measuring is over.

    `check` is asked first whether the database may be used.
    """
    with tempfile.TemporaryDirectory(prefix="outreach-bench-") as folder:
        app = Flask("outreach", static_folder=None)
        app.config.from_mapping(_settings(port, connections, database_url, folder))
        app.extensions["outreach.links"] = Keyring(("a key",), "another key", "https://invitations.bench.example")
        app.extensions["outreach.journal"] = Journal(Path(folder) / "journal.jsonl")
        db.init_app(app)
        i18n.prepare_app(app, "Europe/Paris")
        with app.app_context():
            prepare_engine(db.engine)
            check()
            Base.metadata.create_all(db.engine)
            try:
                yield
            finally:
                db.session.remove()
                Base.metadata.drop_all(db.engine)
                db.engine.dispose()


def wipe() -> None:
    """On PostgreSQL: nothing of any table stays, those of the task engine included."""
    db.session.remove()
    with db.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))


def number(question: Executable) -> int:
    """The one number that is asked for; 0 for none."""
    found = int(db.session.scalar(question) or 0)
    db.session.rollback()
    return found


def _settings(port: int, connections: int, database_url: str, folder: str) -> dict[str, object]:
    return {
        "SECRET_KEY": "a key",
        "SECRET_KEY_FALLBACKS": [],
        "SQLALCHEMY_DATABASE_URI": database_url or f"sqlite:///{Path(folder) / 'bench.db'}",
        "MAIL_DEFAULT_SENDER": "congres@bench.example",
        "SMTP_URL": f"smtp://127.0.0.1:{port}",
        "LOOPBACK_ONLY": True,
        "BOUNCE_DOMAIN": "retours.bench.example",
        "CONNECTIONS": connections,
        "MESSAGES_PER_CONNECTION": 1_000_000,
        "DATA_DIR": folder,
    }
