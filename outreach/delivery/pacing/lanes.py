"""Keeps the limits of the lanes, and how far each is used up, for all senders together."""

from collections.abc import Collection, Mapping

from sqlalchemy import select, update

from outreach.accounts.actions import record
from outreach.database import db, insertion
from outreach.delivery.pacing.families import DOMAINS, Family
from outreach.delivery.pacing.models import Lane, MailDomain
from outreach.delivery.pacing.throttle import MOST, Throttle
from outreach.errors import Refusal


def limits() -> dict[Family, int]:
    """Messages per hour of the lanes that have a limit; the others take what the relay takes."""
    found = select(Lane.family, Lane.per_hour).where(Lane.per_hour.is_not(None))
    return {family: per_hour for family, per_hour in db.session.execute(found) if per_hour}


def throttles() -> dict[Family, Throttle]:
    """How far the limited lanes are used up, as of now: another sender may take more before they are held."""
    found = select(Lane.family, Lane.per_hour, Lane.ready_at).where(Lane.per_hour.is_not(None))
    return {row.family: Throttle(row.per_hour, row.ready_at) for row in db.session.execute(found)}


def hold(families: Collection[Family]) -> dict[Family, Throttle]:
    """Those of them that are limited, kept from other senders until the transaction ends, always in one order."""
    if not families:
        return {}
    found = select(Lane.family, Lane.per_hour, Lane.ready_at).where(
        Lane.family.in_(families), Lane.per_hour.is_not(None)
    )
    rows = db.session.execute(found.order_by(Lane.family).with_for_update())
    return {row.family: Throttle(row.per_hour, row.ready_at) for row in rows}


def keep(throttles: Mapping[Family, Throttle]) -> None:
    """Write how far lanes that are held are used up."""
    for family, throttle in throttles.items():
        db.session.execute(update(Lane).where(Lane.family == family).values(ready_at=throttle.ready_at))


def give_back(counts: Mapping[Family, int]) -> None:
    """What was taken of these lanes did not leave."""
    keep({family: throttle.give_back(counts[family]) for family, throttle in hold(counts.keys()).items()})


def seed() -> None:
    """Write down the domains that are known by name, once."""
    known = [{"domain": domain, "family": family} for domain, family in DOMAINS.items()]
    db.session.connection().execute(insertion(MailDomain).on_conflict_do_nothing(), known)


def set_limits(wanted: Mapping[Family, int | None], user_id: int | None = None) -> list[Family]:
    """Limit lanes to so many messages per hour, or lift their limit (None); returns those that changed.

    Raises Refusal with the family's name as its field. What waits in the lane leaves at the new pace at once.
    """
    for family, per_hour in wanted.items():
        if per_hour is not None and not 1 <= per_hour <= MOST:
            raise Refusal("A sending rate goes from 1 to %(most)d messages an hour.", field=family.value, most=MOST)
    before = limits()
    seed()
    changed = [family for family in Family if family in wanted and wanted[family] != before.get(family)]
    for family in changed:
        statement = insertion(Lane).values(family=family, per_hour=wanted[family])
        db.session.execute(
            statement.on_conflict_do_update(index_elements=["family"], set_={"per_hour": statement.excluded.per_hour})
        )
        record("lane.limited", user_id=user_id, lane=family.value, per_hour=wanted[family])
    return changed
