"""Erases somebody: empties what is kept of them in every room, keeps the rows, and lets no file bring them back.

Whoever calls commits, and then calls `settle`. Files that are kept are parsed before the transaction, by
`look_through`, so that nobody waits for it; what is not looked through, or comes meanwhile, is read within.
"""

import contextlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import aliased

from outreach.accounts.actions import record
from outreach.contacts.actions import suppress_digest
from outreach.contacts.holding import hold
from outreach.contacts.models import Address, Contact, SuppressionReason
from outreach.contacts.rights.files import Looked, Sought, forget_in_files
from outreach.contacts.rights.files import look_through as look_through_files
from outreach.contacts.rights.returning import keep_away
from outreach.contacts.rights.rules import forget_sources
from outreach.contacts.searching.indexing import unindex
from outreach.database import among, db
from outreach.delivery import figures
from outreach.delivery.history import steps
from outreach.delivery.models import Message, Notice
from outreach.delivery.returns import recording
from outreach.delivery.states import MessageState
from outreach.delivery.writes import ends_as
from outreach.errors import Refusal
from outreach.invitations.models import Invitation, InvitationState
from outreach.journal.entries import Erased
from outreach.journal.hooks import enter
from outreach.links import links
from outreach.rights.inventory import HELD
from outreach.rights.person import Person, contacts_at, with_absorbed

WRITER: Final = "staff"
"""In whose name the counts of messages move."""
WAITING: Final = (MessageState.QUEUED, MessageState.RETRY)
NOT_LOOKED: Final[Looked] = {}
"""No file was looked through beforehand."""


def look_through(numbers: Sequence[int], address: str = "") -> Looked:
    """Look for these contacts and this address in the files that are kept; opens no transaction, and leaves none.

    What others at a mailbox share becomes somebody's own once these are erased with them: both are looked for.
    """
    found = db.session.scalars(select(Contact).where(among(Contact.id, numbers), Contact.erased_at.is_(None))).all()
    people: list[tuple[Person, Contact | None]] = [(Person.of_contact(one), one) for one in found]
    if address:
        people.append((Person.of_address(address), None))
    alone = [(replace(person, own=person.digests), contact) for person, contact in people]
    wanted = {_sought(person, contact) for person, contact in (*people, *alone)}
    db.session.rollback()
    return look_through_files(wanted)


def erase(contact: Contact, at: datetime, user_id: int | None = None, looked: Looked = NOT_LOOKED) -> Person:
    """Erase one contact because the person wishes it; returns by what they were known.

    A mailbox that nobody else uses is never written to again. One that others use stays theirs: only this person is
    kept from being brought back there. Raises Refusal for somebody who was merged or erased meanwhile.
    """
    if contact.id not in hold(with_absorbed([contact.id])):
        raise Refusal("This contact was merged or erased meanwhile. Look who it is now. Nothing was changed.")
    db.session.refresh(contact)
    person = Person.of_contact(contact)
    for row in db.session.execute(select(Contact.id, Contact.created_at).where(among(Contact.id, person.contacts))):
        enter(Erased(at, row.id, row.created_at))
    _shut(person, at, user_id)
    keep_away(_shared(person), person.names, at)
    forget_in_files(_sought(person, contact), at, looked)
    _empty(person, at)
    record("contact.erased", "contact", contact.id, user_id, shared=len(person.digests) - len(person.own))
    return person


def erase_again(contact: Contact, at: datetime) -> None:
    """Do to the contact of a backup what was done since; the person is kept from mailboxes that others use."""
    person = Person.of_contact(contact)
    keep_away(_shared(person), person.names, at)
    forget_in_files(_sought(person, contact), at, NOT_LOOKED)
    _empty(person, at)
    record("contact.erased", "contact", contact.id, by_itself=True)


def erase_address(email: str, at: datetime, user_id: int | None = None, looked: Looked = NOT_LOOKED) -> Person:
    """Erase everybody at a mailbox, and what is kept of an address that no contact has."""
    person = Person.of_address(email)
    _shut(person, at, user_id)
    forget_in_files(_sought(person, None), at, looked)
    _empty(person, at)
    record("address.erased", None, None, user_id)
    return person


def expire(numbers: Sequence[int], at: datetime) -> None:
    """Empty contacts that were kept for long enough. They asked for nothing: they may be invited anew one day.

    Files that name them have dates of their own.
    """
    standing = hold(with_absorbed(numbers)) if numbers else set()
    going = [number for number in numbers if number in standing]
    if going:
        _empty(Person.of_several(going), at)
    for number in going:
        record("contact.expired", "contact", number)


def settle() -> None:
    """After the commit: on SQLite what was overwritten leaves the log of the database too, unless somebody reads it."""
    if db.engine.dialect.name != "sqlite":
        return
    with contextlib.closing(db.engine.raw_connection()) as raw:
        cursor = raw.cursor()
        cursor.execute("PRAGMA busy_timeout")
        (patience,) = cursor.fetchone() or (0,)
        cursor.execute("PRAGMA busy_timeout = 500")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.fetchall()
        cursor.execute(f"PRAGMA busy_timeout = {int(patience)}")


