"""Keeps saved audiences: made, changed, taken away. Whoever calls commits."""

from datetime import datetime
from typing import Final

from sqlalchemy import select

from outreach.accounts.actions import record
from outreach.campaigns.audiences import queries
from outreach.campaigns.audiences.models import Audience
from outreach.campaigns.audiences.rules import Group, read_tree
from outreach.campaigns.models import Campaign
from outreach.database import db
from outreach.errors import Refusal

LONGEST_NAME: Final = 120


def save(
    name: str,
    rule: Group,
    at: datetime,
    user_id: int | None = None,
    audience: Audience | None = None,
    found: queries.Estimate | None = None,
) -> Audience:
    """Keep a rule under a name, a new one or that of `audience`. Raises Refusal for a name that is empty or taken.

    `found`: how many contacts it finds, where that was counted beforehand. A campaign that was signed off for it has to
    be signed off again: what was signed is not what it would write to.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refusal("Give the audience a name of %(most)d characters at most.", field="name", most=LONGEST_NAME)
    other = queries.find_audience(name)
    if other is not None and other is not audience:
        raise Refusal("There is an audience of this name already.", field="name")
    is_new = audience is None
    if audience is None:
        audience = Audience(name=name, tree={}, created_at=at, created_by=user_id, changed_at=at)
        db.session.add(audience)
    audience.name, audience.tree, audience.changed_at = name, rule.as_tree(), at
    count_again(audience, at, found)
    db.session.flush()
    record("audience.saved" if is_new else "audience.changed", "audience", audience.id, user_id)
    return audience


def count_again(audience: Audience, at: datetime, found: queries.Estimate | None = None) -> None:
    """Note how many contacts it finds now."""
    found = found or queries.estimate(read_tree(audience.tree), at)
    audience.counted, audience.about, audience.counted_at = found.count, found.about, at


def remove(audience: Audience, user_id: int | None = None) -> None:
    """Take an audience away. Raises Refusal while a campaign writes to it."""
    campaign = db.session.scalars(select(Campaign).where(Campaign.audience_id == audience.id).limit(1)).first()
    if campaign is not None:
        raise Refusal(
            "The campaign “%(name)s” writes to this audience: choose another for it first.", name=campaign.name
        )
    record("audience.removed", "audience", audience.id, user_id)
    db.session.delete(audience)
