"""Changes campaigns: what they say, to whom, when, and what becomes of them. Whoever calls commits."""

from dataclasses import dataclass
from datetime import datetime

from outreach.accounts.actions import record
from outreach.campaigns import queries
from outreach.campaigns.audience import Rule
from outreach.campaigns.audience_queries import AudienceCount
from outreach.campaigns.lifecycle import Move, check_editable, digest, moved
from outreach.campaigns.models import Campaign, CampaignPurpose, CampaignState, LanguageMode, Letter, SignOff
from outreach.campaigns.planning import USUAL_TOLERANCE, Calendar
from outreach.campaigns.rhythm import as_rhythm
from outreach.contacts.kinds import AddressRule
from outreach.database import db
from outreach.errors import Refusal
from outreach.events.models import Event


@dataclass(frozen=True, slots=True)
class Settings:
    """What a campaign is, apart from its letter, its audience and its calendar."""

    name: str
    purpose: CampaignPurpose = CampaignPurpose.INVITATION
    language_mode: LanguageMode = LanguageMode.RECIPIENT
    sender_name: str = ""
    sender_email: str = ""
    reply_to: str = ""
    address_rule: AddressRule = AddressRule.PREFERRED


def create(event: Event, settings: Settings, at: datetime, user_id: int | None = None) -> Campaign:
    """A draft with empty letters and no recipients; it is sent from the contact mailbox of the event by default."""
    campaign = Campaign(
        event=event,
        state=CampaignState.DRAFT,
        audience={},
        created_at=at,
        created_by=user_id,
        batch_size=200,
        pause_seconds=600,
        any_hour=False,
        rhythm=None,
        late_tolerance_seconds=int(USUAL_TOLERANCE.total_seconds()),
    )
    _write(campaign, settings)
    campaign.sender_email = campaign.sender_email or event.contact_email
    db.session.add(campaign)
    db.session.flush()
    record("campaign.created", "campaign", campaign.id, user_id)
    return campaign


def edit_settings(campaign: Campaign, settings: Settings, at: datetime, user_id: int | None = None) -> None:
    """Rename a campaign, change its purpose, its sender or its languages."""
    check_editable(campaign.state)
    before = _settings(campaign)
    _write(campaign, settings)
    if _settings(campaign) != before:
        _changed(campaign, "settings", at, user_id)


def edit_letter(
    campaign: Campaign, language: str, subject: str, body: str, at: datetime, user_id: int | None = None
) -> Letter:
    """Write the letter in one language. What cannot leave yet may be kept: `refusals` says what is missing."""
    check_editable(campaign.state)
    letter = queries.letter_of(campaign, language)
    if letter is None:
        letter = Letter(language=language, subject="", body="", changed_at=at)
        campaign.letters.append(letter)
    subject, body = " ".join(subject.split("\n")).strip(), _lines(body)
    if len(subject) > 250:
        raise Refusal("A subject has 250 characters at most.", field=f"subject_{language}")
    if (letter.subject, letter.body) != (subject, body):
        letter.subject, letter.body, letter.changed_at = subject, body, at
        _changed(campaign, "letter", at, user_id)
    return letter


def set_audience(
    campaign: Campaign, rule: Rule, at: datetime, user_id: int | None = None, audience_id: int | None = None
) -> None:
    """Say whom the campaign writes to: a rule, which narrows down the saved audience where one is named."""
    check_editable(campaign.state)
    if (campaign.audience, campaign.audience_id) != (rule.as_dict(), audience_id):
        campaign.audience, campaign.audience_id = rule.as_dict(), audience_id
        _changed(campaign, "audience", at, user_id)


def set_calendar(campaign: Campaign, calendar: Calendar, at: datetime, user_id: int | None = None) -> None:
    """Say when the campaign leaves, and in what batches."""
    check_editable(campaign.state)
    calendar.check()
    wanted = {
        "starts_at": calendar.starts_at,
        "batch_size": calendar.batch_size,
        "pause_seconds": int(calendar.pause.total_seconds()),
        "any_hour": calendar.any_hour,
        "rhythm": as_rhythm(calendar),
        "late_tolerance_seconds": int(calendar.late_tolerance.total_seconds()),
    }
    if {name: getattr(campaign, name) for name in wanted} != wanted:
        for name, value in wanted.items():
            setattr(campaign, name, value)
        _changed(campaign, "calendar", at, user_id)


