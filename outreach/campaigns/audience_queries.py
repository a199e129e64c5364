"""Counts and lists whom a campaign writes to, and why each other contact is left out. Never fetches everybody."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    column,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    table,
    true,
    tuple_,
)
from sqlalchemy.orm import aliased

from outreach.campaigns.audience import Reason, Rule, replies_wanted
from outreach.campaigns.audiences.compiling import compiled
from outreach.campaigns.audiences.rules import Group
from outreach.campaigns.models import Campaign, CampaignPurpose, CampaignState
from outreach.contacts.kinds import AddressRule, Kind
from outreach.contacts.models import Address, Contact, ContactTag, Mandate, Suppression, SuppressionReason
from outreach.contacts.protocol.mailboxes import FALLS_BACK
from outreach.contacts.queries import in_office, in_use
from outreach.contacts.searching.filters import Cursor
from outreach.database import db
from outreach.invitations.models import Invitation, InvitationState, Origin

PAGE = 50
CHOSEN = "chosen"

# Messages belong to delivery, which builds on this room; who has already had a letter is asked by the table's name.
_MESSAGE = table("message", column("campaign_id"), column("invitation_id"), column("state"))
_NEVER_LEFT = ("cancelled", "failed", "suppressed")


@dataclass(frozen=True, slots=True)
class Scope:
    """A rule, within a saved audience or without one, and what it is applied to."""

    rule: Rule
    event_id: int
    purpose: CampaignPurpose
    on: date
    campaign_id: int | None = None
    saved: Group | None = None
    addresses: AddressRule = AddressRule.PREFERRED


@dataclass(frozen=True, slots=True)
class AudienceCount:
    """How many are written to, by language ("" when it is not known) and kind, and how many are left out and why."""

    chosen: int
    languages: Mapping[str, int]
    kinds: Mapping[Kind, int]
    nameless: int
    """Desks: recipients without a person's name."""
    left_out: Mapping[Reason, int]
    counted_at: datetime | None = None
    """When, if it was not just now."""
    about: bool = False
    """Reckoned from a part of the directory."""
    unaddressed: int | None = None
    """Those whom nobody knows how to address, where it was looked at."""


def chosen(scope: Scope) -> Select[int]:
    """The contacts that the campaign writes to, by number, in the order of sending."""
    return select(Contact.id).select_from(_joined(scope)).where(_is(scope, CHOSEN)).order_by(Contact.id)


def count_audience(scope: Scope, among: ColumnElement[bool] | None = None) -> AudienceCount:
    """Everything counted in two statements; `among` some contacts only."""
    looked_at = true() if among is None else among
    told = (
        select(
            _verdict(scope).label("verdict"),
            Contact.language.label("language"),
            Contact.kind.label("kind"),
            (Contact.family_name == "").label("nameless"),
        )
        .select_from(_joined(scope))
        .where(looked_at, _matched(scope))
        .subquery()
    )
    rows: Sequence[Any] = db.session.execute(select(*told.c, func.count()).group_by(*told.c)).all()
    present = select(func.count()).select_from(Contact).where(looked_at, Contact.erased_at.is_(None))
    everybody = db.session.scalar(present) or 0
    languages, kinds, verdicts = Counter[str](), Counter[Kind](), Counter[str]()
    nameless = 0
    for verdict, language, kind, without_name, count in rows:
        verdicts[verdict] += count
        if verdict == CHOSEN:
            languages[language or ""] += count
            kinds[kind] += count
            nameless += count if without_name else 0
    verdicts[Reason.NOT_CHOSEN] = everybody - (verdicts.total() - verdicts[Reason.ERASED])
    left_out = {reason: verdicts[reason] for reason in Reason if verdicts[reason]}
    return AudienceCount(verdicts[CHOSEN], languages, kinds, nameless, left_out)


