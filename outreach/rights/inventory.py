"""Where personal data lies: every table that holds some, whose rows they are, and what erasing leaves of each column.

A test reads every column of the schema that can hold text: one that is neither here nor in IMPERSONAL fails it, and
one that is here is filled, erased, and looked for in the whole database.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, String, cast, delete, literal, null, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from outreach.contacts.duplicates.models import (
    ContactAlias,
    ContactMerge,
    DuplicateKey,
    DuplicatePair,
    DuplicateSubject,
)
from outreach.contacts.imports.models import ImportFile
from outreach.contacts.kinds import Gender
from outreach.contacts.models import Address, Contact, ContactChange, ContactTag, Mandate, Suppression
from outreach.contacts.searching.models import SearchPosting, SearchText
from outreach.database import Base, among, db
from outreach.delivery.history.models import Step
from outreach.delivery.models import Message, Notice
from outreach.delivery.returns.models import ReturnedReport
from outreach.errors import N_
from outreach.forwarding.models import Registration
from outreach.invitations.models import Invitation, PersonalDisplay
from outreach.rights.models import RightsRequest
from outreach.rights.person import Person
from outreach.rsvp.models import AccessNeeds, Answer, Participant, Seat
from outreach.rsvp.waiting.models import WaitingPlace

Condition = Callable[[Person], ColumnElement[bool]]
NOTHING: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class Held:
    """The rows of one table that are about a person."""

    table: type[Base]
    label: str
    """Of several rows, as a page heads them."""
    of: Condition
    emptied: Mapping[str, Any] = field(default_factory=dict)
    """Column -> what takes its place."""
    dropped: bool = False
    """The rows themselves go: nothing is counted by them."""
    elsewhere: bool = False
    """Whoever keeps these rows empties them too: see `erasing`."""
    key: str = ""
    """What a copy calls these rows, where it is not the table's name."""

    @property
    def name(self) -> str:
        """The table's."""
        return str(self.table.__tablename__)

    @property
    def personal(self) -> frozenset[str]:
        """The columns that say something of the person."""
        return frozenset(self.table.__table__.columns.keys() if self.dropped else self.emptied)

    def rows(self, person: Person) -> list[dict[str, Any]]:
        """What is kept, every column of it but large files, oldest first."""
        columns = [one for one in self.table.__table__.columns if one.name not in UNREAD]
        statement = select(*columns).where(self.of(person)).order_by(*self.table.__table__.primary_key)
        return [dict(row) for row in db.session.execute(statement).mappings()]

    def empty(self, person: Person) -> None:
        """Leave nothing of the person in these rows."""
        if self.elsewhere or not (self.emptied or self.dropped):
            return
        statement = delete(self.table) if self.dropped else update(self.table).values(dict(self.emptied))
        db.session.execute(statement.where(self.of(person)), execution_options={"synchronize_session": False})


def _by(column: InstrumentedAttribute[Any], of: Callable[[Person], tuple[Any, ...]]) -> Condition:
    return lambda person: among(column, of(person))


def _contacts(person: Person) -> tuple[int, ...]:
    return person.contacts


def _steps(person: Person) -> ColumnElement[bool]:
    messages = select(Message.id).where(among(Message.invitation_id, person.invitations))
    notices = select(Notice.id).where(among(Notice.invitation_id, person.invitations))
    return or_(Step.message_id.in_(messages), Step.notice_id.in_(notices))


def _pairs(person: Person) -> ColumnElement[bool]:
    return or_(among(DuplicatePair.first_id, person.contacts), among(DuplicatePair.second_id, person.contacts))


def _merges(person: Person) -> ColumnElement[bool]:
    return or_(among(ContactMerge.survivor_id, person.contacts), among(ContactMerge.absorbed_id, person.contacts))


def _requests(person: Person) -> ColumnElement[bool]:
    return or_(among(RightsRequest.contact_id, person.contacts), among(RightsRequest.digest, person.own))


SENT: Final[Mapping[str, Any]] = {"email": None, "merged": null(), "reply_text": None}
DELEGATE: Final[Mapping[str, Any]] = {
    "delegate_given_name": "",
    "delegate_family_name": "",
    "delegate_email": "",
    "delegate_role": "",
}
UNREAD: Final = frozenset({"content", "refused", "outlook", "shape"})
"""Whole files, of many people: erasing goes through them, showing names them."""

