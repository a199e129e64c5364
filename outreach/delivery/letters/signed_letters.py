"""The letters of a campaign as they were drawn when it was signed off: what leaves is these, whatever changes later."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete

from outreach.campaigns.models import Campaign, CampaignState
from outreach.database import db
from outreach.delivery.letters.campaign_letters import Variant, draft, variants_of
from outreach.delivery.letters.headers import Mailbox
from outreach.delivery.letters.mime import Draft
from outreach.delivery.letters.slots import Kind, apart, together
from outreach.delivery.models import SignedLetter
from outreach.errors import Refusal
from outreach.institution.queries import institution
from outreach.links import links


def freeze(campaign: Campaign) -> None:
    """Keep every letter that the campaign can need, as it is now, in place of those kept before."""
    forget(campaign)
    face, keyring = institution(), links()
    for variant in variants_of(campaign):
        content = _stored(draft(campaign, face, keyring, variant))
        db.session.add(
            SignedLetter(campaign_id=campaign.id, variant=variant.name, counted=variant.counted, content=content)
        )
    db.session.flush()


def forget(campaign: Campaign) -> None:
    """Drop what was signed before and never left."""
    db.session.execute(delete(SignedLetter).where(SignedLetter.campaign_id == campaign.id))


def get_letter(campaign: Campaign, variant: Variant) -> Draft:
    """The letter that was signed. Raises Refusal when there is none."""
    found = find_letter(campaign, variant)
    if found is None:
        raise Refusal("There is no signed letter in this language: %(language)s.", language=variant.name)
    return found


def find_letter(campaign: Campaign, variant: Variant) -> Draft | None:
    """The letter that was signed, if any is."""
    if campaign.state is CampaignState.DRAFT:
        return None
    kept = db.session.get(SignedLetter, (campaign.id, variant.name, variant.counted))
    return _read(kept.content) if kept else None


def _stored(letter: Draft) -> dict[str, Any]:
    """As it is kept: texts cut at their slots, for a mark does not outlive the process that made it."""
    return {
        "language": letter.language,
        "sender": [letter.sender.name, letter.sender.address],
        "reply_to": [letter.reply_to.name, letter.reply_to.address] if letter.reply_to else None,
        "subject": apart(letter.subject),
        "text": apart(letter.text),
        "html": apart(letter.html),
        "calendar": apart(letter.calendar) if letter.calendar is not None else None,
        "list_id": letter.list_id,
        "feedback_id": letter.feedback_id,
        "first": dict(letter.first),
        "slots": {name: kind.value for name, kind in letter.slots.items()},
    }


def _read(kept: Mapping[str, Any]) -> Draft:
    return Draft(
        language=kept["language"],
        sender=Mailbox(*kept["sender"]),
        reply_to=Mailbox(*kept["reply_to"]) if kept["reply_to"] else None,
        subject=together(kept["subject"]),
        text=together(kept["text"]),
        html=together(kept["html"]),
        calendar=together(kept["calendar"]) if kept["calendar"] is not None else None,
        list_id=kept["list_id"],
        feedback_id=kept["feedback_id"],
        slots={name: Kind(kind) for name, kind in kept["slots"].items()},
        first=kept.get("first", {}),
    )
