"""A campaign's letter as one real recipient would receive it, before anything leaves; its links lead nowhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from outreach.campaigns.audience_queries import chosen, samples
from outreach.campaigns.models import Campaign
from outreach.campaigns.queries import scope_of
from outreach.contacts.models import Contact
from outreach.contacts.protocol.addressees import addressees
from outreach.contacts.queries import form_for
from outreach.database import db, now
from outreach.delivery.letters import first_words, mime
from outreach.delivery.letters.campaign_letters import BOTH, Variant, draft, tokens, variant_for
from outreach.delivery.letters.composing import stop_addresses
from outreach.delivery.letters.headers import Mailbox
from outreach.delivery.letters.layout import check_size
from outreach.delivery.letters.merging import Copy, copy_for
from outreach.delivery.letters.mime import Draft, Stamp
from outreach.delivery.letters.signed_letters import find_letter
from outreach.delivery.mailer import SingleMail
from outreach.delivery.returns.verp import Door
from outreach.delivery.service import return_addresses
from outreach.errors import NotFound, Refusal
from outreach.institution.queries import institution
from outreach.invitations.models import Invitation
from outreach.links import links, new_key

NOBODY = "0" * 20
"""The key in the links of a preview: as long as a real one, and nobody's, so that looking opens no real answer."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it would leave: its bytes, and what a mail program shows of them."""

    octets: bytes
    subject: str
    sender: str
    to: str
    html: str
    text: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """One real recipient, in their quality and language, and how the letter opens for them."""

    contact: Contact
    language: str
    salutations: tuple[tuple[str, str], ...]
    """Each with its language."""


def shown(campaign: Campaign, contact: Contact, language: str | None = None) -> Shown:
    """The letter as that contact would receive it, or in another language (`fr`, `en`, `both`)."""
    letter = _Letter(campaign, contact, language)
    octets = mime.compose(letter.draft(), letter.stamp(letter.copy.to, letter.email), letter.values())
    message = message_from_bytes(octets, EmailMessage, policy=policy.default)
    return Shown(
        octets=octets,
        subject=str(message["Subject"]),
        sender=str(message["From"]),
        to=str(message["To"]),
        html=_part(message, "html"),
        text=_part(message, "plain"),
        languages=letter.variant.languages,
    )


def trial(
    campaign: Campaign, contact: Contact, to: Mailbox, language: str | None, mark: Callable[[str], str]
) -> SingleMail:
    """The same letter to a member of staff; `mark` makes its subject say that it is a test."""
    letter = _Letter(campaign, contact, language)
    written = letter.draft()
    marked = replace(written, subject=mark(written.subject))
    sender = return_addresses().make(Door.BOUNCE, f"t{campaign.id}")
    return SingleMail(marked, letter.stamp(to.name, to.address), sender, letter.values())


def recipient(campaign: Campaign, contact_id: int | None) -> Contact:
    """The contact to show the letter as: the one asked for, or the first recipient. Raises NotFound, Refusal."""
    return first_recipient(campaign) if contact_id is None else _contacts([contact_id])[0]


def first_recipient(campaign: Campaign) -> Contact:
    """The first to whom the campaign writes. Raises Refusal when it writes to nobody."""
    number = db.session.scalar(chosen(scope_of(campaign)).limit(1))
    if number is None:
        raise Refusal("Nobody would receive this campaign: choose its recipients.")
    return _contacts([number])[0]


def proofs(campaign: Campaign, numbers: Sequence[int] | None = None) -> list[Proof]:
    """One real recipient of every kind and language among those written to; or the ones that are known already."""
    chosen_ones = samples(scope_of(campaign)) if numbers is None else numbers
    return [_proof(campaign, contact) for contact in _contacts(chosen_ones, strict=False)]


def check_weight(campaign: Campaign, numbers: Sequence[int] | None = None) -> None:
    """Raises Refusal for a letter that mail programs would cut, in whichever language it would leave."""
    seen: set[Variant] = set()
    for proof in proofs(campaign, numbers):
        variant = _Letter(campaign, proof.contact, None).variant
        if variant not in seen:
            seen.add(variant)
            check_size(shown(campaign, proof.contact).octets)


def weight_fault(campaign: Campaign) -> Refusal | None:
    """Why the letter is too heavy, or cannot be written at all."""
    try:
        check_weight(campaign)
    except Refusal as refusal:
        return refusal
    return None


class _Letter:
    """What one contact's copy is made from."""

    def __init__(self, campaign: Campaign, contact: Contact, language: str | None) -> None:
        at = now()
        reader = addressees([contact.id], at.date(), campaign.address_rule).get(contact.id)
        place = reader.place(campaign.address_rule, campaign.event_id)[0] if reader else None
        asked = language or _language_of_invitation(campaign, contact) or contact.language
        self.campaign = campaign
        self._draft: Draft | None = None
        if place is not None and not place.mailbox(campaign.event_id).usable:
            place = None  # nothing would be sent there
        self.email = place.email if place else campaign.sender_email
        self.variant = variant_for(campaign, None if asked == BOTH else asked, counted=False)
        source = place.source if place else ""
        self.contact_id, self.source = contact.id, source
        self.copy: Copy = copy_for(reader, source, asked, self.variant.languages, at)

    def draft(self) -> Draft:
        if self._draft is None:
            signed = find_letter(self.campaign, self.variant)
            self._draft = signed or draft(self.campaign, institution(), links(), self.variant)
        return self._draft

    def stamp(self, name: str, email: str, at: datetime | None = None) -> Stamp:
        domain = self.campaign.sender_email.rpartition("@")[2] or "localhost"
        stop = stop_addresses(links(), return_addresses(), NOBODY)
        return Stamp(Mailbox(name, email), f"<{new_key()}@{domain}>", at or self.copy.date, stop)

    def values(self) -> dict[str, str]:
        return {**self.copy.values, **self._first_words(), **tokens(links(), NOBODY), "key": NOBODY}

    def _first_words(self) -> dict[str, str]:
        """As in a first message, where this would be one."""
        first = self.draft().first
        told = first_words.told_already([self.contact_id], self.campaign.id)
        code = "" if told else first_words.code_of(first, self.source)
        notices = {f"notice_{language}": code for language in self.variant.languages}
        return first_words.spelt(first, {**self.copy.values, **notices})


def _proof(campaign: Campaign, contact: Contact) -> Proof:
    variant = variant_for(campaign, contact.language, counted=False)
    return Proof(contact, variant.name, tuple((one, form_for(contact, one).salutation) for one in variant.languages))


def _contacts(numbers: Sequence[int], *, strict: bool = True) -> list[Contact]:
    options = (selectinload(Contact.addresses), selectinload(Contact.mandates), selectinload(Contact.organisation))
    found = db.session.scalars(
        select(Contact)
        .where(Contact.id.in_(numbers), Contact.erased_at.is_(None))
        .options(*options)
        .order_by(Contact.kind, Contact.language, Contact.id)
    ).all()
    if strict and not found:
        raise NotFound("This contact is not in the directory.")
    return list(found)


def _language_of_invitation(campaign: Campaign, contact: Contact) -> str | None:
    return db.session.scalar(
        select(Invitation.language).where(Invitation.event_id == campaign.event_id, Invitation.contact_id == contact.id)
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
