"""A campaign whose messages the relay has taken, without a relay: what comes back is all that matters here."""

from sqlalchemy import select, update

from outreach.contacts.actions import find_suppression
from outreach.contacts.models import Contact, SuppressionReason
from outreach.database import db, transaction
from outreach.delivery import figures
from outreach.delivery.models import Message
from outreach.delivery.returns.models import ReturnedReport
from outreach.delivery.returns.verp import Door
from outreach.delivery.service import return_addresses
from outreach.delivery.states import MessageState
from outreach.invitations.models import Invitation
from tests.delivery import campaigns

ADA = "ada@association.test"
MAYOR = "maire@commune.test"


def accepted(state: MessageState = MessageState.SENT) -> int:
    """A running campaign to five addresses, all of its messages in that state."""
    number = campaigns.launched()
    with transaction() as session:
        for message in session.scalars(select(Message).where(Message.campaign_id == number)):
            invitation = session.get_one(Invitation, message.invitation_id)
            contact = session.get_one(Contact, invitation.contact_id)
            message.email = contact.in_use[0].email
            message.tries = 1
        session.flush()
        put(number, state)
    return number


def put(number: int, state: MessageState) -> None:
    """Bring all messages of a campaign to a state; inside a transaction."""
    db.session.execute(update(Message).where(Message.campaign_id == number).values(state=state))
    figures.recount(number)


def message_to(email: str, campaign: int) -> Message:
    """The message of a campaign to an address, as it stands."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Message).where(Message.campaign_id == campaign, Message.email == email)).one()


def return_address(message: Message) -> str:
    """Where reports about a message come."""
    return return_addresses().make(Door.BOUNCE, f"m{message.id}")


def stop_address(message: Message) -> str:
    """Where its reader may write to be left alone."""
    return return_addresses().make(Door.STOP, db.session.get_one(Invitation, message.invitation_id).key)


def suppressed(email: str) -> SuppressionReason | None:
    """Why nothing is written to an address any more."""
    db.session.rollback()
    found = find_suppression(email)
    db.session.rollback()
    return found.reason if found else None


def kept() -> list[ReturnedReport]:
    """Everything that was kept, in its order."""
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(ReturnedReport).order_by(ReturnedReport.id)))


def counts_hold(number: int) -> bool:
    """The kept figures are those of the rows."""
    db.session.rollback()
    before = dict(figures.counts(number))
    db.session.rollback()
    with transaction():
        figures.recount(number)
    after = dict(figures.counts(number))
    db.session.rollback()
    return before == after
