"""The picture of the states in docs/delivery.md beside the tables of the code; and what the database itself refuses."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, Final

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from outreach.backup import aftermath
from outreach.database import db, transaction
from outreach.delivery import outbox
from outreach.delivery.models import Message, Notice, NoticePurpose
from outreach.delivery.notices import notify
from outreach.delivery.remedies import settling
from outreach.delivery.remedies.choices import ABOUT
from outreach.delivery.returns import deciding
from outreach.delivery.returns.outcomes import Cause, Kind
from outreach.delivery.returns.outcomes import Outcome as Returned
from outreach.delivery.states import ENVELOPE, Answer, Failure, MessageState, Phase, Reply, Trial, doubt, verdict
from outreach.invitations.queries import get_by_key
from outreach.merging import leading
from outreach.rights import erasing
from tests import people
from tests.test_documents import DELIVERY

Turns = set[tuple[str, str]]
NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
TRIALS: Final = [
    Trial(1, NOON),
    Trial(1, NOON, once_more=True),
    Trial(9, NOON - timedelta(hours=72)),
]
"""The first try, the same where the policy allows one more, and one too late to be followed by another."""
ANSWERS: Final[list[Answer]] = [*(Reply(code) for code in (250, 354, 421, 451, 530, 550)), *Failure]
ANNOUNCED: Final = "announced"
BEGINS_AND_GOES: Final = {("[*]", "queued"), ("queued", "[*]"), ("queued", "leased"), ("retry", "leased")}


def drawn() -> Turns:
    """The lines of the picture."""
    [picture] = re.findall(r"```mermaid\nstateDiagram-v2\n(.*?)```", DELIVERY, re.DOTALL)
    lines = re.findall(r"^ *(\S+) --> (\S+) : \S", picture, re.MULTILINE)
    assert len(lines) == len(set(lines)) == picture.count("-->"), "each line once, and each says why"
    return set(lines)


def ends(phases: Iterable[Phase], answers: Iterable[Answer]) -> set[MessageState]:
    """What the dialogue makes of a message that it ends over."""
    return {verdict(answer, phase, trial, NOON).state for answer, phase, trial in product(answers, phases, TRIALS)}


def before_the_intent() -> Turns:
    """Given back, declined, unwritable; or refused while only the envelope had travelled."""
    declined = {MessageState.SUPPRESSED, MessageState.CANCELLED}
    given_back = {MessageState.QUEUED, MessageState.RETRY}
    return {("leased", end) for end in (*declined, *given_back, *ends(ENVELOPE, ANSWERS), ANNOUNCED)}


def after_the_intent() -> Turns:
    """The body is on its way: its turn may not have come, its sender may die, or the relay answers."""
    dead = {doubt(trial, NOON).state for trial in TRIALS}
    untried = ends({Phase.MAIL}, {Failure.UNTRIED})
    return {(ANNOUNCED, end) for end in (*dead, *untried, *ends({Phase.DATA, Phase.DOT}, ANSWERS))}


def decided() -> Turns:
    """By a person, and by a report that came back."""
    person = {(before, settling._STATES[choice]) for choice, states in ABOUT.items() for before in states}
    reports = [Returned("x@reseau.test", kind, cause) for kind, cause in product(Kind, Cause)]
    turns = {(before, deciding.turn(before, report).state) for before, report in product(MessageState, reports)}
    return person | {(before, after) for before, after in turns if after is not None}


def elsewhere() -> Turns:
    """A stop, a merge and its undoing, an erasure, a backup that was put back."""
    waiting = set(outbox.WAITING) | leading.WAITING
    cancelled = {(before, MessageState.CANCELLED) for before in waiting}
    return {
        *cancelled,
        *((after, before) for before, after in cancelled),
        *((before, MessageState.SUPPRESSED) for before in erasing.WAITING),
        *((before, MessageState.IN_DOUBT) for before in aftermath.UNFINISHED),
    }


def test_the_picture_shows_every_turn_that_the_code_can_take_and_no_other() -> None:
    turns = BEGINS_AND_GOES | before_the_intent() | after_the_intent() | decided() | elsewhere()
    assert drawn() == {(str(before), str(after)) for before, after in turns}


@pytest.mark.both
def test_the_database_refuses_a_second_message_to_one_invitation(app: Flask) -> None:
    world = people.world()
    [first] = rows(world.campaign)
    again = {**first, "id": first["id"] + 1000, "message_id": "<another@mairie.test>"}
    with pytest.raises(IntegrityError, match=r"campaign_id,.*invitation_id"), transaction() as session:
        session.execute(insert(Message).values(again))
    assert len(rows(world.campaign)) == 1


@pytest.mark.both
def test_the_database_refuses_the_same_notice_twice(app: Flask) -> None:
    key = people.world().key
    with transaction():
        notify(NoticePurpose.LOST_LINK, get_by_key(key), "once", "fr", "ada@association.test", {}, NOON)
    kept = db.session.execute(Notice.__table__.select().where(Notice.key == "once"))
    [first] = [dict(row._mapping) for row in kept]
    db.session.rollback()
    again = {**first, "id": first["id"] + 1000, "message_id": "<another@mairie.test>"}
    with pytest.raises(IntegrityError, match=r"invitation_id"), transaction() as session:
        session.execute(insert(Notice).values(again))


def rows(campaign: int) -> list[dict[str, Any]]:
    found = db.session.execute(Message.__table__.select().where(Message.campaign_id == campaign))
    kept = [dict(row._mapping) for row in found]
    db.session.rollback()
    return kept