def page_of_contacts(scope: Scope, verdict: str, after: str = "", size: int = PAGE) -> tuple[list[int], Cursor | None]:
    """Some contacts with one verdict, by name, and the place where the next page begins."""
    statement = select(Contact.id, Contact.sort_name).select_from(_joined(scope)).where(_is(scope, verdict))
    if after and (place := Cursor.parse(after)):
        statement = statement.where(tuple_(Contact.sort_name, Contact.id) > (place.name, place.id))
    rows = db.session.execute(statement.order_by(Contact.sort_name, Contact.id).limit(size + 1)).all()
    following = Cursor(rows[size - 1][1], rows[size - 1][0]) if len(rows) > size else None
    return [number for number, _name in rows[:size]], following


def samples(scope: Scope) -> Sequence[int]:
    """One contact of every kind and language among those written to: people to preview the letter as."""
    numbers = (
        select(func.min(Contact.id))
        .select_from(_joined(scope))
        .where(_is(scope, CHOSEN))
        .group_by(Contact.kind, Contact.language)
    )
    return db.session.scalars(numbers).all()


def _joined(scope: Scope) -> Any:
    """Contacts beside their invitation to the event, if they have one."""
    return Contact.__table__.outerjoin(
        Invitation.__table__, and_(Invitation.event_id == scope.event_id, Invitation.contact_id == Contact.id)
    )


def _is(scope: Scope, verdict: str) -> ColumnElement[bool]:
    if verdict == Reason.NOT_CHOSEN:
        return and_(~func.coalesce(_matched(scope), false()), Contact.erased_at.is_(None))
    return and_(_matched(scope), _verdict(scope) == verdict)


def _matched(scope: Scope) -> ColumnElement[bool]:
    """The contacts that the rule speaks of, whether or not they can be written to."""
    rule = scope.rule
    if rule.is_empty and scope.saved is None:
        return false()
    met: list[ColumnElement[bool]] = [true()]
    if scope.saved is not None:
        met.append(compiled(scope.saved, datetime.combine(scope.on, time(), UTC)))
    if rule.kinds:
        met.append(_holds(rule.kinds, scope.on))
    if departments := rule.departments_wanted():
        met.append(Contact.department.in_(departments))
    if rule.tags:
        met.append(_tagged(rule.tags))
    if rule.countries:
        met.append(Contact.country.in_(rule.countries))
    if rule.languages:
        known = [language for language in rule.languages if language != "unknown"]
        unknown = Contact.language.is_(None) if "unknown" in rule.languages else false()
        met.append(or_(Contact.language.in_(known), unknown))
    return and_(*met)


def _verdict(scope: Scope) -> ColumnElement[str]:
    """The first reason that holds, or "chosen"."""
    reasons: list[tuple[ColumnElement[bool], Reason]] = [
        (Contact.erased_at.is_not(None), Reason.ERASED),
        (_excluded(scope.rule, scope.on), Reason.EXCLUDED),
        (Invitation.state.in_([InvitationState.WITHDRAWN, InvitationState.MERGED]), Reason.WITHDRAWN),
        *_reasons_of_answer(scope),
        (~_has_address(scope), Reason.NO_ADDRESS),
        (_silenced(scope, SuppressionReason.OPT_OUT, SuppressionReason.ERASURE), Reason.OPTED_OUT),
        (or_(Contact.silent_since.is_not(None), Invitation.silent_since.is_not(None)), Reason.OPTED_OUT),
        (_silenced(scope, SuppressionReason.COMPLAINT), Reason.COMPLAINED),
        (_silenced(scope, SuppressionReason.STAFF), Reason.SET_ASIDE),
        (_bounced(scope), Reason.BOUNCED),
    ]
    return case(*((met, literal(reason.value)) for met, reason in reasons), else_=literal(CHOSEN))


