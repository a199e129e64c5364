"""Which family receives at whose address: the table of domains, and the lanes of messages that follow from it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    SQLColumnExpression,
    String,
    case,
    delete,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from outreach.contacts.models import Address
from outreach.contacts.queries import FIRST, in_use
from outreach.database import among, db, insertion, now
from outreach.delivery.models import Message
from outreach.delivery.pacing.families import DOMAINS, Family
from outreach.delivery.pacing.lanes import seed
from outreach.delivery.pacing.models import MailDomain
from outreach.invitations.models import Invitation

_OTHERS: Final = literal(Family.OTHERS, MailDomain.family.type)


class domain_in(FunctionElement[str]):  # noqa: N801 - reads as the SQL function it is
    """What follows the @ of an address as we keep it: its domain is in small letters already."""

    type = String()
    inherit_cache = True


@compiles(domain_in, "sqlite")
def _domain_in_sqlite(element: domain_in, compiler: SQLCompiler, **options: Any) -> str:
    address = compiler.process(element.clauses, **options)
    return f"substr({address}, instr({address}, '@') + 1)"


@compiles(domain_in, "postgresql")
def _domain_in_postgresql(element: domain_in, compiler: SQLCompiler, **options: Any) -> str:
    return f"split_part({compiler.process(element.clauses, **options)}, '@', 2)"


def learn(event_id: int) -> None:
    """Note the domains of those invited that are new to us; the clock looks up what a name alone does not tell."""
    seed()
    used = (
        select(domain_in(Address.email), _OTHERS)
        .join(Invitation, Invitation.contact_id == Address.contact_id)
        .where(Invitation.event_id == event_id, Address.retired_at.is_(None))
        .distinct()
    )
    new = insertion(MailDomain).from_select([MailDomain.domain, MailDomain.family], used)
    db.session.execute(new.on_conflict_do_nothing())


def lane_of(contact_id: SQLColumnExpression[int | None]) -> ColumnElement[Family]:
    """The family that receives at a contact's preferred address."""
    return func.coalesce(_of_contact(contact_id), _OTHERS)


def put_right(ids: Collection[int]) -> set[int]:
    """Move those of these messages that wait in the wrong lane to their own: an address was changed, or looked up."""
    wanted = func.coalesce(
        case((Message.email.is_not(None), _of_address(Message.email)), else_=_of_contact(Invitation.contact_id)),
        _OTHERS,
    )
    found = (
        select(Message.id, wanted.label("lane"))
        .join(Invitation, Invitation.id == Message.invitation_id)
        .where(Message.id.in_(ids), wanted != Message.lane)
    )
    moved = {row.id: Family(row.lane) for row in db.session.execute(found)}
    for lane in sorted(set(moved.values())):
        chosen = [number for number, family in moved.items() if family is lane]
        db.session.execute(update(Message).where(Message.id.in_(chosen)).values(lane=lane))
    return set(moved)


def _of_contact(contact_id: SQLColumnExpression[int | None]) -> ScalarSelect[Family]:
    return (
        select(MailDomain.family)
        .select_from(Address)
        .outerjoin(MailDomain, MailDomain.domain == domain_in(Address.email))
        .where(Address.contact_id == contact_id, in_use(now().date()))
        .order_by(*FIRST)
        .limit(1)
        .scalar_subquery()
    )


def _of_address(email: SQLColumnExpression[str | None]) -> ScalarSelect[Family]:
    return select(MailDomain.family).where(MailDomain.domain == domain_in(email)).scalar_subquery()


def unknown(most: int, before: datetime) -> Sequence[str]:
    """Domains that were never looked up, then those looked up before that instant, but for those their name tells."""
    asked = select(MailDomain.domain).where(MailDomain.domain.not_in(DOMAINS))
    never = db.session.scalars(asked.where(MailDomain.looked_up_at.is_(None)).limit(most)).all()
    stale = asked.where(MailDomain.looked_up_at < before).order_by(MailDomain.looked_up_at).limit(most - len(never))
    return [*never, *db.session.scalars(stale)]


def unused() -> Sequence[str]:
    """Domains at which nobody of the directory is written to any more, but for those known by name."""
    theirs = select(domain_in(Address.email).label("domain")).where(Address.retired_at.is_(None)).distinct().subquery()
    known = select(MailDomain.domain).outerjoin(theirs, theirs.c.domain == MailDomain.domain)
    return db.session.scalars(known.where(theirs.c.domain.is_(None), MailDomain.domain.not_in(DOMAINS))).all()


def forget(domains: Collection[str]) -> None:
    """Drop domains; whoever signs a campaign off to one of them has it learnt anew."""
    db.session.execute(delete(MailDomain).where(among(MailDomain.domain, domains)))


def place(found: Mapping[str, Family], at: datetime) -> None:
    """Keep what was looked up; messages that wait change lanes when their turn comes."""
    for domain, family in found.items():
        known = update(MailDomain).where(MailDomain.domain == domain)
        db.session.execute(known.values(family=family, looked_up_at=at))
