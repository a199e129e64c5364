"""What outlives the database: wishes and beginnings, on the disk before anybody relies on them."""

import json
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy.exc import IntegrityError

from config import Config
from outreach.contacts import actions as contacts
from outreach.contacts.models import Contact, Suppression, SuppressionReason
from outreach.database import db, now, transaction
from outreach.invitations import stop_actions
from outreach.invitations.models import Invitation
from outreach.invitations.stop_actions import Scope
from outreach.journal.entries import Begun, Counted, Entry, Lifted, Suppressed, Uncounted, line_of, read_line, standing
from outreach.journal.files import Held, Journal, Unwritable, journal
from outreach.journal.hooks import enter, silently
from outreach.links import links
from tests import people

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def wish(minutes: int, digest: str = "d", event: int | None = None) -> Suppressed:
    return Suppressed(at(minutes), digest, event, "opt_out")


def known() -> list[Entry | None]:
    return list(journal().read())


@pytest.mark.parametrize(
    "entry",
    [
        wish(0),
        wish(1, event=7),
        Lifted(at(2), "d", None, at(1)),
        Uncounted(at(3), 4),
        Counted(at(4), 4),
        Begun(at(5), 1, 2, "<a@b>"),
    ],
)
def test_a_line_says_the_same_when_it_is_read_again(entry: Entry) -> None:
    assert read_line(line_of(entry)) == entry


@given(some.integers(min_value=0, max_value=80))
def test_a_line_cut_short_says_nothing(length: int) -> None:
    assert read_line(line_of(wish(0))[:length]) is None


@pytest.mark.parametrize(
    ("entries", "left"),
    [
        ([wish(1)], [1]),
        ([wish(1), Lifted(at(2), "d", None, at(1))], []),
        ([wish(1), Lifted(at(2), "d", None, at(1)), wish(3)], [3]),
        ([wish(1), wish(3), Lifted(at(2), "d", None, at(1))], [3]),
        ([wish(1), Lifted(at(2), "d", 7, at(1))], [1]),
        ([wish(1), Lifted(at(2), "other", None, at(1))], [1]),
        ([Lifted(at(2), "d", None, at(1)), wish(-60)], [-60]),
    ],
    ids=[
        "a wish",
        "taken back",
        "made anew",
        "made anew, its line first",
        "other event",
        "other address",
        "clock set back",
    ],
)
def test_a_lift_takes_back_what_was_decided_before_it(entries: list[Entry], left: list[int]) -> None:
    wishes = [one for place in standing(entries).wishes.values() for one in place]
    assert [one.at for one in wishes] == [at(minutes) for minutes in left]


@pytest.mark.both
def test_a_wish_is_in_the_journal_once_it_is_kept(app: Flask) -> None:
    with transaction():
        contacts.suppress("plus.rien@association.test", SuppressionReason.OPT_OUT, NOON)
        assert known() == []
    assert known() == [Suppressed(NOON, links().digest("plus.rien@association.test"), None, "opt_out")]


def test_asking_twice_is_written_once(app: Flask) -> None:
    for _ in range(2):
        with transaction():
            contacts.suppress("plus.rien@association.test", SuppressionReason.OPT_OUT, NOON)
    assert len(known()) == 1


def test_a_stronger_reason_is_written_too(app: Flask) -> None:
    for reason in (SuppressionReason.BOUNCE, SuppressionReason.COMPLAINT, SuppressionReason.ERASURE):
        with transaction():
            contacts.suppress("plus.rien@association.test", reason, NOON)
    assert [one.reason for one in known() if isinstance(one, Suppressed)] == ["bounce", "complaint", "erasure"]


def test_what_is_taken_back_is_written_after_its_commit(app: Flask) -> None:
    with transaction():
        contacts.suppress("plus.rien@association.test", SuppressionReason.OPT_OUT, NOON)
    with transaction():
        contacts.lift_suppression("plus.rien@association.test", at(5))
    assert known()[1:] == [Lifted(at(5), links().digest("plus.rien@association.test"), None, NOON)]
    assert standing(known()).wishes == {}


def test_what_is_rolled_back_leaves_no_line(app: Flask) -> None:
    session = db.session()
    contacts.suppress("plus.rien@association.test", SuppressionReason.OPT_OUT, NOON)
    session.rollback()
    with transaction():
        db.session.add(Suppression(digest="another", reason=SuppressionReason.STAFF, at=NOON))
    assert known() == []


def test_a_savepoint_that_is_rolled_back_takes_no_line_with_it(app: Flask) -> None:
    with transaction() as session:
        contacts.suppress("plus.rien@association.test", SuppressionReason.OPT_OUT, NOON)
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(
                Suppression(digest=links().digest("plus.rien@association.test"), reason=SuppressionReason.STAFF)
            )
    assert len(known()) == 1


def test_a_lift_that_cannot_be_committed_leaves_no_line(app: Flask) -> None:
    with transaction():
        number = contacts.suppress("plus.rien@association.test", SuppressionReason.OPT_OUT, NOON).id
    session = db.session()
    contacts.lift(session.get_one(Suppression, number), at(5))
    session.add(Suppression(digest="another", at=NOON))
    with pytest.raises(IntegrityError):
        session.commit()
    session.rollback()
    assert len(known()) == 1


