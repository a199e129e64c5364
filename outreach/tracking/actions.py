"""Counts displays of a campaign, in a language, on a day, by people or machines; and keeps what somebody agreed to."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Row, literal, select, update

from outreach.campaigns.models import Campaign
from outreach.contacts.models import Contact
from outreach.database import db, insertion
from outreach.delivery.models import Message
from outreach.events.models import Event
from outreach.institution.measuring import ORDER, of_person, strictest
from outreach.institution.models import MeasuringMode
from outreach.invitations.models import Invitation, PersonalDisplay
from outreach.tracking.buffer import Display
from outreach.tracking.machines import of_copy
from outreach.tracking.models import DisplayCount, Reader

Copy = tuple[int, str]
"""A campaign, and the key of an invitation."""


def keep_displays(waiting: Mapping[Display, int], house: MeasuringMode) -> None:
    """Count so many of each, as the strictest of institution, event, campaign and person allows now.

    Everybody counts in one order: two processes that count the same letters at once do not wait crosswise.
    """
    modes = _modes({one.campaign_id for one in waiting}, house)
    copies = _copies({(one.campaign_id, one.key) for one in waiting if one.key})
    for one, times in sorted(waiting.items(), key=_place):
        mode = modes.get(one.campaign_id, MeasuringMode.OFF)
        if not one.key and mode is not MeasuringMode.OFF:
            count_display(one.campaign_id, one.language, one.on, one.reader, times)
        elif (copy := copies.get((one.campaign_id, one.key))) is not None:
            _keep(one, times, mode, copy)


def count_display(campaign_id: int, language: str, on: date, reader: Reader, times: int = 1) -> None:
    """So many displays more; two at once are two. Nothing happens for a campaign that is not there."""
    row = select(
        Campaign.id,
        literal(language),
        literal(on, DisplayCount.on.type),
        literal(reader, DisplayCount.reader.type),
        literal(times),
    ).where(Campaign.id == campaign_id)
    columns = ["campaign_id", "language", "on", "reader", "count"]
    statement = insertion(DisplayCount).from_select(columns, row)
    db.session.execute(
        statement.on_conflict_do_update(index_elements=columns[:4], set_={"count": DisplayCount.count + times})
    )


def _place(counted: tuple[Display, int]) -> tuple[int, str, date, Reader, str]:
    one, _times = counted
    return one.campaign_id, one.language, one.on, one.reader, one.key


def _modes(campaigns: Collection[int], house: MeasuringMode) -> dict[int, MeasuringMode]:
    """What may be known at most of whoever displays these campaigns, before the person has a say."""
    asked = select(Campaign.id, Campaign.measuring, Event.measuring.label("of_event")).join(Campaign.event)
    rows = db.session.execute(asked.where(Campaign.id.in_(campaigns)))
    return {row.id: strictest((house, row.of_event, row.measuring)) for row in rows}


def _copies(wanted: Collection[Copy]) -> dict[Copy, Row[Any]]:
    """The messages that these copies are, with what their readers wish."""
    if not wanted:
        return {}
    columns = (Message.invitation_id, Message.campaign_id, Message.ended_at, Invitation.key, Invitation.contact_id)
    wishes = (Contact.not_measured, Contact.measured_since, Contact.erased_at)
    asked = select(*columns, *wishes).join_from(Message, Invitation, Invitation.id == Message.invitation_id)
    asked = asked.join(Contact, Contact.id == Invitation.contact_id)
    numbers, keys = {number for number, _key in wanted}, {key for _number, key in wanted}
    rows: Any = db.session.execute(asked.where(Message.campaign_id.in_(numbers), Invitation.key.in_(keys))).all()
    return {(row.campaign_id, row.key): row for row in rows}  # whoever asks finds only the couples that they name


def _keep(one: Display, times: int, most: MeasuringMode, copy: Row[Any]) -> None:
    """A display of somebody's own copy: no more than they let us know."""
    refused = copy.not_measured or copy.erased_at is not None
    mode = strictest((most, of_person(refused=refused, agreed=copy.measured_since is not None)))
    if mode is MeasuringMode.OFF or one.at is None:
        return
    seen_by = of_copy(one.reader, copy.ended_at, one.at)
    count_display(one.campaign_id, one.language, one.on, seen_by, times)
    if seen_by is Reader.MACHINE or ORDER.index(mode) < ORDER.index(MeasuringMode.LAST_OPEN):
        return
    db.session.execute(update(Contact).where(Contact.id == copy.contact_id).values(last_displayed_on=one.on))
    if mode is MeasuringMode.INDIVIDUAL:
        _keep_of_copy(copy.invitation_id, one, times)


def _keep_of_copy(invitation_id: int, one: Display, times: int) -> None:
    values = {"invitation_id": invitation_id, "campaign_id": one.campaign_id, "first_on": one.on, "count": times}
    again = {"last_on": one.on, "count": PersonalDisplay.count + times}
    statement = insertion(PersonalDisplay).values({**values, "last_on": one.on})
    db.session.execute(statement.on_conflict_do_update(index_elements=["invitation_id", "campaign_id"], set_=again))
