"""A backup put back: whole, and nobody is written to twice or against their wish."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, text

from config import Config
from outreach.accounts.models import AuditEntry, Role, StaffSession
from outreach.app import create_app
from outreach.backup import aftermath, restoring
from outreach.backup.archive import Reading
from outreach.campaigns import actions as campaigns
from outreach.campaigns.models import Campaign, CampaignState
from outreach.contacts import actions as contacts
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact, SuppressionReason
from outreach.database import Base, db, now, transaction
from outreach.delivery import figures, launching
from outreach.delivery.history.models import Step, StepKind
from outreach.delivery.models import Message, Notice, NoticePurpose
from outreach.delivery.notices import notify
from outreach.delivery.ownership import Ownership
from outreach.delivery.remedies import settling
from outreach.delivery.remedies.choices import Decision
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from outreach.errors import Refusal
from outreach.invitations import stop_actions
from outreach.invitations.models import Invitation
from outreach.invitations.stop_actions import Scope
from outreach.journal.entries import Standing
from outreach.journal.files import journal
from tests import people
from tests.conftest import Runner
from tests.delivery.campaigns import ADDRESSES, launched, signed, state
from tests.relay import Relay
from tools import migrations

pytestmark = pytest.mark.both
Later = Callable[[int], None]


@pytest.fixture
def later() -> Iterator[Later]:
    """`later(11)` lets so many minutes pass."""
    with time_machine.travel(now(), tick=True) as traveller:
        yield lambda minutes: traveller.shift(timedelta(minutes=minutes))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere" / "monday.zip"


def test_however_many_batches_began_since_are_looked_for(app: Flask) -> None:
    since = Standing(begun={f"<{number:016x}@ville.example>": 1 for number in range(70_000)})
    with transaction():
        assert aftermath.apply(since, now(), whole=True).in_doubt == 0


def send() -> None:
    db.session.rollback()
    with sender() as post:
        post.send_due()
    db.session.rollback()


def states(number: int) -> Counter[MessageState]:
    """Of the rows, and the kept counts say the same."""
    db.session.rollback()
    found = Counter(db.session.scalars(select(Message.state).where(Message.campaign_id == number)))
    assert dict(figures.counts(number)) == dict(found)
    db.session.rollback()
    return found


def restore(runner: Runner, file: Path, *options: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(runner.run("restore", file, "--replace", "--json", *options).stdout)
    return told


def contents() -> dict[str, list[Any]]:
    """Every row of every table."""
    db.session.rollback()
    found = {
        table.name: sorted(map(repr, db.session.execute(select(table)).all()))
        for table in Base.metadata.sorted_tables
        if table.name != "audit_entry"
    }
    db.session.rollback()
    return found


def test_everything_comes_back(app: Flask, runner: Runner, file: Path) -> None:
    world = people.world()
    before = contents()
    told = json.loads(runner.run("backup", file, "--json").stdout)
    assert told["octets"] == file.stat().st_size
    with transaction() as session:
        session.get_one(Contact, world.ada).family_name = "Byron"
        people.contact(Kind.MAYOR, "Someone", "New", "new@commune.test")
    restore(runner, file)
    after = contents()
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"campaign", "message", "dispatch_step", "notice", "staff_session", "campaign_figure"}
    assert db.session.get_one(Contact, world.ada).family_name == "Lefèvre"


def test_it_comes_back_into_an_empty_database(app: Flask, runner: Runner, file: Path, config: Config) -> None:
    world = people.world()
    runner.run("backup", file)
    db.session.remove()
    db.engine.dispose()
    if db.engine.dialect.name == "sqlite":
        for path in config.data_dir.glob("outreach.db*"):
            path.unlink()
    else:
        with db.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        db.engine.dispose()
    runner.run("restore", file)
    assert db.session.get_one(Contact, world.ada).family_name == "Lefèvre"
    db.session.rollback()
    with transaction():
        assert people.contact(Kind.MAYOR, "Someone", "New", "new@commune.test").id > world.ada


def test_running_campaigns_are_paused_and_say_why(
    app: Flask, runner: Runner, relay: Relay, file: Path, signed_in: Callable[..., Any]
) -> None:
    number = launched()
    runner.run("backup", file)
    assert restore(runner, file)["paused"] == 1
    assert state(number) is CampaignState.PAUSED
    page = signed_in(Role.SIGN, Role.PREPARE).get(f"/admin/campaigns/{number}?lang=fr").text
    assert "restaurée à partir d’une sauvegarde" in page
    send()
    assert relay.received == []


def test_what_was_unfinished_of_a_batch_that_had_begun_is_in_doubt_and_later_batches_wait(
    app: Flask, runner: Runner, relay: Relay, file: Path, later: Later
) -> None:
    relay.say("rcpt", "451 4.3.0 Later", to=ADDRESSES[0])
    number = launched(batch_size=3)
    send()
    assert states(number) == {MessageState.SENT: 2, MessageState.RETRY: 1, MessageState.QUEUED: 2}
    runner.run("backup", file)
    told = restore(runner, file)
    assert (told["in_doubt"], told["journal"]) == (1, "whole")
    assert db.session.scalars(select(Step.state).where(Step.kind == StepKind.RESTORED)).all() == [MessageState.IN_DOUBT]
    assert states(number) == {MessageState.SENT: 2, MessageState.IN_DOUBT: 1, MessageState.QUEUED: 2}
    relay.behave()
    runner.run("campaign", "resume", str(number))
    later(60)
    send()
    assert states(number) == {MessageState.SENT: 4, MessageState.IN_DOUBT: 1}


def test_a_batch_that_began_after_the_backup_is_not_sent_twice(
    app: Flask, runner: Runner, relay: Relay, file: Path, later: Later
) -> None:
    number = launched(batch_size=2)
    send()
    runner.run("backup", file)
    later(11)
    send()
    assert len(relay.received) == 4
    assert restore(runner, file)["in_doubt"] == 2
    assert states(number) == {MessageState.SENT: 2, MessageState.IN_DOUBT: 2, MessageState.QUEUED: 1}
    runner.run("campaign", "resume", str(number))
    later(60)
    send()
    assert sorted(relay.recipients) == ADDRESSES
    assert states(number) == {MessageState.SENT: 3, MessageState.IN_DOUBT: 2}


def test_without_its_journal_every_batch_that_was_due_is_in_doubt(
    app: Flask, runner: Runner, relay: Relay, file: Path, later: Later
) -> None:
    number = launched(batch_size=2)
    send()
    runner.run("backup", file)
    later(11)
    send()
    journal().path.unlink()
    told = restore(runner, file)
    assert told["journal"] == "not known to be whole"
    assert states(number) == {MessageState.SENT: 2, MessageState.IN_DOUBT: 2, MessageState.QUEUED: 1}
    runner.run("campaign", "resume", str(number))
    later(60)
    send()
    assert sorted(relay.recipients) == ADDRESSES


def test_a_campaign_launched_after_the_backup_is_not_sent_twice(
    app: Flask, runner: Runner, relay: Relay, file: Path, later: Later
) -> None:
    number = signed(batch_size=3)
    runner.run("backup", file)
    runner.run("campaign", "launch", str(number))
    send()
    restore(runner, file)
    assert state(number) is CampaignState.PAUSED
    assert states(number) == {MessageState.IN_DOUBT: 3, MessageState.QUEUED: 2}
    runner.run("campaign", "resume", str(number))
    later(60)
    send()
    assert sorted(relay.recipients) == ADDRESSES


def test_a_list_signed_anew_after_the_backup_is_in_doubt_as_a_whole(
    app: Flask, runner: Runner, relay: Relay, file: Path
) -> None:
    number = signed(batch_size=2)
    runner.run("backup", file)
    with transaction() as session:
        campaign = session.get_one(Campaign, number)
        campaigns.void(campaign, now())
        launching.approve(campaign, people.member(Role.SIGN).id, now())
        launching.launch(campaign, now())
    send()
    assert len(relay.received) == 2
    restore(runner, file)
    assert states(number) == {MessageState.IN_DOUBT: 5}


def test_a_draft_that_left_after_the_backup_is_over(app: Flask, runner: Runner, relay: Relay, file: Path) -> None:
    number = signed()
    with transaction() as session:
        campaigns.void(session.get_one(Campaign, number), now())
    runner.run("backup", file)
    with transaction() as session:
        launching.approve(session.get_one(Campaign, number), people.member(Role.SIGN).id, now())
        launching.launch(session.get_one(Campaign, number), now())
    send()
    assert restore(runner, file)["ended"] == 1
    assert state(number) is CampaignState.STOPPED


def test_a_message_in_doubt_leaves_once_more_when_a_person_says_so(
    app: Flask, runner: Runner, relay: Relay, file: Path, later: Later
) -> None:
    number = launched(batch_size=2)
    runner.run("backup", file)
    send()
    restore(runner, file)
    runner.run("campaign", "resume", str(number))
    chosen = db.session.scalars(select(Message.id).where(Message.state == MessageState.IN_DOUBT)).all()[0]
    db.session.rollback()
    with transaction():
        settling.settle(chosen, Decision.AGAIN, now(), people.member(Role.SIGN).id)
    later(1)
    send()
    assert len(relay.received) == 3
    assert len({one.message_id for one in relay.received}) == 2


def test_what_a_person_sent_once_more_after_a_restore_is_sent_a_third_time_by_no_policy(
    app: Flask, runner: Runner, relay: Relay, file: Path, later: Later
) -> None:
    number = launched(batch_size=5)
    with transaction() as session:
        session.get_one(Campaign, number).retry_in_doubt = True
    runner.run("backup", file)
    send()
    restore(runner, file)
    runner.run("campaign", "resume", str(number))
    chosen = db.session.scalars(select(Message.id).where(Message.campaign_id == number)).all()
    db.session.rollback()
    with transaction():
        settling.settle_several(Message, chosen, Decision.AGAIN, now(), people.member(Role.SIGN).id)
    relay.say("dot", None)
    for _ in range(2):
        later(60)
        send()
    assert Counter(one.recipient for one in (*relay.received, *relay.dropped)) == dict.fromkeys(ADDRESSES, 2)
    assert states(number) == {MessageState.IN_DOUBT: 5}


def test_notices_that_waited_are_in_doubt(app: Flask, runner: Runner, relay: Relay, file: Path) -> None:
    world = people.world()
    send()
    relay.clear()
    with transaction() as session:
        invitation = session.get_one(Invitation, world.invitation)
        notify(NoticePurpose.LOST_LINK, invitation, "a key", "fr", "ada@association.test", {"name": "Ada"}, now())
    runner.run("backup", file)
    restore(runner, file)
    assert db.session.scalars(select(Notice.state).where(Notice.key == "a key")).one() is MessageState.IN_DOUBT
    send()
    assert relay.received == []


def test_wishes_made_after_the_backup_hold(app: Flask, runner: Runner, file: Path) -> None:
    world = people.world()
    before = now() - timedelta(minutes=5)
    with transaction():
        for email in ("took.back@association.test", "still@association.test"):
            contacts.suppress(email, SuppressionReason.OPT_OUT, before)
    runner.run("backup", file)
    with transaction() as session:
        invitation = session.get_one(Invitation, world.invitation)
        stop_actions.stop(invitation, Scope.EVENT, now())
        stop_actions.set_measured(invitation, measured=False, at=now())
        contacts.suppress("erased@association.test", SuppressionReason.ERASURE, now())
        contacts.suppress("complained@association.test", SuppressionReason.COMPLAINT, now())
        contacts.lift_suppression("took.back@association.test", now())
        contacts.suppress("fickle@association.test", SuppressionReason.OPT_OUT, before)
        contacts.lift_suppression("fickle@association.test", now())
    for _ in range(2):
        told = restore(runner, file)
        assert (told["suppressed"], told["lifted"], told["counted"]) == (3, 1, 1)

    def reason(email: str, event: int | None = None) -> SuppressionReason | None:
        found = contacts.find_suppression(email, event)
        return found.reason if found else None

    assert reason("ada@association.test", world.event) is SuppressionReason.OPT_OUT
    assert reason("ada@association.test") is None
    assert reason("erased@association.test") is SuppressionReason.ERASURE
    assert reason("complained@association.test") is SuppressionReason.COMPLAINT
    assert reason("still@association.test") is SuppressionReason.OPT_OUT
    assert reason("took.back@association.test") is None
    assert reason("fickle@association.test") is None
    assert db.session.get_one(Contact, world.ada).not_measured


def test_a_wish_about_an_event_that_the_backup_does_not_know_is_one_about_everything(
    app: Flask, runner: Runner, file: Path
) -> None:
    people.world()
    runner.run("backup", file)
    with transaction():
        contacts.suppress("maire@commune.test", SuppressionReason.OPT_OUT, now(), people.congress().id)
    restore(runner, file)
    found = contacts.find_suppression("maire@commune.test")
    assert found is not None
    assert (found.email, found.note != "") == ("maire@commune.test", True)


def test_the_journals_of_other_machines_are_read_too(app: Flask, runner: Runner, file: Path, tmp_path: Path) -> None:
    people.world()
    runner.run("backup", file)
    with transaction():
        contacts.suppress("maire@commune.test", SuppressionReason.OPT_OUT, now())
    theirs = journal().path.rename(tmp_path / "theirs.jsonl")
    told = restore(runner, file, "--journal", str(theirs))
    assert told["journal"] == "not known to be whole"
    assert contacts.find_suppression("maire@commune.test") is not None


def test_a_sender_that_begins_while_it_is_put_back_is_noticed_and_nothing_changes(
    app: Flask, runner: Runner, file: Path, config: Config
) -> None:
    people.world()
    runner.run("backup", file)
    with transaction():
        people.contact(Kind.MAYOR, "Someone", "New", "new@commune.test")
    before = contents()
    with ExitStack() as begun, Reading(file) as archive:

        def bar(_octets: int) -> Callable[[int], object]:
            begun.enter_context(Ownership(db.engine, config.data_dir))
            return lambda _more: None

        @contextmanager
        def at(url: str) -> Iterator[None]:
            elsewhere = create_app(replace(config, database_url=url, journal=str(config.journal_file)))
            with elsewhere.app_context():
                yield

        whole = archive, restoring.Elsewhere()
        sqlite = partial(restoring.restore_sqlite, *whole, config.data_dir, at, bar)
        postgresql = partial(restoring.restore_postgresql, *whole, bar)
        put_back = postgresql if db.engine.dialect.name == "postgresql" else sqlite
        with restoring.nobody_sends(config.data_dir), pytest.raises(Refusal, match="is sending"):
            put_back()
    assert contents() == before


def test_everybody_signs_in_anew(app: Flask, runner: Runner, file: Path) -> None:
    people.world()
    runner.run("backup", file)
    assert restore(runner, file)["signed_out"] == 1
    assert db.session.scalar(select(func.count()).where(StaffSession.revoked_at.is_(None))) == 0
    recorded = list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert "backup.restored" in recorded


def test_an_older_backup_is_brought_to_the_newest_tables(
    app: Flask, runner: Runner, file: Path, config: Config
) -> None:
    from_before = "0008"
    world = people.world()
    url = db.engine.url.render_as_string(hide_password=False)
    db.session.remove()
    db.engine.dispose()
    bring(url, from_before)
    runner.run("backup", file, status=None)
    bring(url, "head")
    told = restore(runner, file)
    assert told["revision"] == from_before
    assert db.session.get_one(Contact, world.ada).family_name == "Lefèvre"


def bring(url: str, revision: str) -> None:
    (migrations.upgrade if revision == "head" else migrations.downgrade)(url, revision)
