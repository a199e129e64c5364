"""What the first message to a contact says besides: where the address came from, and which rights there are (art. 14).

Drawn when a letter is signed, one text for each sort of source and each source with words of its own, so that what was
signed is what leaves; a message keeps only which of them it carries. A notice that comes first keeps its text itself.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import exists, select

from outreach.campaigns.models import Campaign
from outreach.contacts.models import Address
from outreach.contacts.rights.origins import OriginKind, kind_of
from outreach.contacts.rights.rules import rule_for, rules, sources
from outreach.contacts.rights.wording import source_name, told
from outreach.database import among, db
from outreach.delivery.models import Message, Notice, NoticePurpose
from outreach.delivery.states import MessageState
from outreach.institution.queries import Face, institution
from outreach.invitations.models import Invitation
from outreach.links import links

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


FIRST: Final = "first"
"""Under this name a notice keeps what it says besides, where it is the first message to somebody."""
MAY_BE_FIRST: Final = frozenset({NoticePurpose.OWN_INVITATION, NoticePurpose.CONFIRMATION, NoticePurpose.LOST_LINK})
"""The notices that may come before any campaign; the others follow one of these."""


def of_notice(
    purpose: NoticePurpose, contact_id: int | None, email: str, language: str, values: Mapping[str, Any]
) -> dict[str, str]:
    """What a notice to somebody says besides, where nothing was accepted for them yet.

    Nothing where they gave us that address themselves: they were told when they did (art. 13). An answer that did not
    come through the office came by the link of a message: its confirmation is not the first.
    """
    if contact_id is None or purpose not in MAY_BE_FIRST:
        return {}
    if purpose is NoticePurpose.CONFIRMATION and not values.get("by_staff"):
        return {}
    theirs = (Address.contact_id == contact_id, Address.digest == links().digest(email))
    source = db.session.scalar(select(Address.source).where(*theirs))
    if source is None or rule_for(source).kind is OriginKind.THEMSELVES or told_already([contact_id]):
        return {}
    text = told(rule_for(source), language, institution())
    return {FIRST: text.replace("{source}", source_name(source, language))}


def is_first_campaign(campaign: Campaign) -> bool:
    """True while no other campaign was ever launched, and no notice came first: nobody was told anything yet."""
    others = select(exists().where(Campaign.id != campaign.id, Campaign.launched_at.is_not(None)))
    notices = select(exists().where(Notice.purpose.in_(MAY_BE_FIRST)))
    return not db.session.scalar(others) and not db.session.scalar(notices)


def told_already(contacts: Collection[int], campaign_id: int = 0) -> set[int]:
    """Those of these contacts for whom a message was accepted that told them: of another campaign, or a notice."""
    asked = (
        select(Invitation.contact_id)
        .join(Message, Message.invitation_id == Invitation.id)
        .where(
            among(Invitation.contact_id, contacts),
            Message.campaign_id != campaign_id,
            Message.state == MessageState.SENT,
        )
    )
    notices = (
        select(Invitation.contact_id)
        .join(Notice, Notice.invitation_id == Invitation.id)
        .where(
            among(Invitation.contact_id, contacts),
            Notice.state == MessageState.SENT,
            Notice.values[FIRST].as_string().is_not(None),
        )
    )
    both = db.session.connection().execute(asked.union(notices)).scalars()
    return {number for number in both if number is not None}
