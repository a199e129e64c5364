"""Addresses that must not be written to: once, for everything or for one event, until somebody lifts it."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach.contacts import actions
from outreach.contacts.models import Address, Suppression, SuppressionReason
from outreach.contacts.queries import suppressed
from outreach.database import db, transaction
from outreach.errors import Refusal
from outreach.events.models import Event
from tests.contacts.directory import AT, add

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("app", "database_kind")]

EMAIL = "lea@a.example"


@pytest.fixture
def event(app: Flask) -> int:
    with transaction():
        words = {"fr": "Congrès", "en": "Congress"}
        congress = Event(
            slug="congress",
            title=words,
            question=words,
            place=words,
            starts_on=date(2026, 6, 5),
            ends_on=date(2026, 6, 6),
            contact_email="congres@ville.example",
            answer_by=AT,
            created_at=AT,
        )
        db.session.add(congress)
        db.session.flush()
        return congress.id


def kept(event_id: int | None = None) -> bool:
    return bool(db.session.scalar(select(Address.id).where(suppressed(event_id))))


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Suppression)) or 0


def test_asking_twice_is_asking_once() -> None:
    with transaction():
        first = actions.suppress(EMAIL, SuppressionReason.OPT_OUT, AT, note="by telephone")
        second = actions.suppress("LEA@A.example", SuppressionReason.BOUNCE, AT)
    assert first.id == second.id
    assert (second.reason, second.note, count()) == (SuppressionReason.OPT_OUT, "by telephone", 1)


@pytest.mark.parametrize("wish", [SuppressionReason.OPT_OUT, SuppressionReason.COMPLAINT])
def test_a_wish_takes_the_place_of_a_bounce(wish: SuppressionReason) -> None:
    with transaction():
        actions.suppress(EMAIL, SuppressionReason.BOUNCE, AT, note="550 5.1.1")
        assert actions.suppress(EMAIL, wish, AT).reason is wish
        assert actions.suppress(EMAIL, SuppressionReason.BOUNCE, AT).reason is wish
    assert count() == 1


def test_one_event_or_everything(event: int) -> None:
    add("Martin", "Léa", EMAIL)
    with transaction():
        actions.suppress(EMAIL, SuppressionReason.OPT_OUT, AT, event_id=event)
    assert (kept(event), kept(), kept(event + 1)) == (True, False, False)
    db.session.rollback()
    with transaction():
        actions.suppress(EMAIL, SuppressionReason.OPT_OUT, AT)
    assert (kept(event), kept(), kept(event + 1), count()) == (True, True, True, 2)


def test_what_was_lifted_may_be_asked_again_and_stays_in_the_history() -> None:
    add("Martin", "Léa", EMAIL)
    with transaction():
        actions.suppress(EMAIL, SuppressionReason.OPT_OUT, AT)
        lifted = actions.lift_suppression(EMAIL, AT, note="asked for it in writing")
        assert lifted is not None
        assert (lifted.lifted_at, lifted.lift_note) == (AT, "asked for it in writing")
        assert actions.lift_suppression(EMAIL, AT) is None
    assert not kept()
    db.session.rollback()
    with transaction():
        actions.suppress(EMAIL, SuppressionReason.OPT_OUT, AT)
    assert (kept(), count()) == (True, 2)


def test_an_erasure_keeps_no_address_and_is_never_lifted() -> None:
    with transaction():
        actions.suppress(EMAIL, SuppressionReason.OPT_OUT, AT, note="Léa Martin telephoned")
        erased = actions.suppress(EMAIL, SuppressionReason.ERASURE, AT)
        assert (erased.email, erased.note, erased.reason) == (None, "", SuppressionReason.ERASURE)
        with pytest.raises(Refusal, match="only they can come back"):
            actions.lift_suppression(EMAIL, AT)
    assert count() == 1


def test_an_erasure_takes_the_address_out_of_every_row_that_ever_held_it(event: int) -> None:
    with transaction():
        actions.suppress(EMAIL, SuppressionReason.OPT_OUT, AT, event_id=event, note="Léa Martin telephoned")
        actions.suppress(EMAIL, SuppressionReason.STAFF, AT)
        actions.lift_suppression(EMAIL, AT, note="Léa Martin came back")
        actions.suppress(EMAIL, SuppressionReason.ERASURE, AT)
    rows = db.session.scalars(select(Suppression)).all()
    assert [(row.email, row.note, row.lift_note) for row in rows] == [(None, "", "")] * 3
