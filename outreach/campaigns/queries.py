"""Reads campaigns, what they say, what they may not do yet."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, column, select, table
from sqlalchemy.orm import joinedload, selectinload

from outreach.accounts.models import User
from outreach.campaigns.audience import EMPTY, Rule, read_rule
from outreach.campaigns.audience_queries import AudienceCount, Scope, count_audience
from outreach.campaigns.audiences.queries import get_audience, is_large, rule_of
from outreach.campaigns.content import House, Occasion, fixed_values
from outreach.campaigns.ending import expected_end
from outreach.campaigns.lifecycle import digest
from outreach.campaigns.models import Campaign, CampaignPurpose, CampaignState, Letter, SignOff
from outreach.campaigns.narrows import loads_of
from outreach.campaigns.planning import Calendar, PlannedBatch, plan, tolerated
from outreach.campaigns.readiness import LANGUAGES, Obstacle, Preparation, Words, obstacles
from outreach.campaigns.rhythm import tolerance, with_rhythm
from outreach.campaigns.unaddressed import unaddressed
from outreach.contacts.kinds import AddressRule, Kind
from outreach.contacts.models import Contact
from outreach.database import db, now
from outreach.errors import NotFound, Refusal
from outreach.events.models import Event, EventState
from outreach.institution.queries import institution
from outreach.invitations.models import Invitation

# Messages belong to delivery, which builds on this room: they are asked by the name of their table.
_MESSAGE = table("message", column("campaign_id"), column("invitation_id"))


def get_campaign(campaign_id: int) -> Campaign:
    """The campaign of that number, with its event and letters. Raises NotFound."""
    campaign = db.session.get(
        Campaign, campaign_id, options=[joinedload(Campaign.event), selectinload(Campaign.letters)]
    )
    if campaign is None:
        raise NotFound("This campaign does not exist.")
    return campaign


def campaigns(event_id: int | None = None) -> Sequence[Campaign]:
    """Every campaign, or those of one event, the newest first."""
    statement = select(Campaign).options(joinedload(Campaign.event)).order_by(Campaign.id.desc())
    if event_id is not None:
        statement = statement.where(Campaign.event_id == event_id)
    return db.session.scalars(statement).all()


def letter_of(campaign: Campaign, language: str) -> Letter | None:
    """The letter of a campaign in one language."""
    return next((letter for letter in campaign.letters if letter.language == language), None)


def current_sign_off(campaign: Campaign) -> SignOff | None:
    """The signature in force, with the content that was signed."""
    return db.session.scalars(
        select(SignOff)
        .where(SignOff.campaign_id == campaign.id, SignOff.voided_at.is_(None))
        .order_by(SignOff.id.desc())
        .limit(1)
    ).one_or_none()


def sign_offs_with_names(campaign: Campaign) -> Sequence[Row[SignOff, str]]:
    """Every signature with the name of who signed, the newest first."""
    return db.session.execute(
        select(SignOff, User.name)
        .join(User, User.id == SignOff.user_id)
        .where(SignOff.campaign_id == campaign.id)
        .order_by(SignOff.id.desc())
    ).all()


def scope_of(campaign: Campaign, on: date | None = None) -> Scope:
    """Whom the campaign writes to, ready to be counted or listed."""
    rule = read_rule(campaign.audience) if campaign.audience else EMPTY
    saved = rule_of(campaign.audience_id) if campaign.audience_id else None
    day = on or now().date()
    return Scope(rule, campaign.event_id, campaign.purpose, day, campaign.id, saved, campaign.address_rule)


def written_to(campaign: Campaign) -> AudienceCount:
    """Whom a campaign that was launched was signed for: that list is frozen, and nobody is counted again."""
    return AudienceCount(sum(batch.size for batch in campaign.batches), {}, {}, 0, {})


def samples_written_to(campaign: Campaign) -> Sequence[int]:
    """One contact of every kind and language among the first thousand on that frozen list."""
    listed = (
        select(Contact.id, Contact.kind, Contact.language)
        .select_from(_MESSAGE)
        .join(Invitation, Invitation.id == _MESSAGE.c.invitation_id)
        .join(Contact, Contact.id == Invitation.contact_id)
        .where(_MESSAGE.c.campaign_id == campaign.id, Contact.erased_at.is_(None))
        .order_by(_MESSAGE.c.invitation_id)
        .limit(1000)
    )
    found: dict[tuple[Kind, str | None], int] = {}
    for number, kind, language in db.session.execute(listed):
        found.setdefault((kind, language), number)
    return sorted(found.values())


def scope_with(campaign: Campaign, rule: Rule, audience_id: int | None = None) -> Scope:
    """The same campaign with another rule and another saved audience, to see what they would give."""
    return replace(scope_of(campaign), rule=rule, saved=rule_of(audience_id) if audience_id else None)


def fixed_values_of(campaign: Campaign, language: str) -> dict[str, str]:
    """The values that all recipients of one language share."""
    face = institution()
    house = House(face.name, face.signatory_name, face.signatory_titles)
    return fixed_values(occasion_of(campaign.event), house, language)


def occasion_of(event: Event) -> Occasion:
    """What letters say of an event."""
    return Occasion(
        title=event.title,
        question=event.question,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        timezone=event.timezone,
        place=event.place,
        place_address=event.place_address,
        contact_email=event.contact_email,
        answer_by=event.answer_by,
    )


def calendar_of(campaign: Campaign, starts_at: datetime | None = None) -> Calendar | None:
    """How the campaign leaves; None while it has no date of departure."""
    start = starts_at or campaign.starts_at
    if start is None:
        return None
    return replace(kept_calendar(campaign, start), late_tolerance=tolerated(campaign.late_tolerance_seconds))


def kept_calendar(campaign: Campaign, starts_at: datetime | None = None) -> Calendar:
    """The calendar as it is kept, with or without a date of departure."""
    plain = Calendar(
        starts_at=starts_at or campaign.starts_at,
        batch_size=campaign.batch_size,
        pause=timedelta(seconds=campaign.pause_seconds),
        any_hour=campaign.any_hour,
        late_tolerance=timedelta(seconds=campaign.late_tolerance_seconds),
    )
    return with_rhythm(plain, campaign.rhythm, campaign.event.timezone)


def plan_of(campaign: Campaign, recipients: int) -> tuple[PlannedBatch, ...]:
    """The batches of a campaign with so many recipients; none while it has no date of departure."""
    calendar = calendar_of(campaign)
    return plan(recipients, calendar) if calendar else ()


def planned(campaign: Campaign, recipients: int) -> tuple[PlannedBatch, ...]:
    """The batches as they were made when the campaign was signed off; before that, as they would be made now."""
    kept = tuple(PlannedBatch(batch.number, batch.due_at, batch.size) for batch in campaign.batches)
    if kept and campaign.state is not CampaignState.DRAFT:
        return kept
    try:
        return plan_of(campaign, recipients)
    except Refusal:
        return ()


def end_of(
    campaign: Campaign, batches: Sequence[PlannedBatch], at: datetime, calendar: Calendar | None = None
) -> datetime | None:
    """When the last message should have left, as things stand: hours, lanes and what is still waiting reckoned with.

    Another calendar than the campaign's own may be tried. While it is paused: if it went on now.
    """
    tried = calendar or kept_calendar(campaign)
    loads = loads_of(campaign, at)
    if campaign.state in {CampaignState.RUNNING, CampaignState.PAUSED}:
        return expected_end([batch for batch in batches if batch.due_at > at], tried, loads, at)
    return expected_end(batches, tried, loads)


def content_of(campaign: Campaign) -> dict[str, Any]:
    """Everything that a signature is bound to: letters and their values, sender, audience, calendar."""
    return {
        "name": campaign.name,
        "event": campaign.event_id,
        "purpose": campaign.purpose.value,
        "language_mode": campaign.language_mode.value,
        "sender": [campaign.sender_name, campaign.sender_email, campaign.reply_to],
        **({} if campaign.address_rule is AddressRule.PREFERRED else {"addresses": campaign.address_rule.value}),
        "letters": {
            letter.language: {
                "subject": letter.subject,
                "body": letter.body,
                "values": fixed_values_of(campaign, letter.language),
            }
            for letter in campaign.letters
        },
        "audience": dict(campaign.audience),
        **({"saved_audience": get_audience(campaign.audience_id).tree} if campaign.audience_id else {}),
        "calendar": {
            "starts_at": campaign.starts_at.isoformat() if campaign.starts_at else None,
            "batch_size": campaign.batch_size,
            "pause_seconds": campaign.pause_seconds,
            "any_hour": campaign.any_hour,
            **({"rhythm": campaign.rhythm} if campaign.rhythm else {}),
            **tolerance(kept_calendar(campaign)),
        },
    }


def is_as_signed(campaign: Campaign) -> bool:
    """True when nothing that was signed has changed since, the event included."""
    return campaign.signed_digest is not None and campaign.signed_digest == digest(content_of(campaign))


def _unaddressed(campaign: Campaign, at: datetime, counted: AudienceCount) -> int:
    """Looked at with the list that is signed; before that, on pages, where the directory is not too large for it."""
    if counted.unaddressed is not None:
        return counted.unaddressed
    return 0 if is_large() else len(unaddressed(scope_of(campaign, at.date())))


def refusals(campaign: Campaign, at: datetime, counted: AudienceCount | None = None) -> list[Obstacle]:
    """Every reason why the campaign may not leave, each with the page of its remedy; counts the audience once."""
    counted = counted or count_audience(scope_of(campaign, at.date()))
    event = campaign.event
    today = at.astimezone(ZoneInfo(event.timezone)).date()
    over = event.ends_on < today and campaign.purpose is not CampaignPurpose.THANKS
    letters = {
        letter.language: Words(letter.subject, letter.body, fixed_values_of(campaign, letter.language))
        for letter in campaign.letters
        if letter.language in LANGUAGES
    }
    prepared = Preparation(
        campaign_id=campaign.id,
        event_id=event.id,
        purpose=campaign.purpose,
        letters=letters,
        sender_email=campaign.sender_email,
        reply_to=campaign.reply_to,
        starts_at=campaign.starts_at,
        event_over=over or (event.state is EventState.CANCELLED and campaign.purpose is not CampaignPurpose.CHANGE),
        recipients=counted.chosen,
        nameless=counted.nameless,
        kinds=frozenset(counted.kinds),
        unaddressed=_unaddressed(campaign, at, counted),
    )
    return obstacles(prepared, at)
