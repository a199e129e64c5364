"""Contacts among 2,000 that nobody could have foreseen: each is explained, and all the others have their letter."""

import random
from collections.abc import Mapping

import pytest
from flask import Flask
from sqlalchemy import select, update

from config import Config
from outreach.campaigns.models import CampaignState
from outreach.contacts.models import Address, Contact
from outreach.database import db, transaction
from outreach.delivery.models import Message
from outreach.delivery.states import MessageState
from outreach.invitations.models import Invitation
from outreach.links import links
from tests.delivery.campaigns import state
from tests.faults import crowd
from tests.faults.crowd import MANY
from tests.faults.judge import judge
from tests.faults.processes import ONCE, started
from tests.relay import Relay

pytestmark = pytest.mark.both

WORDS = {
    "a header in the name": {"given_name": "Ada\r\nBcc: everybody@elsewhere.test"},
    "controls in the name": {"family_name": "Lefèvre\x1b[2J\x07"},
    "a line of its own": {"family_name": "Lefèvre\u2028\r\n.\r\nQUIT\r\n"},
    "the wrong way round": {"given_name": "\u202egnorw yaw"},
    "a nought in the name": {"family_name": "Lefèvre\x00"},
}
ADDRESSES = {
    "a command in the address": "ada@association.test>\r\nRCPT TO:<everybody@elsewhere.test",
    "no address at all": "",
    "not an address": "ada",
    "two addresses": "ada@association.test, everybody@elsewhere.test",
    "a domain too long": f"ada@{'a' * 70}.test",
    "a local part too long": f"{'a' * 200}@association.test",
    "a mailbox in Greek": "άδα@association.test",
}


def test_contacts_that_cannot_be_written_to_hold_up_nobody_and_are_explained_one_by_one(
    app: Flask, config: Config, relay: Relay, chance: random.Random, database_kind: str
) -> None:
    relay.without("SMTPUTF8")
    campaign = crowd.launched()
    victims = poisoned(chance, database_kind)
    with started(config, *ONCE) as process:
        process.finish()
    check_the_poisoned(campaign, relay, victims)


def poisoned(chance: random.Random, database_kind: str) -> dict[str, int]:
    """Give each poison to somebody among the 2,000; who has which."""
    poisons = [one for one in (*WORDS, *ADDRESSES) if database_kind == "sqlite" or one != "a nought in the name"]
    victims = dict(zip(poisons, chance.sample(range(1, MANY + 1), len(poisons)), strict=True))
    with transaction() as session:
        for poison, victim in victims.items():
            if poison in WORDS:
                session.execute(update(Contact).where(Contact.id == victim).values(**WORDS[poison]))
            else:
                values = {"email": ADDRESSES[poison], "digest": links().digest(ADDRESSES[poison])}
                session.execute(update(Address).where(Address.contact_id == victim).values(**values))
    return victims


def check_the_poisoned(campaign: int, relay: Relay, victims: Mapping[str, int]) -> None:
    """Everybody else has it, whoever has not is explained, and nothing of a poison has come into a letter."""
    found = judge(campaign, relay, MANY)
    assert found.wrong == []
    fates = {poison: fate(victim) for poison, victim in victims.items()}
    sent = {poison for poison, row in fates.items() if row.state is MessageState.SENT}
    assert found.states[MessageState.SENT] == MANY - len(victims) + len(sent)
    assert found.states[MessageState.FAILED] == len(victims) - len(sent)
    assert [poison for poison in fates.keys() - sent if not fates[poison].reply_text] == []
    assert sent <= {*WORDS, "a domain too long", "a local part too long"}, "the relay takes these as they are"
    assert state(campaign) is CampaignState.FINISHED
    assert "everybody@elsewhere.test" not in relay.recipients
    assert not [one for one in relay.received if one.message["Bcc"]]
    for poison in sent & WORDS.keys():
        letter = next(one for one in relay.received if one.recipient == crowd.email_of(victims[poison]))
        assert [one.addr_spec for one in letter.message["To"].addresses] == [letter.recipient]


def fate(victim: int) -> Message:
    """The row of that contact's message."""
    joined = select(Message).join(Invitation, Invitation.id == Message.invitation_id)
    found = db.session.scalars(joined.where(Invitation.contact_id == victim)).one()
    db.session.rollback()
    return found
