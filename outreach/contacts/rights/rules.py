"""Reads and keeps what was decided about where addresses come from. Whoever calls commits."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, exists, select, update

from outreach.accounts.actions import record
from outreach.contacts.models import Address
from outreach.contacts.retention import months_after
from outreach.contacts.rights.models import AddressSource, OriginRule
from outreach.contacts.rights.origins import Basis, OriginKind, Rule, kind_of
from outreach.database import affected, db, insertion, now
from outreach.errors import NotFound
from outreach.institution.queries import institution


class Terms(NamedTuple):
    """What a new address of some source is kept under."""

    basis: Basis
    until: date


def rules() -> dict[OriginKind, Rule]:
    """What holds for each sort of source."""
    kept = {
        one.kind: Rule(one.kind, one.basis, one.months, one.words) for one in db.session.scalars(select(OriginRule))
    }
    return {kind: kept.get(kind, Rule(kind)) for kind in OriginKind}


def rule_for(source: str) -> Rule:
    """What holds for one source."""
    found = db.session.get(AddressSource, source)
    kind = found.kind if found else kind_of(source)
    kept = db.session.get(OriginRule, kind)
    rule = Rule(kind, kept.basis, kept.months, kept.words) if kept else Rule(kind)
    return Rule(kind, rule.basis, rule.months, found.words) if found and found.words else rule


def terms_for(source: str, on: date) -> Terms:
    """Under what an address that came from there on a day is kept; the source is remembered."""
    remember(source)
    rule = rule_for(source)
    return Terms(rule.basis, months_after(on, months_of(rule)))


def months_of(rule: Rule) -> int:
    """How many months a rule keeps an address after its owner's last action."""
    return institution().retention_months if rule.months is None else rule.months


def remember(source: str) -> None:
    """Know that there is such a source; nothing changes when it is known."""
    if source and db.session.get(AddressSource, source) is None:
        values = {"name": source, "kind": kind_of(source), "words": {}, "changed_at": now()}
        db.session.execute(insertion(AddressSource).values(values).on_conflict_do_nothing())


def forget_sources(names: Collection[str]) -> None:
    """Drop those of these sources that no address names any more: a name may say whose card it was."""
    still = exists().where(Address.source == AddressSource.name)
    gone = delete(AddressSource).where(AddressSource.name.in_(set(names)), ~still)
    db.session.execute(gone, execution_options={"synchronize_session": False})


def sources() -> Sequence[AddressSource]:
    """Every source that addresses name or named, by name."""
    return db.session.scalars(select(AddressSource).order_by(AddressSource.name)).all()


def get_source(name: str) -> AddressSource:
    """One of them. Raises NotFound."""
    found = db.session.get(AddressSource, name)
    if found is None:
        raise NotFound("No address names this source.")
    return found


def keep_rule(rule: Rule, at: datetime, user_id: int | None) -> None:
    """Decide for a sort of source; addresses that are there already keep what they have until it is applied."""
    found = db.session.get(OriginRule, rule.kind)
    told: dict[str, Any] = {"basis": rule.basis, "months": rule.months, "words": dict(rule.words), "changed_at": at}
    if found is None:
        db.session.add(OriginRule(kind=rule.kind, **told))
    else:
        for name, value in told.items():
            setattr(found, name, value)
    record("origin.decided", "origin", None, user_id, kind=rule.kind.value, basis=rule.basis.value, months=rule.months)


def sort_source(name: str, kind: OriginKind, at: datetime, user_id: int | None) -> None:
    """Say of which sort a source is. Raises NotFound."""
    found = get_source(name)
    found.kind, found.changed_at = kind, at
    record("source.sorted", "source", None, user_id, kind=kind.value)


def word_source(name: str, words: Mapping[str, str], at: datetime, user_id: int | None) -> None:
    """Say what the first message tells of a source in particular; none: what is told of its sort. Raises NotFound."""
    found = get_source(name)
    found.words, found.changed_at = dict(words), at
    record("source.sorted", "source", None, user_id, kind=found.kind.value)


def apply_to(name: str, user_id: int | None) -> int:
    """Give every address of a source the basis that holds for it, and a date from the day it came; how many changed.

    Dates differ by the day on which an address came: one statement for each such day. Raises NotFound.
    """
    get_source(name)
    rule = rule_for(name)
    months, changed = months_of(rule), 0
    days = db.session.scalars(select(Address.collected_on).where(Address.source == name).distinct()).all()
    for day in days:
        until = months_after(day, months)
        which = (Address.source == name, Address.collected_on == day)
        changed += affected(
            db.session.execute(
                update(Address).where(*which).values(legal_basis=rule.basis.value, retain_until=until),
                execution_options={"synchronize_session": False},
            )
        )
    record("source.applied", "source", None, user_id, count=changed)
    return changed