HELD: Final[tuple[Held, ...]] = (
    Held(
        AccessNeeds,
        N_("Access needs and meals"),
        _by(AccessNeeds.participant_id, lambda one: one.participants),
        dropped=True,
    ),
    Held(Seat, N_("Seats"), _by(Seat.participant_id, lambda one: one.participants)),
    Held(WaitingPlace, N_("Places on waiting lists"), _by(WaitingPlace.answer_id, lambda one: one.answers)),
    Held(Participant, N_("Who comes"), _by(Participant.id, lambda one: one.participants), {"name": ""}),
    Held(Answer, N_("Answers"), _by(Answer.id, lambda one: one.answers), {"words": "", "mark": "", **DELEGATE}),
    Held(
        Answer,
        N_("Answers of others that name them"),
        _by(Answer.id, lambda one: one.named_in),
        DELEGATE,
        key="answers_naming_them",
    ),
    Held(
        Registration,
        N_("Registrations through a share link"),
        _by(Registration.id, lambda one: one.registrations),
        dict.fromkeys(("given_name", "family_name", "email", "digest", "organisation", "postal_code"), ""),
    ),
    Held(Step, N_("Earlier tries of messages"), _steps, {"reply_text": None}, elsewhere=True),
    Held(
        ReturnedReport,
        N_("What came back"),
        _by(ReturnedReport.invitation_id, lambda one: one.invitations),
        dict.fromkeys(("recipient", "reason", "subject", "headers", "human"), ""),
        elsewhere=True,
    ),
    Held(
        PersonalDisplay,
        N_("Messages they displayed, by their own agreement"),
        _by(PersonalDisplay.invitation_id, lambda one: one.invitations),
        dropped=True,
    ),
    Held(Message, N_("Messages of campaigns"), _by(Message.invitation_id, lambda one: one.invitations), SENT),
    Held(Notice, N_("Notices"), _by(Notice.invitation_id, lambda one: one.invitations), {**SENT, "values": {}}),
    Held(Invitation, N_("Invitations"), _by(Invitation.id, lambda one: one.invitations), {"digest": None}),
    Held(
        Suppression,
        N_("Suppression list"),
        _by(Suppression.digest, lambda one: one.own),
        {"email": None, "note": "", "lift_note": ""},
    ),
    Held(
        RightsRequest,
        N_("Requests about their data"),
        _requests,
        dict.fromkeys(("name", "email", "note", "answer"), ""),
    ),
    Held(DuplicateKey, N_("Traits they share with others"), _by(DuplicateKey.contact_id, _contacts), dropped=True),
    Held(DuplicateSubject, N_("Comparison with others"), _by(DuplicateSubject.contact_id, _contacts), dropped=True),
    Held(DuplicatePair, N_("Contacts that look like them"), _pairs, dropped=True),
    Held(ContactMerge, N_("Contacts joined to theirs"), _merges, {"moved": []}),
    Held(ContactAlias, N_("Former names"), _by(ContactAlias.contact_id, _contacts), dropped=True),
    Held(ContactTag, N_("Tags"), _by(ContactTag.contact_id, _contacts), dropped=True),
    Held(
        ContactChange,
        N_("What was changed"),
        _by(ContactChange.contact_id, _contacts),
        {"before": "", "after": ""},
    ),
    Held(
        SearchText,
        N_("Words of the search"),
        _by(SearchText.contact_id, _contacts),
        {"words": ""},
        elsewhere=True,
    ),
    Held(
        SearchPosting,
        N_("Places in the search"),
        _by(SearchPosting.contact_id, _contacts),
        elsewhere=True,
    ),
    Held(
        Address,
        N_("E-mail addresses"),
        _by(Address.contact_id, _contacts),
        {
            "email": literal("#") + cast(Address.id, String),
            "digest": "",
            "source": "",
            "preferred": False,
            "retain_until": None,
        },
    ),
    Held(
        Mandate,
        N_("Mandates"),
        _by(Mandate.contact_id, _contacts),
        {"constituency": "", "since": None, "until": None},
    ),
    Held(
        Contact,
        N_("Contact"),
        _by(Contact.id, _contacts),
        {
            **dict.fromkeys(
                ("given_name", "family_name", "sort_name", "role_label", "street", "postal_code", "locality", "phone"),
                "",
            ),
            **dict.fromkeys(("website", "notes"), ""),
            "salutation": None,
            "organisation_id": None,
            **dict.fromkeys(("measured_since", "last_displayed_on", "silent_since")),
            "gender": Gender.UNKNOWN,
        },
    ),
)
"""In the order in which they are emptied."""

FILES: Final = {ImportFile.__tablename__: frozenset({"content", "refused", "outlook", "shape"})}
"""Columns that hold many people at once: `contacts.rights.files` goes through them."""
