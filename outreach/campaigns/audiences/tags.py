"""Keeps the rules of audiences and campaigns true when a tag gets another name. Whoever calls commits."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import select

from outreach.accounts.actions import record
from outreach.campaigns.actions import void
from outreach.campaigns.audience import EMPTY, Rule, read_rule
from outreach.campaigns.audiences.actions import save
from outreach.campaigns.audiences.models import Audience
from outreach.campaigns.audiences.queries import audiences
from outreach.campaigns.audiences.rules import Field, Group, Node, conditions_of, read_tree
from outreach.campaigns.lifecycle import CampaignState
from outreach.campaigns.models import Campaign
from outreach.contacts.bulk.asking import Use
from outreach.database import db

OVER: Final = (CampaignState.FINISHED, CampaignState.STOPPED)
"""What such a campaign was for is history: its rule chooses nobody any more, and stays as it was."""


class TagRules:
    """Saved audiences, and campaigns with a rule of their own, as `contacts.bulk.asking.Rules` asks for them."""

    def naming(self, tag: str) -> Sequence[Use]:
        """What names the tag: each audience, each campaign with it in its rule or in its audience."""
        saved = [audience for audience, _rule in _audiences_naming(tag)]
        uses = [Use(audience.name) for audience in saved]
        return uses + [Use(one.name, one.state is CampaignState.SIGNED) for one in _campaigns_naming(tag, saved)]

    def rename(self, old: str, new: str, at: datetime, user_id: int) -> None:
        """Rewrite them; a campaign that was signed off has to be signed off again."""
        saved = _audiences_naming(old)
        campaigns = _campaigns_naming(old, [audience for audience, _rule in saved])
        for audience, rule in saved:
            save(audience.name, _retagged(rule, old, new), at, user_id, audience)
        for campaign in campaigns:
            db.session.refresh(campaign, with_for_update={"key_share": True})  # what somebody decided meanwhile holds
            own = _rule_of(campaign)
            if old in _tags_in(own):
                campaign.audience = _renamed(own, old, new).as_dict()
                record("campaign.edited", "campaign", campaign.id, user_id, what="audience")
            if campaign.state is CampaignState.SIGNED:
                void(campaign, at, user_id)


def _audiences_naming(tag: str) -> list[tuple[Audience, Group]]:
    read = [(audience, read_tree(audience.tree)) for audience in audiences()]
    return [(audience, rule) for audience, rule in read if tag in _tags_of(rule)]


def _campaigns_naming(tag: str, saved: Sequence[Audience]) -> list[Campaign]:
    numbers = {audience.id for audience in saved}
    found = db.session.scalars(select(Campaign).where(Campaign.state.not_in(OVER)).order_by(Campaign.id)).all()
    return [one for one in found if one.audience_id in numbers or tag in _tags_in(_rule_of(one))]


def _rule_of(campaign: Campaign) -> Rule:
    return read_rule(campaign.audience) if campaign.audience else EMPTY


def _tags_of(rule: Group) -> Iterator[str]:
    return (tag for asked in conditions_of(rule) if asked.field is Field.TAG for tag in asked.values)


def _tags_in(rule: Rule) -> tuple[str, ...]:
    return rule.tags + rule.exclude_tags


def _retagged(rule: Group, old: str, new: str) -> Group:
    def turned(node: Node) -> Node:
        if isinstance(node, Group):
            return replace(node, parts=tuple(map(turned, node.parts)))
        return replace(node, values=_swapped(node.values, old, new)) if node.field is Field.TAG else node

    return replace(rule, parts=tuple(map(turned, rule.parts)))


def _renamed(rule: Rule, old: str, new: str) -> Rule:
    def sorted_words(words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(_swapped(words, old, new))) if old in words else words

    return replace(rule, tags=sorted_words(rule.tags), exclude_tags=sorted_words(rule.exclude_tags))


def _swapped(words: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(new if word == old else word for word in words))