def sign(
    campaign: Campaign, user_id: int, at: datetime, recipients: int, counted: AudienceCount | None = None
) -> SignOff:
    """Approve what the campaign says, to whom and when; keeps exactly that. Raises the first reason why not.

    The audience is counted, where the caller has not.
    """
    state = _after(campaign, Move.SIGN)
    _check_ready(campaign, at, counted)
    content = queries.content_of(campaign)
    signed = digest(content)
    sign_off = SignOff(
        campaign_id=campaign.id,
        user_id=user_id,
        at=at,
        digest=signed,
        content={**content, "recipients": recipients},
        voided_at=None,
    )
    db.session.add(sign_off)
    campaign.state, campaign.signed_digest = state, signed
    db.session.flush()
    record("campaign.signed", "campaign", campaign.id, user_id, digest=signed, recipients=recipients)
    return sign_off


def void(campaign: Campaign, at: datetime, user_id: int | None = None) -> None:
    """Take a signature back; it is kept, with the date on which it ceased to hold."""
    campaign.state = _after(campaign, Move.VOID)
    campaign.signed_digest = None
    sign_off = queries.current_sign_off(campaign)
    if sign_off is not None:
        sign_off.voided_at = at
    db.session.flush()
    record("campaign.voided", "campaign", campaign.id, user_id)


def launch(campaign: Campaign, at: datetime, user_id: int | None = None) -> None:
    """Let a signed campaign leave at its hours. Raises the first reason why not."""
    state = _after(campaign, Move.LAUNCH)
    if not queries.is_as_signed(campaign):
        raise Refusal("Something that was signed has changed since: sign the campaign off again.")
    _check_ready(campaign, at, _signed_for(campaign))
    campaign.state, campaign.launched_at = state, at
    record("campaign.launched", "campaign", campaign.id, user_id)


def pause(campaign: Campaign, at: datetime, user_id: int | None = None, reason: str = "") -> None:
    """Hold everything that has not left."""
    campaign.state = _after(campaign, Move.PAUSE)
    campaign.pause_reason = reason[:300]
    record("campaign.paused", "campaign", campaign.id, user_id, by_itself=user_id is None)


def resume(campaign: Campaign, at: datetime, user_id: int | None = None) -> None:
    """Let a paused campaign go on."""
    campaign.state = _after(campaign, Move.RESUME)
    campaign.pause_reason = ""
    record("campaign.resumed", "campaign", campaign.id, user_id)


def stop(campaign: Campaign, at: datetime, user_id: int | None = None) -> None:
    """End a campaign: what has not left never will."""
    campaign.state = _after(campaign, Move.STOP)
    campaign.ended_at = at
    record("campaign.stopped", "campaign", campaign.id, user_id)


def finish(campaign: Campaign, at: datetime) -> None:
    """Close a campaign of which nothing is left to send."""
    campaign.state = _after(campaign, Move.FINISH)
    campaign.ended_at = at
    record("campaign.finished", "campaign", campaign.id)


def _after(campaign: Campaign, move: Move) -> CampaignState:
    """The state after a move from where the campaign stands now: what somebody else decided meanwhile holds.

    Its row is locked until the transaction ends. Raises Refusal where the move is not open.
    """
    db.session.refresh(campaign, ["state"], with_for_update={"key_share": True})
    return moved(campaign.state, move)


def _signed_for(campaign: Campaign) -> AudienceCount | None:
    """Whom it was signed for. Their list is frozen and was checked then: nobody is counted again."""
    sign_off = queries.current_sign_off(campaign)
    return AudienceCount(sign_off.content["recipients"], {}, {}, 0, {}, unaddressed=0) if sign_off else None


def _check_ready(campaign: Campaign, at: datetime, counted: AudienceCount | None) -> None:
    found = queries.refusals(campaign, at, counted)
    if found:
        raise found[0].refusal


def _changed(campaign: Campaign, what: str, at: datetime, user_id: int | None) -> None:
    """Note the edit; it ends a signature."""
    db.session.flush()
    record("campaign.edited", "campaign", campaign.id, user_id, what=what)
    if campaign.state is CampaignState.SIGNED:
        void(campaign, at, user_id)


def _settings(campaign: Campaign) -> Settings:
    return Settings(**{name: getattr(campaign, name) for name in Settings.__dataclass_fields__})


def _write(campaign: Campaign, settings: Settings) -> None:
    for name in Settings.__dataclass_fields__:
        setattr(campaign, name, getattr(settings, name))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
