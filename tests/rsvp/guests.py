"""Those who answer in these tests: Ada, her congress, and the forms she sends."""

from dataclasses import dataclass

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from outreach.contacts.models import Contact
from outreach.database import db, now, transaction
from outreach.events.models import Event, Session, SessionKind
from outreach.invitations.actions import invite
from outreach.invitations.forms import mark
from outreach.invitations.models import Invitation, Origin
from outreach.invitations.queries import get_by_key
from outreach.links import Purpose, links
from tests import people


@dataclass(frozen=True, slots=True)
class Guest:
    """Ada's invitation, as keys and numbers."""

    key: str
    event: int
    days: tuple[int, ...]
    workshops: tuple[int, ...]

    def url(self, purpose: Purpose, **query: str) -> str:
        """One of her links, as a path."""
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        return f"/{purpose.value}/{links().sign(purpose, self.key)}" + (f"?{asked}" if asked else "")

    def form(self, name: str = "answer", **fields: object) -> dict[str, object]:
        """A form of hers, with its mark."""
        return {"nonce": mark(name, self.key), **{key.replace("__", "-"): value for key, value in fields.items()}}

    def coming(self, **fields: object) -> dict[str, object]:
        """« Je viens », on the first day."""
        said: dict[str, object] = {"reply": "yes", "name-0": "Ada Lefèvre", "session-0": [str(self.days[0])]}
        return {**self.form(), **said, **fields}

    def sends(
        self, client: FlaskClient, form: dict[str, object], purpose: Purpose = Purpose.INVITATION
    ) -> TestResponse:
        """Send it."""
        return client.post(self.url(purpose), data=form, forged=True)

    def invitation(self) -> Invitation:
        """As the database knows it now."""
        db.session.rollback()
        return get_by_key(self.key)


def ada() -> Guest:
    """Ada, invited to the congress."""
    with transaction():
        people.city()
        return guest(people.congress(), people.ada())


def guest(event: Event, contact: Contact) -> Guest:
    """Anybody invited to an event; kept by whoever calls."""
    invitation = invite(event, contact, Origin.AUDIENCE, now())
    sessions = event.sessions
    return Guest(
        invitation.key,
        event.id,
        tuple(one.id for one in sessions if one.kind is SessionKind.DAY),
        tuple(one.id for one in sessions if one.kind is SessionKind.WORKSHOP),
    )


def taken(session_id: int) -> int:
    """Seats taken in a session."""
    db.session.rollback()
    return db.session.scalar(select(Session.taken).where(Session.id == session_id)) or 0
