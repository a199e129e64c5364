"""Decides what the forms of a campaign say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from outreach.campaigns.audience import Rule, read_rule
from outreach.campaigns.lifecycle import CampaignPurpose
from outreach.campaigns.readiness import check_mailbox
from outreach.contacts.kinds import AddressRule
from outreach.errors import Refusal

CHOSEN: Final = ("kinds", "regions", "languages", "countries", "replies", "exclude_kinds")
TYPED: Final = ("departments", "tags", "exclude_departments", "exclude_tags")
"""Written with commas between."""


@dataclass(frozen=True, slots=True)
class CampaignForm:
    """What the form of a campaign's settings says."""

    name: str
    purpose: CampaignPurpose
    bilingual: bool
    sender_name: str
    sender_email: str
    reply_to: str
    address_rule: AddressRule

    def faults(self) -> dict[str, Refusal]:
        """What is wrong, by field."""
        found: dict[str, Refusal] = {}
        if not self.name:
            found["name"] = Refusal("Give the campaign a name.")
        for field, address in (("sender_email", self.sender_email), ("reply_to", self.reply_to)):
            refusal = check_mailbox(address) if address else None
            if refusal:
                found[field] = refusal
        return found


def read_settings(form: Mapping[str, str]) -> CampaignForm:
    """The settings that a form says; an unknown purpose is an invitation."""
    purpose = form.get("purpose", "")
    return CampaignForm(
        name=form.get("name", "").strip()[:200],
        purpose=CampaignPurpose(purpose) if purpose in list(CampaignPurpose) else CampaignPurpose.INVITATION,
        bilingual=form.get("languages") == "bilingual",
        sender_name=form.get("sender_name", "").strip()[:150],
        sender_email=form.get("sender_email", "").strip(),
        reply_to=form.get("reply_to", "").strip(),
        address_rule=_rule_of_addresses(form.get("address_rule", "")),
    )


def _rule_of_addresses(text: str) -> AddressRule:
    return next((rule for rule in AddressRule if rule == text), AddressRule.PREFERRED)


def read_audience(form: Mapping[str, Sequence[str]]) -> Rule:
    """The rule that a form says, each name with all its values. Raises Faulty."""
    return read_rule(_audience(form), path="")


def as_typed(form: Mapping[str, Sequence[str]]) -> Rule:
    """The same rule unread, faults included: what the form shows again to be corrected."""
    said = _audience(form)
    return Rule(said["everyone"], **{name: tuple(said[name]) for name in (*CHOSEN, *TYPED)})


def _audience(form: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    values: dict[str, Any] = {name: [one for one in form.get(name, ()) if one] for name in CHOSEN}
    values |= {name: _words(form.get(name, ())) for name in TYPED}
    values["everyone"] = "1" in form.get("everyone", ())
    return values


def _words(values: Sequence[str]) -> list[str]:
    """Words typed with commas between them."""
    return [word.strip() for value in values for word in value.split(",") if word.strip()]
