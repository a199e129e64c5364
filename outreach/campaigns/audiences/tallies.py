"""What was counted of a campaign's audience, kept so that a page of a large directory need not count everybody.

A small directory is counted each time. Of a large one the count is kept when the audience is saved, and made anew every
few minutes while the campaign is prepared: a page shows it with its hour. Signing off counts everybody in any case.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete

from outreach.campaigns.audience import Reason
from outreach.campaigns.audience_queries import AudienceCount, Scope, count_audience
from outreach.campaigns.audience_queries import samples as read_samples
from outreach.campaigns.audiences.models import AudienceTally
from outreach.campaigns.audiences.queries import ENOUGH, is_large, rounded, slices
from outreach.campaigns.lifecycle import digest
from outreach.contacts.kinds import Kind
from outreach.database import db

FRESH: Final = timedelta(minutes=10)
"""A count younger than this is not made anew by itself."""
KEPT: Final = timedelta(days=2)
"""What nobody has counted anew for so long belongs to a rule that is gone."""


def counted(scope: Scope) -> AudienceCount:
    """How many are written to and why others are not: now, or as it was last counted where there are many contacts."""
    if not is_large():
        return count_audience(scope)
    kept = db.session.get(AudienceTally, _key(scope))
    return _read(kept) if kept else count_audience(scope)


def tried(scope: Scope) -> AudienceCount:
    """The same of a rule that is not saved; about, from a part of the directory, where there are many contacts."""
    if not is_large():
        return count_audience(scope)
    looked, times = slices()
    some = count_audience(scope, looked)
    if some.chosen < ENOUGH:
        return count_audience(scope)
    return AudienceCount(
        rounded(some.chosen * times),
        {language: rounded(count * times) for language, count in some.languages.items()},
        {kind: rounded(count * times) for kind, count in some.kinds.items()},
        rounded(some.nameless * times),
        {reason: rounded(count * times) for reason, count in some.left_out.items()},
        about=True,
    )


def samples(scope: Scope) -> Sequence[int]:
    """One recipient of every kind and language: people to preview the letter as."""
    kept = db.session.get(AudienceTally, _key(scope)) if is_large() else None
    return list(kept.content["samples"]) if kept else read_samples(scope)


def measured(scope: Scope, at: datetime, young: timedelta = timedelta(0)) -> dict[str, Any] | None:
    """The count to keep; None where the directory is small or a count as `young` as that is kept already."""
    if not is_large():
        return None
    kept = db.session.get(AudienceTally, _key(scope))
    if kept is not None and kept.counted_at > at - young:
        return None
    return _content(count_audience(scope), read_samples(scope))


def keep(scope: Scope, content: dict[str, Any], at: datetime) -> None:
    """Keep a count that was made at that instant."""
    db.session.merge(AudienceTally(key=_key(scope), counted_at=at, content=content))


def forget_old(at: datetime) -> None:
    """Take away the counts of rules that are gone."""
    db.session.execute(delete(AudienceTally).where(AudienceTally.counted_at < at - KEPT))


def _key(scope: Scope) -> str:
    """All that a count depends on but the directory; the day is left out, or each morning would begin without any."""
    return digest(
        {
            "rule": scope.rule.as_dict(),
            "saved": scope.saved.as_tree() if scope.saved else None,
            "event": scope.event_id,
            "purpose": scope.purpose.value,
            "campaign": scope.campaign_id,
            "addresses": scope.addresses.value,
        }
    )


def _content(found: AudienceCount, people: Sequence[int]) -> dict[str, Any]:
    return {
        "chosen": found.chosen,
        "languages": dict(found.languages),
        "kinds": {kind.value: count for kind, count in found.kinds.items()},
        "nameless": found.nameless,
        "left_out": {reason.value: count for reason, count in found.left_out.items()},
        "samples": list(people),
    }


def _read(kept: AudienceTally) -> AudienceCount:
    content = kept.content
    return AudienceCount(
        content["chosen"],
        content["languages"],
        {Kind(kind): count for kind, count in content["kinds"].items()},
        content["nameless"],
        {Reason(reason): count for reason, count in content["left_out"].items()},
        kept.counted_at,
    )
