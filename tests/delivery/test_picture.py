"""The picture of the states in docs/delivery.md beside the tables of the code; and what the database itself refuses."""

import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import replace
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
from outreach.delivery.writes import ends_as
from outreach.invitations.queries import get_by_key
from outreach.merging import leading
from outreach.rights import erasing
from tests import people
from tests.test_documents import DELIVERY

Turns = set[tuple[str, str]]
NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
TRIALS: Final = [
    replace(trial, doubted=doubted)
    for trial, doubted in product(
        [Trial(1, NOON), Trial(1, NOON, once_more=True), Trial(9, NOON - timedelta(hours=72))], (False, True)
    )
]
"""The first try, the same where the policy allows one more, and one too late to be followed by another.

Of each, what nobody doubts, and what was in doubt before.
"""
ANSWERS: Final[list[Answer]] = [*(Reply(code) for code in (250, 354, 421, 451, 530, 550)), *Failure]
ANNOUNCED: Final = "announced"
BEGINS: Final = {("[*]", "queued"), ("queued", "[*]")}


def drawn() -> dict[str, Turns]:
    """The lines of the picture, under the words that say who draws them."""
    [picture] = re.findall(r"```mermaid\nstateDiagram-v2\n(.*?)```", DELIVERY, re.DOTALL)
    parts = dict(re.findall(r"^ *%% (.+)\n((?: *[^% \n].*\n)+)", picture, re.MULTILINE))
    found = {who: re.findall(r"^ *(\S+) --> (\S+) : \S", lines, re.MULTILINE) for who, lines in parts.items()}
    assert sum(map(len, found.values())) == picture.count("-->"), "each line says why, and stands under who draws it"
    assert all(len(lines) == len(set(lines)) for lines in found.values()), "each line once"
    return {who: set(lines) for who, lines in found.items()}


def ends(phases: Iterable[Phase], answers: Iterable[Answer]) -> set[MessageState]:
    """What the dialogue makes of a message that it ends over."""
    return {verdict(answer, phase, trial, NOON).state for answer, phase, trial in product(answers, phases, TRIALS)}


def kept_from_leaving(state: MessageState, before: Iterable[str]) -> Turns:
    """What the database makes of rows that are to leave no more: by its own words, of those in doubt and of others.

    Only what was tried before can have been in doubt.
    """
    words = ends_as(Message, state, NOON)["state"].compile(compile_kwargs={"literal_binds": True})
    asked = f"SELECT {words} FROM (SELECT ? AS doubted) AS message"
    with closing(sqlite3.connect(":memory:")) as database:
        after = {doubted: str(database.execute(asked, (doubted,)).fetchone()[0]) for doubted in (False, True)}
    return {(one, after[doubted]) for one, doubted in product(before, after) if not (doubted and one == "queued")}


def before_the_intent() -> Turns:
    """Taken; given back, declined, unwritable; or refused while only the envelope had travelled."""
    given_back = {MessageState.QUEUED, MessageState.RETRY}
    declined = [kept_from_leaving(end, ["leased"]) for end in (MessageState.SUPPRESSED, MessageState.CANCELLED)]
    heard: Turns = {("leased", end) for end in (*given_back, *ends(ENVELOPE, ANSWERS), ANNOUNCED)}
    return heard.union(*declined, ((str(one), "leased") for one in outbox.WAITING))


def after_the_intent() -> Turns:
    """The body is on its way: its turn may not have come, its sender may die, or the relay answers."""
    dead = {doubt(trial, NOON).state for trial in TRIALS}
    untried = ends({Phase.MAIL}, {Failure.UNTRIED})
    return {(ANNOUNCED, end) for end in (*dead, *untried, *ends({Phase.DATA, Phase.DOT}, ANSWERS))}


def by_a_person() -> Turns:
    return {(before, settling._STATES[choice]) for choice, states in ABOUT.items() for before in states}


def by_a_report() -> Turns:
    reports = [Returned("x@reseau.test", kind, cause) for kind, cause in product(Kind, Cause)]
    turns = {(before, deciding.turn(before, report).state) for before, report in product(MessageState, reports)}
    return {(before, after) for before, after in turns if after is not None}


def elsewhere() -> Turns:
    """A stop, a merge and its undoing, an erasure."""
    waiting = sorted({*outbox.WAITING, *leading.WAITING})
    cancelled = kept_from_leaving(MessageState.CANCELLED, waiting)
    undone = {(after, before) for before, after in cancelled if after == MessageState.CANCELLED}
    return cancelled | undone | kept_from_leaving(MessageState.SUPPRESSED, erasing.WAITING)


def by_a_backup() -> Turns:
    return {(before, MessageState.IN_DOUBT) for before in aftermath.UNFINISHED}


CODE: Final[Mapping[str, Callable[[], Turns]]] = {
    "a sign-off": lambda: BEGINS,
    "a sender, before the intent: MAIL, RCPT and DATA travel, and what is said to them counts": before_the_intent,
    "a sender, after the intent": after_the_intent,
    "a person": by_a_person,
    "a report that came back": by_a_report,
    "what is waiting may end, or begin again": elsewhere,
    "a backup was put back": by_a_backup,
}


@pytest.mark.parametrize("who", CODE)
def test_the_picture_shows_every_turn_that_the_code_can_take_and_no_other(who: str) -> None:
    """Line by line under who draws it: two may draw the same one, and each line of theirs is asked for."""
    assert drawn()[who] == {(str(before), str(after)) for before, after in CODE[who]()}


def test_the_picture_names_nobody_else() -> None:
    assert drawn().keys() == CODE.keys()


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
