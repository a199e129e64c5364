"""Finds all that belongs to one person: their contact, its invitations and answers, and who shares their mailbox."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from sqlalchemy import Select, func, or_, select

from outreach.contacts.duplicates.aliases import former_names_of
from outreach.contacts.duplicates.models import ContactMerge
from outreach.contacts.models import Address, Contact
from outreach.contacts.particulars import sort_name
from outreach.database import among, db
from outreach.forwarding.models import Registration
from outreach.invitations.models import Invitation
from outreach.links import links
from outreach.rsvp.models import Answer, Participant


@dataclass(frozen=True, slots=True)
class Person:
    """By which numbers and addresses the rows about somebody are known, in every room."""

    contacts: tuple[int, ...]
    emails: tuple[str, ...]
    digests: tuple[str, ...]
    """Keyed hashes of their mailboxes."""
    own: tuple[str, ...]
    """Those of the mailboxes that nobody else in the directory uses."""
    registrations: tuple[int, ...]
    invitations: tuple[int, ...]
    """Theirs, and those that wait for their address to be confirmed."""
    answers: tuple[int, ...]
    participants: tuple[int, ...]
    named_in: tuple[int, ...]
    """Answers of others that name them as the one who comes instead."""
    names: tuple[str, ...] = ()
    """Folded names that they are sorted by, or were before a merge or a correction."""

    @classmethod
    def of_contact(cls, contact: Contact) -> Self:
        """Of a contact that is not erased."""
        return cls._of([contact.id], contact.sort_name)

    @classmethod
    def of_several(cls, numbers: Sequence[int]) -> Self:
        """Of several contacts at once; what came from a mailbox that others use is theirs only where it led to them."""
        return cls._of(numbers, "")

    @classmethod
    def _of(cls, numbers: Sequence[int], name: str) -> Self:
        contacts = with_absorbed(numbers)
        held = (
            select(Address.email, Address.digest, Address.contact_id)
            .where(among(Address.contact_id, contacts))
            .order_by(Address.id)
        )
        names, called = _names(contacts), defaultdict[str, set[str]](set)
        mailboxes = []
        for email, digest, number in db.session.execute(held):
            mailboxes.append((email, digest))
            called[digest] |= names[number]
        return cls._gathered(contacts, mailboxes, name, called, sorted(set().union(*names.values())))

    @classmethod
    def of_address(cls, email: str) -> Self:
        """Of an address that no contact has: what is kept of it all the same, a registration for instance."""
        return cls._gathered((), [(email.strip(), links().digest(email))], "", {})

    @classmethod
    def _gathered(
        cls,
        contacts: tuple[int, ...],
        mailboxes: Sequence[tuple[str, str]],
        name: str,
        called: Mapping[str, set[str]],
        names: Sequence[str] = (),
    ) -> Self:
        emails = tuple(dict.fromkeys(email for email, _digest in mailboxes if email))
        digests = tuple(dict.fromkeys(digest for _email, digest in mailboxes if digest))
        shared = {one.digest for one in neighbours(contacts, digests)}
        own = tuple(one for one in digests if one not in shared)
        registrations = _registrations(contacts, digests, own, name)
        waiting = [one.invitation_id for one in registrations]
        invitations = _numbers(
            select(Invitation.id).where(
                or_(
                    among(Invitation.contact_id, contacts),
                    among(Invitation.id, waiting),
                    among(Invitation.digest, own),
                )
            )
        )
        answers = _numbers(select(Answer.id).where(among(Answer.invitation_id, invitations)))
        return cls(
            contacts=contacts,
            emails=emails,
            digests=digests,
            own=own,
            registrations=tuple(one.id for one in registrations),
            invitations=invitations,
            answers=answers,
            participants=_numbers(select(Participant.id).where(among(Participant.answer_id, answers))),
            named_in=_named_in(emails, own, called),
            names=tuple(names),
        )


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Somebody else at the same mailbox."""

    contact_id: int
    name: str
    email: str
    digest: str


def neighbours(contacts: Collection[int], digests: Collection[str]) -> list[Neighbour]:
    """Who else in the directory lives at these mailboxes."""
    found = db.session.scalars(
        select(Address)
        .join(Contact, Contact.id == Address.contact_id)
        .where(among(Address.digest, digests), Contact.erased_at.is_(None), Contact.id.not_in(contacts))
        .order_by(Address.contact_id, Address.id)
    ).all()
    people = {
        one.id: one
        for one in db.session.scalars(select(Contact).where(among(Contact.id, [a.contact_id for a in found])))
    }
    return [Neighbour(one.contact_id, people[one.contact_id].name, one.email, one.digest) for one in found]


def contacts_at(email: str) -> Sequence[Contact]:
    """Everybody in the directory who has that address, in use or not."""
    held = select(Address.contact_id).where(Address.digest == links().digest(email))
    return db.session.scalars(
        select(Contact).where(Contact.id.in_(held), Contact.erased_at.is_(None)).order_by(Contact.id)
    ).all()


def with_absorbed(numbers: Sequence[int]) -> tuple[int, ...]:
    """The contacts and those that were joined to them, at any remove."""
    found = list(numbers)
    while True:
        joined = select(ContactMerge.absorbed_id).where(
            among(ContactMerge.survivor_id, found),
            ContactMerge.undone_at.is_(None),
            ContactMerge.absorbed_id.not_in(found),
        )
        more = db.session.scalars(joined).all()
        if not more:
            return tuple(found)
        found += more


def _registrations(
    contacts: tuple[int, ...], digests: Collection[str], own: Collection[str], name: str
) -> list[Registration]:
    """Those that made their invitations, and those from their mailbox; where others use it, only under their name."""
    theirs = select(Invitation.id).where(among(Invitation.contact_id, contacts))
    found = db.session.scalars(
        select(Registration)
        .where(or_(Registration.invitation_id.in_(theirs), among(Registration.digest, digests)))
        .order_by(Registration.id)
    ).all()
    numbers = set(db.session.scalars(theirs))
    return [
        one
        for one in found
        if one.invitation_id in numbers or one.digest in own or sort_name(one.given_name, one.family_name) == name
    ]


def _names(contacts: Collection[int]) -> dict[int, set[str]]:
    """Contact -> the folded names that it is kept under, and was."""
    kept = db.session.execute(select(Contact.id, Contact.sort_name).where(among(Contact.id, contacts))).all()
    former = former_names_of(contacts)
    return {number: {one for one in (name, *former.get(number, ())) if one} for number, name in kept}


def _named_in(emails: Sequence[str], own: Collection[str], called: Mapping[str, set[str]]) -> tuple[int, ...]:
    """Answers that name somebody at these mailboxes; where others use one, only under a name of theirs.

    `called`: hash of a mailbox -> the folded names of those meant who have it.
    """
    if not emails:
        return ()
    found = db.session.execute(
        select(Answer.id, Answer.delegate_email, Answer.delegate_given_name, Answer.delegate_family_name)
        .where(func.lower(Answer.delegate_email).in_([email.casefold() for email in emails]))
        .order_by(Answer.id)
    )
    met = ((number, links().digest(email), sort_name(given, family)) for number, email, given, family in found)
    return tuple(number for number, digest, name in met if digest in own or name in called.get(digest, ()))


def _numbers(statement: Select[int]) -> tuple[int, ...]:
    return tuple(db.session.scalars(statement.order_by(statement.selected_columns[0])))
