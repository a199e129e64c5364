"""From an approved draft to messages waiting for their hour, and every later turn of a campaign."""

from datetime import datetime

from sqlalchemy import select

from outreach.campaigns import actions as campaigns
from outreach.campaigns.models import Campaign
from outreach.campaigns.queries import get_campaign, scope_of
from outreach.campaigns.recipients import Recipients, read_recipients
from outreach.contacts.holding import nobody_leaves
from outreach.database import db
from outreach.delivery import breaker, dealing, figures, lateness, outbox, waiting, writes
from outreach.delivery.calling import call_for_campaign
from outreach.delivery.letters import signed_letters
from outreach.delivery.letters.preview import check_weight
from outreach.delivery.pacing.destinations import learn
from outreach.errors import N_


def listed(campaign_id: int, at: datetime) -> Recipients:
    """Whom a campaign would write to, read before the transaction that signs it off.

    On SQLite whoever wants to write waits for that transaction: with a million recipients, for less long this way.
    """
    try:
        return read_recipients(scope_of(get_campaign(campaign_id), at.date()))
    finally:
        db.session.close()


def approve(campaign: Campaign, user_id: int, at: datetime, recipients: Recipients | None = None) -> int:
    """Sign the campaign off; freeze its letters, and its invitations batch by batch; returns how many messages.

    Raises the first reason why it may not leave. Approving anew, after an edit, makes the list anew. On SQLite, where
    the recipients were read just before (`listed`) and still hold, they are not read again; on PostgreSQL nobody waits
    for us meanwhile, and what we waited for ourselves may have changed them.
    """
    nobody_leaves()
    scope = scope_of(campaign, at.date())
    if db.engine.dialect.name != "sqlite" or recipients is None or not recipients.still_hold(scope):
        recipients = read_recipients(scope)
    total = len(recipients.numbers)
    campaigns.sign(campaign, user_id, at, total, recipients.counted)
    dealing.clear(campaign)
    signed_letters.freeze(campaign)
    check_weight(campaign, recipients.samples)
    dealing.invite(campaign, recipients, at)
    learn(campaign.event_id)
    if dealing.deal(campaign, recipients) != total:
        raise RuntimeError("the list of recipients changed while it was being frozen")
    figures.recount(campaign.id)
    return total


def launch(campaign: Campaign, at: datetime, user_id: int | None = None) -> None:
    """Let it leave at its hours; a plan whose beginning has passed begins now."""
    campaigns.launch(campaign, at, user_id)
    dealing.deal_again(campaign, at)
    call_for_campaign(campaign, at)


def resume(campaign: Campaign, at: datetime, user_id: int | None = None) -> None:
    """Let a paused campaign go on; batches whose hour passed meanwhile leave one after the other from now.

    Whoever resumes it knows why it was paused: what trips it begins anew.
    """
    breaker.forgive(campaign.id)
    campaigns.resume(campaign, at, user_id)
    dealing.deal_again(campaign, at)
    call_for_campaign(campaign, at)


def stop(campaign: Campaign, at: datetime, user_id: int | None = None) -> int:
    """End a campaign: what has not left never will. Returns how many messages that were.

    Messages and counts come before the campaign, as for whoever pauses it over a message that came back: otherwise
    the two could wait for each other.
    """
    ended = outbox.cancel_waiting(campaign.id, at)
    campaigns.stop(campaign, at, user_id)
    return ended


def hold_late(at: datetime) -> int:
    """Pause the running campaigns that were due longer ago than they tolerate: a person decides. Returns how many.

    None while everything is stopped: whoever lets go again decides.
    """
    if db.session.scalar(select(writes.braked())):
        return 0
    late = [campaign.id for campaign in lateness.running() if lateness.is_late(campaign, at)]
    reason = N_("Its batches were due too long ago, while nothing was sent.")
    return sum(breaker.halt(campaign_id, reason, at) for campaign_id in late)


def first_batch_at(campaign: Campaign) -> datetime | None:
    """When the first batch that has not begun leaves."""
    return waiting.first_due(campaign.id)
