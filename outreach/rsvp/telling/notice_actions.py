"""Tells people what was recorded: the notices of answers.

Their words are in emails/confirmation, emails/lost_link and emails/own_invitation.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update

from outreach.database import among, db
from outreach.delivery.models import Notice, NoticePurpose
from outreach.delivery.notices import notify
from outreach.delivery.states import MessageState
from outreach.delivery.writes import ends_as
from outreach.events.actions import STATE_NEWS
from outreach.events.models import News
from outreach.invitations.models import Invitation
from outreach.links import Purpose, links
from outreach.rsvp import queries
from outreach.rsvp.models import Answer, Way
from outreach.rsvp.passes.queries import pass_of
from outreach.rsvp.telling.diary_queries import calendar_of
from outreach.rsvp.telling.mailbox_queries import WhereTo, mailbox_of
from outreach.rsvp.telling.queries import about
from outreach.rsvp.telling.saying import said
from outreach.rsvp.waiting.queries import places_told


def confirm(invitation: Invitation, answer: Answer, at: datetime, key: str = "") -> Notice | None:
    """Send X what was recorded in X's name, and the link that changes or undoes it.

    None when X has no address that may be written to. `key` tells confirmations of one answer apart.
    """
    where = mailbox_of(invitation)
    if where is None:
        return None
    values = _for(where, confirmation(invitation, answer))
    name = f"answer-{answer.id}{key}"
    return notify(NoticePurpose.CONFIRMATION, invitation, name, answer.language, where.email, values, at)


def tell(invitation: Invitation, news: News, revision: int, at: datetime) -> Notice | None:
    """Bring X news of the event that X comes to, with what X comes to now and a calendar file that says the same."""
    answer = queries.find_answer(invitation.id)
    where = mailbox_of(invitation)
    if answer is None or where is None:
        return None
    values = {**_for(where, confirmation(invitation, answer)), "news": news.value}
    key = f"{news.value}-{revision}"
    return notify(NoticePurpose.EVENT_NEWS, invitation, key, answer.language, where.email, values, at)


def recall_news(invitations: Collection[int], news: News, revision: int, at: datetime) -> None:
    """Other news of the same matter that has not left does not leave any more: it could arrive after what is told."""
    matter = STATE_NEWS if news in STATE_NEWS else {news}
    which = (
        among(Notice.invitation_id, invitations),
        Notice.purpose == NoticePurpose.EVENT_NEWS,
        Notice.state.in_((MessageState.QUEUED, MessageState.RETRY)),
        about(matter),
        Notice.key != f"{news.value}-{revision}",
    )
    ended = update(Notice).where(*which).values(**ends_as(Notice, MessageState.CANCELLED, at))
    db.session.execute(ended, execution_options={"synchronize_session": False})


def _for(where: WhereTo, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """What may be read there: at a mailbox that others read too, nothing of the answer but that there is one."""
    if not where.is_shared:
        return values
    kept = {"name": values["name"], "by_staff": values["by_staff"], "answer_by": values["answer_by"]}
    nothing = {"reply": "", "persons": [], "waiting": [], "only_waiting": False, "nothing_left": False}
    return {**nothing, "pass": "", "needs": False, "delegate": "", "calendar": "", **kept, "is_shared": True}


def confirmation(invitation: Invitation, answer: Answer) -> dict[str, Any]:
    """What the words of a confirmation need; `calendar` is a whole file, or an empty string."""
    event, language = invitation.event, answer.language
    return said(
        event,
        language,
        reply=answer.reply,
        name=invitation.contact.name if invitation.contact else "",
        persons=queries.submission_of(answer).persons,
        waiting=places_told(answer, event, language),
        entry=entry.text if (entry := pass_of(invitation, answer)) else "",
        delegate=answer.delegate_name,
        by_staff=answer.way is Way.STAFF,
        calendar=calendar_of(invitation, language, links().url(Purpose.ANSWER, invitation.key)),
    )


def send_lost_links(email: str, at: datetime) -> int:
    """Send the link of every invitation written to that address, once an hour at most; how many there were."""
    found = queries.invitations_at(links().digest(email), at)
    for invitation in found:
        key = f"lost-{at:%Y%m%d%H}"
        language = invitation.language or "fr"
        values = {
            "name": invitation.contact.name if invitation.contact else "",
            "answered": invitation.reply is not None,
        }
        notify(NoticePurpose.LOST_LINK, invitation, key, language, email, values, at)
    return len(found)