def test_the_page_that_stops_and_the_refusal_to_be_counted_are_written(app: Flask) -> None:
    world = people.world()
    before = len(known())
    with transaction() as session:
        invitation = session.get_one(Invitation, world.invitation)
        stop_actions.stop(invitation, Scope.EVENT, NOON)
        stop_actions.set_measured(invitation, measured=False, at=NOON)
    assert known()[before:] == [
        Suppressed(NOON, links().digest("ada@association.test"), world.event, "opt_out"),
        Uncounted(NOON, world.ada),
    ]


def test_staff_who_note_a_refusal_to_be_counted_write_it_too(app: Flask) -> None:
    with transaction():
        number = people.ada().id
    with transaction() as session:
        contacts.edit_contact(session.get_one(Contact, number), at=NOON, not_measured=True)
    assert known() == [Uncounted(NOON, number)]


def test_the_journal_names_nobody_and_only_its_owner_reads_it(app: Flask) -> None:
    people.world()
    text = journal().path.read_text()
    assert "@" not in text
    assert "Lef" not in text
    assert journal().path.stat().st_mode & 0o777 == 0o600
    assert all(set(json.loads(line)) <= {"what", "at", "digest", "event", "reason"} for line in text.splitlines())


def test_what_comes_from_the_journal_is_not_written_again(app: Flask) -> None:
    with transaction(), silently():
        contacts.suppress("plus.rien@association.test", SuppressionReason.OPT_OUT, NOON)
    assert known() == []


def test_half_a_line_of_a_crash_stays_alone(tmp_path: Path) -> None:
    kept = Journal(tmp_path / "journal.jsonl")
    with Held(kept) as held:
        held.write([wish(1)])
        os.write(os.open(kept.path, os.O_WRONLY | os.O_APPEND), line_of(wish(2))[:30].encode())
        held.write([wish(3)])
    assert list(kept.read()) == [wish(1), None, wish(3)]
    assert standing(kept.read()).unread == 1


def test_a_journal_that_goes_on_is_known_again_and_another_is_not(tmp_path: Path) -> None:
    kept = Journal(tmp_path / "journal.jsonl")
    beginning = kept.position()
    with Held(kept) as held:
        held.write([wish(1)])
        there = kept.position()
        held.write([wish(2)])
    assert kept.continues(there)
    assert kept.continues(beginning)
    assert list(kept.read(there.octets)) == [wish(2)]
    kept.path.write_text(line_of(wish(5)) + line_of(wish(2)))
    assert not kept.continues(there)
    kept.path.unlink()
    assert not kept.continues(there)


@pytest.fixture
def unwritable(app: Flask, data_dir: Path) -> Callable[[bool], None]:
    """`unwritable(True)` puts a folder where the journal should be; `unwritable(False)` takes it away."""

    def set_to(wanted: bool) -> None:
        path = data_dir / "journal.jsonl"
        path.mkdir() if wanted else path.rmdir()

    return set_to


def test_a_wish_is_honoured_when_the_journal_cannot_be_written_and_its_line_is_owed(
    app: Flask, unwritable: Callable[[bool], None]
) -> None:
    unwritable(True)
    with transaction():
        contacts.suppress("plus.rien@association.test", SuppressionReason.OPT_OUT, NOON)
    assert contacts.find_suppression("plus.rien@association.test") is not None
    db.session.rollback()
    unwritable(False)
    with transaction():
        contacts.suppress("personne@association.test", SuppressionReason.OPT_OUT, at(1))
    assert [one.at for one in known() if one] == [NOON, at(1)]


def test_a_batch_does_not_begin_when_the_journal_cannot_be_written(
    app: Flask, unwritable: Callable[[bool], None]
) -> None:
    unwritable(True)
    session = db.session()
    session.add(Suppression(digest="another", reason=SuppressionReason.STAFF, at=NOON))
    enter(Begun(NOON, 1, 1, "<a@b>"))
    with pytest.raises(Unwritable):
        session.commit()
    session.rollback()
    assert contacts.find_suppressed("another") is None
    db.session.rollback()
    unwritable(False)
    with transaction():
        enter(Begun(NOON, 2, 2, "<c@b>"))
    assert known() == [Begun(NOON, 2, 2, "<c@b>")]


def test_whoever_holds_the_journal_alone_finds_nobody_between_a_line_and_its_commit(app: Flask, config: Config) -> None:
    waits, goes_on = threading.Event(), threading.Event()

    def stop_writing() -> None:
        with app.app_context(), transaction():
            contacts.suppress("plus.rien@association.test", SuppressionReason.OPT_OUT, now())
            waits.set()
        goes_on.set()

    other = threading.Thread(target=stop_writing)
    with journal().alone():
        other.start()
        assert waits.wait(30)
        assert not goes_on.wait(0.2)
        assert known() == []
    other.join(30)
    assert goes_on.is_set()
    assert len(known()) == 1