def _reasons_of_answer(scope: Scope) -> list[tuple[ColumnElement[bool], Reason]]:
    answered = (Invitation.reply.is_not(None), Reason.ANSWERED)
    if scope.purpose is CampaignPurpose.INVITATION:
        return [answered, (_invited_otherwise(scope), Reason.INVITED)]
    not_invited = (or_(Invitation.id.is_(None), Invitation.state == InvitationState.PENDING), Reason.NOT_INVITED)
    replies = replies_wanted(scope.rule, scope.purpose)
    if replies == ("none",):
        return [not_invited, answered]
    if not replies:
        return [not_invited]
    given = [reply for reply in replies if reply != "none"]
    wanted = func.coalesce(Invitation.reply.in_(given), literal("none" in replies))
    return [not_invited, (~wanted, Reason.REPLY)]


def _invited_otherwise(scope: Scope) -> ColumnElement[bool]:
    """Came through a share link or as a delegate, or had the invitation of another campaign."""
    written = exists().where(
        _MESSAGE.c.invitation_id == Invitation.id,
        _MESSAGE.c.state.not_in(_NEVER_LEFT),
        Campaign.id == _MESSAGE.c.campaign_id,
        Campaign.event_id == scope.event_id,
        Campaign.purpose == CampaignPurpose.INVITATION,
        Campaign.state != CampaignState.DRAFT,  # its list was signed once and never left
        Campaign.id != (scope.campaign_id or 0),
    )
    return or_(Invitation.origin.in_([Origin.SHARE, Origin.DELEGATE]), written)


def _excluded(rule: Rule, on: date) -> ColumnElement[bool]:
    met: list[ColumnElement[bool]] = [false()]
    if rule.exclude_kinds:
        met.append(_holds(rule.exclude_kinds, on))
    if rule.exclude_departments:
        met.append(func.coalesce(Contact.department.in_(rule.exclude_departments), false()))
    if rule.exclude_tags:
        met.append(_tagged(rule.exclude_tags))
    return or_(*met)


def _holds(kinds: Sequence[str], on: date) -> ColumnElement[bool]:
    """Written to in one of these qualities, or holding one of these offices; an office that is over does not count."""
    wanted = [Kind(kind) for kind in kinds]
    over = exists().where(Mandate.contact_id == Contact.id, Mandate.kind == Contact.kind, Mandate.until < on)
    return or_(and_(Contact.kind.in_(wanted), ~over), in_office(on, wanted))


def _tagged(tags: Sequence[str]) -> ColumnElement[bool]:
    return exists().where(ContactTag.contact_id == Contact.id, ContactTag.tag.in_(tags))


def _has_address(scope: Scope, open_only: bool = False) -> ColumnElement[bool]:
    """An address in use of their own; their organisation's where the campaign may write there, and it takes mail."""
    active = select(Suppression.digest).where(_active(scope))
    takes_mail = Address.digest.not_in(active) if open_only else true()
    own = exists().where(Address.contact_id == Contact.id, in_use(scope.on), takes_mail)
    if scope.addresses not in FALLS_BACK:
        return own
    desk, theirs = aliased(Contact), aliased(Address)
    is_desk = (desk.family_name == "", desk.given_name == "", desk.erased_at.is_(None))
    open_ones = (theirs.contact_id == desk.id, theirs.retired_at.is_(None), theirs.digest.not_in(active))
    return or_(own, exists().where(desk.organisation_id == Contact.organisation_id, *is_desk, *open_ones))


def _active(scope: Scope) -> ColumnElement[bool]:
    return and_(
        Suppression.lifted_at.is_(None), or_(Suppression.event_id.is_(None), Suppression.event_id == scope.event_id)
    )


def _silenced(scope: Scope, *reasons: SuppressionReason) -> ColumnElement[bool]:
    """Asked not to be written to, at any of their addresses."""
    silenced = select(Address.contact_id).join(Suppression, Suppression.digest == Address.digest)
    return Contact.id.in_(silenced.where(_active(scope), Suppression.reason.in_(reasons)))


def _bounced(scope: Scope) -> ColumnElement[bool]:
    """No address in use is left that takes mail."""
    return ~_has_address(scope, open_only=True)
