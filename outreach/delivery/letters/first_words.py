"""What the first message to a contact says besides: where the address came from, and which rights there are (art. 14).

Drawn when a letter is signed, one text for each sort of source and each source with words of its own, so that what was
signed is what leaves; a message keeps only which of them it carries.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import exists, select

from outreach.campaigns.models import Campaign
from outreach.contacts.rights.origins import OriginKind, kind_of
from outreach.contacts.rights.rules import rules, sources
from outreach.contacts.rights.wording import told
from outreach.database import among, db
from outreach.delivery.models import Message
from outreach.delivery.states import MessageState
from outreach.institution.queries import Face
from outreach.invitations.models import Invitation

First = Mapping[str, Any]
"""`words`: language -> code -> text; `codes`: source -> code, of the sources that do not follow from their name."""


def drawn(languages: Sequence[str], face: Face) -> First:
    """The texts as they are now, in these languages."""
    known, named = rules(), sources()
    texts = {kind.value: rule for kind, rule in known.items()}
    codes = {one.name: one.kind.value for one in named if one.kind is not kind_of(one.name)}
    for number, one in enumerate(one for one in named if one.words):
        codes[one.name] = f"own{number}"
        texts[f"own{number}"] = replace(known[one.kind], words=one.words)
    words = {language: {code: told(rule, language, face) for code, rule in texts.items()} for language in languages}
    return {"words": words, "codes": codes}


def code_of(first: First, source: str) -> str:
    """Which text belongs to an address of that source; "" for a letter that was signed without any."""
    if not first:
        return ""
    return str(first["codes"].get(source) or kind_of(source).value)


def spelt(first: First, values: Mapping[str, str]) -> dict[str, str]:
    """The texts that a message's codes stand for, by the names of their places in the letter."""
    if not first:
        return {}
    found = {}
    for language, words in first["words"].items():
        if code := values.get(f"notice_{language}"):
            text = words.get(code) or words[OriginKind.FILE.value]
            found[f"notice_{language}"] = _filled(text, values.get(f"source_{language}", ""))
    return found


@lru_cache(maxsize=512)
def _filled(text: str, source: str) -> str:
    """After a space: it goes on where the line before it ends."""
    return f" {text.replace('{source}', source)}"


def is_first_campaign(campaign: Campaign) -> bool:
    """True while no other campaign was ever launched: nobody can have been told anything yet."""
    others = select(exists().where(Campaign.id != campaign.id, Campaign.launched_at.is_not(None)))
    return not db.session.scalar(others)


def told_already(contacts: Collection[int], campaign_id: int) -> set[int]:
    """Those of these contacts to whom a message of another campaign was accepted and not returned."""
    asked = (
        select(Invitation.contact_id)
        .join(Message, Message.invitation_id == Invitation.id)
        .where(
            among(Invitation.contact_id, contacts),
            Message.campaign_id != campaign_id,
            Message.state == MessageState.SENT,
        )
    )
    return {number for number in db.session.connection().execute(asked).scalars() if number is not None}
