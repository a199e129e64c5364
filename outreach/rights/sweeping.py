"""Empties what was kept for long enough, slice by slice. Whoever calls commits, and calls again while there is more."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    delete,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from outreach.accounts.actions import record
from outreach.accounts.models import AuditEntry
from outreach.contacts.duplicates.merges import forget_addresses
from outreach.contacts.holding import hold
from outreach.contacts.imports.models import ImportFile, ImportState
from outreach.contacts.models import Address, Contact, ContactChange, Mandate
from outreach.contacts.retention import months_after
from outreach.contacts.searching.indexing import reindex
from outreach.database import affected, among, db
from outreach.delivery.history import steps
from outreach.delivery.models import Message, Notice
from outreach.delivery.returns import recording
from outreach.events.models import Event
from outreach.forwarding.models import Registration
from outreach.institution.queries import institution
from outreach.invitations.models import Invitation, InvitationState
from outreach.rights.erasing import expire
from outreach.rights.inventory import HELD
from outreach.rights.keeping import Terms, terms
from outreach.rights.models import ForgottenEvent, RightsRequest
from outreach.rights.person import Person, with_absorbed
from outreach.rsvp.models import Answer, Participant

LISTED: Final = timedelta(days=30)
"""So long a contact stands on the page of what is due before the clock empties it by itself."""
SLICE: Final = 200
"""Contacts emptied in one transaction."""
MESSAGES: Final = 2000
"""Invitations of a past event whose details are emptied in one transaction; addresses, too."""


@dataclass(slots=True)
class Due:
    """How much has passed its date, or was emptied."""

    contacts: int = 0
    addresses: int = 0
    files: int = 0
    events: int = 0
    log: int = 0
    requests: int = 0
    more: bool = field(default=False)
    """There is another slice."""

    def counts(self) -> dict[str, int]:
        """The numbers alone."""
        return {name: number for name, number in asdict(self).items() if name != "more"}

    def add(self, other: "Due") -> None:
        """Count what another slice did."""
        for name, number in other.counts().items():
            setattr(self, name, getattr(self, name) + number)


def due(at: datetime) -> Due:
    """What has passed its date; changes nothing."""
    kept = terms()
    return Due(
        contacts=_count(select(Contact.id).where(*_expired(at.date()))),
        addresses=_count(_stale(at.date())),
        files=_count(select(ImportFile.id).where(*_old_files(at, kept))),
        events=_count(select(Event.id).where(*_past_events(at, kept))),
        log=_count(select(AuditEntry.id).where(AuditEntry.at < _before(at, kept.audit_months))),
        requests=_count(select(RightsRequest.id).where(RightsRequest.answered_at < _before(at, kept.audit_months))),
    )


def contacts_due(at: datetime, most: int = 200) -> Sequence[Contact]:
    """The contacts that have passed their date, the oldest first."""
    chosen = select(Contact).where(*_expired(at.date())).order_by(Contact.retain_until, Contact.id)
    return db.session.scalars(chosen.limit(most)).all()


def sweep(at: datetime, listed: timedelta = timedelta(0), user_id: int | None = None) -> Due:
    """Empty one slice of it. `listed`: contacts and addresses only once they have been due for so long."""
    kept, day = terms(), (at - listed).date()
    done = Due()
    done.contacts, full = _expire_contacts(day, at)
    done.addresses = _drop_addresses(day, at)
    done.files = affected(db.session.execute(update(ImportFile).where(*_old_files(at, kept)).values(_EMPTY_FILE)))
    done.events, busy = _forget_event(at, kept)
    done.log = affected(db.session.execute(delete(AuditEntry).where(AuditEntry.at < _before(at, kept.audit_months))))
    answered = RightsRequest.answered_at < _before(at, kept.audit_months)
    done.requests = affected(db.session.execute(delete(RightsRequest).where(answered)))
    done.more = full or done.addresses == MESSAGES or busy
    if any(done.counts().values()):
        record("rights.swept", None, None, user_id, **done.counts())
    return done


def _expire_contacts(day: date, at: datetime) -> tuple[int, bool]:
    """Empty the oldest contacts that are due: how many, and whether there may be more.

    Who is due is asked again once they are held: they may have been invited, or corrected, while we waited.
    """
    oldest = select(Contact.id).where(*_expired(day)).order_by(Contact.retain_until, Contact.id).limit(SLICE)
    chosen = db.session.scalars(oldest).all()
    if not chosen:
        return 0, False
    hold(with_absorbed(chosen))
    expired = db.session.scalars(oldest.where(among(Contact.id, chosen))).all()
    expire(expired, at)
    return len(expired), len(chosen) == SLICE


_EMPTY_FILE: Final[dict[str, Any]] = {
    "content": None,
    "refused": None,
    "shape": null(),
    "outlook": null(),
    "state": func.replace(ImportFile.state, ImportState.UPLOADED.value, ImportState.DROPPED.value),
}


def _before(at: datetime, months: int) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0) - (at.date() - months_after(at.date(), -months))


def _expired(day: date) -> tuple[ColumnElement[bool], ...]:
    return Contact.erased_at.is_(None), Contact.retain_until < day, *_idle(day)


def _idle(day: date, who: type[Contact] = Contact) -> tuple[ColumnElement[bool], ...]:
    """No mandate goes on, no event is to come, and nothing was answered for as long as contacts are kept.

    Any mandate that is not over keeps somebody, of whatever kind: one that has yet to begin, an honour, too. Who holds
    an office for a letter is another question, and `day` may lie in the past: whoever took office since then stays.
    """
    goes_on = exists().where(Mandate.contact_id == who.id, or_(Mandate.until.is_(None), Mandate.until >= day))
    awaited = exists().where(
        Invitation.contact_id == who.id,
        Invitation.state != InvitationState.WITHDRAWN,
        Invitation.event_id == Event.id,
        Event.ends_on >= day,
    )
    since = months_after(day, -institution().retention_months)
    spoke = exists().where(Invitation.contact_id == who.id, Invitation.answered_at >= _midnight(since))
    return ~goes_on, ~awaited, ~spoke


def _stale(day: date) -> Select[int, int, str]:
    """Addresses past their own date of contacts who stay, with the contact; doubles kept for the undo of a merge, too.

    What hangs on a contact that was merged goes by the one that absorbed it.
    """
    owner = aliased(Contact)
    stays = or_(owner.retain_until.is_(None), owner.retain_until >= day)
    chosen = select(Address.id, owner.id.label("owner_id"), Address.email).join(
        Contact, Contact.id == Address.contact_id
    )
    chosen = chosen.join(owner, owner.id == func.coalesce(Contact.merged_into_id, Contact.id))
    return chosen.where(Address.retain_until < day, owner.erased_at.is_(None), stays, *_idle(day, owner))


def _drop_addresses(day: date, at: datetime) -> int:
    """Those of contacts that are held: nobody merges them, or undoes it, meanwhile."""
    chosen = db.session.execute(_stale(day).limit(MESSAGES)).all()
    if not chosen:
        return 0
    hold(with_absorbed([row.owner_id for row in chosen]))
    found = db.session.execute(_stale(day).where(among(Address.id, [row.id for row in chosen]))).all()
    owners = {row.owner_id for row in found}
    numbers = {row.id for row in found} | _doubles({(row.owner_id, row.email.casefold()) for row in found})
    gone = update(Address).where(among(Address.id, numbers))
    emptied = {"email": literal("#") + cast(Address.id, String), "digest": "", "preferred": False, "retain_until": None}
    db.session.execute(
        gone.values(retired_at=func.coalesce(Address.retired_at, at), **emptied),
        execution_options={"synchronize_session": False},
    )
    forget_addresses(numbers, with_absorbed(list(owners)))
    _forget_history({(row.owner_id, row.email.casefold()) for row in found})
    reindex(owners)
    return len(chosen)


def _forget_history(emails: set[tuple[int, str]]) -> None:
    """Take swept addresses out of what was ever changed on their contacts; what else a change says stays."""
    of_owner = defaultdict[int, set[str]](set)
    for owner, email in emails:
        of_owner[owner].add(email)
    told = select(ContactChange, func.coalesce(Contact.merged_into_id, Contact.id)).join(
        Contact, Contact.id == ContactChange.contact_id
    )
    either = or_(among(Contact.id, of_owner), among(Contact.merged_into_id, of_owner))
    for change, owner in db.session.execute(told.where(either, ContactChange.field.in_(_NAMING_ADDRESSES))):
        change.before, change.after = (_without(text, of_owner[owner]) for text in (change.before, change.after))


_NAMING_ADDRESSES: Final = ("email", "mandate")
"""The fields whose changes name addresses, separated by commas."""


def _without(text: str, emails: Collection[str]) -> str:
    return ", ".join(part for part in text.split(", ") if part.casefold() not in emails)


def _doubles(emails: set[tuple[int, str]]) -> set[int]:
    """The same addresses on contacts that these absorbed: kept for the undo of a merge, whatever their own date."""
    owners = {owner for owner, _email in emails}
    rows = select(Address.id, Contact.merged_into_id, Address.email).join(Contact, Contact.id == Address.contact_id)
    absorbed = select(Contact.id).where(among(Contact.merged_into_id, owners))
    found = db.session.execute(rows.where(Contact.id.in_(absorbed)))
    return {number for number, owner, email in found if (owner, email.casefold()) in emails}


def _old_files(at: datetime, kept: Terms) -> tuple[ColumnElement[bool], ...]:
    held = or_(ImportFile.content.is_not(None), ImportFile.refused.is_not(None))
    return ImportFile.created_at < at - timedelta(days=kept.import_days), held, ImportFile.errand.is_(None)


def _past_events(at: datetime, kept: Terms) -> tuple[ColumnElement[bool], ...]:
    return (
        Event.ends_on < months_after(at.date(), -kept.detail_months),
        Event.id.not_in(select(ForgottenEvent.event_id)),
    )


def _forget_event(at: datetime, kept: Terms) -> tuple[int, bool]:
    """Empty some of the details of the oldest past event: how many events are done, and whether more is left."""
    event_id = db.session.scalar(select(Event.id).where(*_past_events(at, kept)).order_by(Event.ends_on).limit(1))
    if event_id is None:
        return 0, False
    of_event = (Invitation.event_id == event_id, or_(*(_speaks(table) for table in (Message, Notice))))
    numbers = db.session.scalars(select(Invitation.id).where(*of_event).limit(MESSAGES)).all()
    done = not numbers
    if done:
        numbers = db.session.scalars(select(Invitation.id).where(Invitation.event_id == event_id, _told())).all()
        db.session.add(ForgottenEvent(event_id=event_id, at=at))
    _forget(tuple(numbers))
    db.session.flush()
    return int(done), True


def _speaks(table: type[Message] | type[Notice]) -> ColumnElement[bool]:
    return exists().where(and_(table.invitation_id == Invitation.id, table.email.is_not(None)))


def _told() -> ColumnElement[bool]:
    """Invitations of which something was answered or typed."""
    return or_(
        exists().where(Answer.invitation_id == Invitation.id),
        exists().where(Registration.invitation_id == Invitation.id),
    )


def _forget(invitations: tuple[int, ...]) -> None:
    answers = tuple(db.session.scalars(select(Answer.id).where(among(Answer.invitation_id, invitations))))
    participants = tuple(db.session.scalars(select(Participant.id).where(among(Participant.answer_id, answers))))
    typed = tuple(db.session.scalars(select(Registration.id).where(among(Registration.invitation_id, invitations))))
    person = Person((), (), (), (), typed, invitations, answers, participants, ())
    steps.forget_words(invitations)
    recording.forget(invitations)
    for held in HELD:
        held.empty(person)
    db.session.expire_all()


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _count(chosen: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
