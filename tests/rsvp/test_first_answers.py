"""A first answer takes the short way, and leaves what the long way leaves."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, event, select
from werkzeug.datastructures import MultiDict

from outreach.contacts.kinds import Kind
from outreach.database import db, now, transaction
from outreach.delivery.models import Notice
from outreach.invitations.models import Invitation
from outreach.invitations.queries import get_by_key
from outreach.rsvp import actions
from outreach.rsvp.models import AccessNeeds, Answer, Participant, Seat
from outreach.rsvp.submission import parse
from tests import people
from tests.rsvp.guests import Guest, ada, guest, taken

TABLES = (Answer, Participant, Seat, AccessNeeds, Notice)
OWN = {
    "id",
    "answer_id",
    "participant_id",
    "invitation_id",
    "at",
    "mark",
    "due_at",
    "message_id",
    "key",
    "consented_at",
}
MOST = 12
"""Statements of a first answer to one session, BEGIN included."""

FORMS: list[dict[str, Any]] = [
    {"reply": "no", "words": "Avec regret\nAda"},
    {"reply": "excused"},
    {"reply": "yes", "name-0": "Ada Lefèvre", "session-0": ["day", "workshop"]},
    {"reply": "yes", "name-0": "Ada", "session-0": ["day"], "name-1": "Zoé", "session-1": ["workshop"]},
    {
        "reply": "yes",
        "name-0": "Ada",
        "session-0": ["day"],
        "need-0": ["captions"],
        "meal-0": "Sans sel",
        "consent": "1",
    },
]


def _form(one: Guest, given: dict[str, Any]) -> dict[str, Any]:
    numbers = {"day": str(one.days[0]), "workshop": str(one.workshops[0])}
    spelt = {
        name: [numbers[each] for each in value] if name.startswith("session") else value
        for name, value in given.items()
    }
    return {**one.form(), **spelt}


def _left(one: Guest) -> dict[str, Any]:
    """What is in the tables after an answer, but for names and instants of its own; links by what they lead to."""
    db.session.rollback()
    found: dict[str, Any] = {}
    for table in TABLES:
        rows = db.session.execute(select(table.__table__)).mappings()
        found[table.__tablename__] = [{name: value for name, value in row.items() if name not in OWN} for row in rows]
    for row in found["notice"]:
        values = json.dumps(row["values"], ensure_ascii=False)
        row["values"] = json.loads(values.replace("\\r\\n ", "").replace(one.key, "KEY"))
        lines = row["values"]["calendar"].split("\r\n")
        row["values"]["calendar"] = [line for line in lines if not line.startswith(("DTSTAMP", "DESCR", "URL"))]
        row["values"]["pass"] = row["values"]["pass"].split("-")[2:]
    invitation = one.invitation()
    found["short"] = (invitation.reply, invitation.coming, invitation.answered_at is not None)
    found["taken"] = [taken(number) for number in (*one.days, *one.workshops)]
    return found


def _forget(one: Guest) -> None:
    db.session.rollback()
    with transaction() as session:
        actions.undo(get_by_key(one.key), now())
        for table in (Notice, AccessNeeds, Seat, Participant, Answer):
            session.execute(delete(table))


@pytest.mark.both
@pytest.mark.parametrize("given", FORMS, ids=str)
def test_both_ways_leave_the_same(client: FlaskClient, given: dict[str, Any]) -> None:
    one = ada()
    form = _form(one, given)
    assert one.sends(client, form).status_code == 303
    short = _left(one)
    assert len(short["answer"]) == len(short["notice"]) == 1
    _forget(one)
    with transaction():
        actions.answer(get_by_key(one.key), parse(MultiDict(form)), now(), language="fr", mark="another")
    assert _left(one) == short


def test_a_first_answer_takes_few_statements(app: Flask, client: FlaskClient) -> None:
    with transaction():
        people.city()
        hall = people.congress()
        invited = [people.contact(Kind.INDIVIDUAL, "A", f"N{n}", f"n{n}@poste.test") for n in range(2)]
        guests = [guest(hall, one) for one in invited]
    said: list[str] = []
    assert guests[0].sends(client, guests[0].coming()).status_code == 303
    event.listen(db.engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    assert guests[1].sends(client, guests[1].coming()).status_code == 303
    assert len(said) <= MOST
    assert db.session.scalars(select(Invitation.reply)).all().count("yes") == 2