def _shut(person: Person, at: datetime, user_id: int | None) -> None:
    """Never write again to the mailboxes that were only theirs."""
    for digest in person.own:
        suppress_digest(digest, SuppressionReason.ERASURE, at, user_id=user_id)


def _sought(person: Person, contact: Contact | None) -> Sought:
    name = contact.name if contact is not None and (contact.given_name or contact.family_name) else ""
    own = [one for one in person.emails if links().digest(one) in person.own]
    shared = [one for one in person.emails if one not in own]
    return Sought.of(own, name, shared, person.names)


def _shared(person: Person) -> list[str]:
    """Hashes of the mailboxes that others use too."""
    return [one for one in person.digests if one not in person.own]


def _empty(person: Person, at: datetime) -> None:
    """Empty everything, the contact's own row last; freed space is overwritten on SQLite."""
    _overwrite("ON")
    _end_what_waits(person.invitations, at)
    db.session.flush()
    steps.forget_words(person.invitations)
    recording.forget(person.invitations)
    unindex(person.contacts)
    named = db.session.scalars(select(Address.source).where(among(Address.contact_id, person.contacts))).all()
    for held in HELD:
        held.empty(person)
    forget_sources(named)
    _close(person, at)
    db.session.expire_all()
    _overwrite("OFF")


def _overwrite(switch: str) -> None:
    """Whether SQLite writes zeros over what this connection deletes: it costs time, and sending needs none of it."""
    if db.engine.dialect.name == "sqlite":
        db.session.connection().exec_driver_sql(f"PRAGMA secure_delete = {switch}")


def _end_what_waits(invitations: Sequence[int], at: datetime) -> None:
    """Nothing more leaves for them; what a sender has in hand finds the address suppressed.

    What was in doubt stays so, without a word of them: whether they had it, only the relay's log can tell.
    """
    moves: Counter[tuple[int, MessageState]] = Counter()
    for before in WAITING:
        which = (among(Message.invitation_id, invitations), Message.state == before)
        ended = update(Message).where(*which).values(**ends_as(Message, MessageState.SUPPRESSED, at))
        for campaign_id, after in db.session.execute(
            ended.returning(Message.campaign_id, Message.state), execution_options={"synchronize_session": False}
        ):
            moves[campaign_id, before] -= 1
            moves[campaign_id, after] += 1
    figures.move(moves, WRITER)
    waiting = (among(Notice.invitation_id, invitations), Notice.state.in_(WAITING))
    db.session.execute(
        update(Notice).where(*waiting).values(**ends_as(Notice, MessageState.SUPPRESSED, at)),
        execution_options={"synchronize_session": False},
    )


def _close(person: Person, at: datetime) -> None:
    """Mark the contact as erased; links of those who never confirmed an address open nothing any more."""
    plain = {"synchronize_session": False}
    retired = update(Address).where(among(Address.contact_id, person.contacts), Address.retired_at.is_(None))
    db.session.execute(retired.values(retired_at=at), execution_options=plain)
    pending = (among(Invitation.id, person.invitations), Invitation.state == InvitationState.PENDING)
    db.session.execute(
        update(Invitation).where(*pending).values(state=InvitationState.WITHDRAWN), execution_options=plain
    )
    gone = update(Contact).where(among(Contact.id, person.contacts))
    db.session.execute(gone.values(erased_at=at, changed_at=at, retain_until=None), execution_options=plain)


def rewrite(since: datetime, most: int = 500) -> int:
    """Empty again what a sender wrote after an erasure about a message it had in hand; how many contacts were read."""
    survivor = aliased(Contact)
    stays = select(survivor.id).where(survivor.id == Contact.merged_into_id, survivor.erased_at.is_(None))
    found = db.session.scalars(
        select(Contact.id).where(Contact.erased_at >= since, ~stays.exists()).order_by(Contact.erased_at).limit(most)
    )
    numbers = list(found)
    theirs = select(Invitation.id).where(among(Invitation.contact_id, numbers))
    for table in (Message, Notice):
        written = (table.invitation_id.in_(theirs), table.email.is_not(None), table.state != MessageState.LEASED)
        invitations = db.session.scalars(select(table.invitation_id).where(*written)).all()
        if invitations:
            steps.forget_words(invitations)
            _empty_again(invitations)
    return len(numbers)


def _empty_again(invitations: Sequence[int]) -> None:
    person = Person((), (), (), (), (), tuple(invitations), (), (), ())
    for held in HELD:
        if held.table in {Message, Notice}:
            held.empty(person)


def erase_several(
    numbers: Sequence[int], address: str, at: datetime, user_id: int | None = None, looked: Looked = NOT_LOOKED
) -> tuple[list[int], list[int]]:
    """Erase these contacts and, once nobody else has it, what is kept of the address: who is gone, who stays there."""
    hold(with_absorbed(numbers))
    for number in numbers:
        erase(db.session.get_one(Contact, number), at, user_id, looked)
    stay = [one.id for one in contacts_at(address)] if address else []
    if address and not stay:
        erase_address(address, at, user_id, looked)
    return list(numbers), stay
