"""The command that reads what came back: from files, through a pipe, from a mailbox."""

import json
import mailbox as mailboxes
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from config import Config
from outreach.app import create_app
from outreach.dashboard import doctor
from outreach.database import db
from outreach.delivery import figures
from outreach.delivery.returns import jobs
from outreach.delivery.returns.mailbox import parse_place
from outreach.delivery.states import MessageState
from outreach.errors import Refusal
from tests.certificates import certificate
from tests.conftest import Runner
from tests.delivery.returns import house
from tests.delivery.returns.house import ADA, MAYOR
from tests.delivery.returns.imap import Mailbox, mailbox
from tests.delivery.returns.letters import plain, status_report


def lines(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def about(email: str, campaign: int) -> bytes:
    raw = status_report(to=house.return_address(house.message_to(email, campaign)), recipient=email)
    db.session.rollback()
    return raw


def states(campaign: int) -> dict[MessageState, int]:
    db.session.rollback()
    found = dict(figures.counts(campaign))
    db.session.rollback()
    return found


def test_a_file_is_read_and_each_outcome_is_a_line(runner: Runner, tmp_path: Path) -> None:
    campaign = house.accepted()
    path = tmp_path / "retour.eml"
    path.write_bytes(about(ADA, campaign))
    said = runner.run("bounces", "read", path, "--json").stdout
    assert lines(said) == [
        {
            "file": str(path),
            "recipient": ADA,
            "kind": "bounce",
            "permanent": True,
            "status": "5.1.1",
            "reason": "550 5.1.1 User unknown",
            "effect": "returned",
        }
    ]
    assert states(campaign) == {MessageState.SENT: 4, MessageState.BOUNCED: 1}


def test_a_dry_run_says_the_same_and_changes_nothing(runner: Runner, tmp_path: Path) -> None:
    campaign = house.accepted()
    path = tmp_path / "retour.eml"
    path.write_bytes(about(ADA, campaign))
    first = runner.run("bounces", "read", path, "--json", "--dry-run").stdout
    assert states(campaign) == {MessageState.SENT: 5}
    assert house.kept() == []
    then = lines(runner.run("bounces", "read", path, "--json").stdout)
    assert lines(first) == [{**one, "effect": None} for one in then]


def test_it_says_what_came_of_each_report(runner: Runner, tmp_path: Path) -> None:
    campaign, path = house.accepted(), tmp_path / "retour.eml"
    path.write_bytes(about(ADA, campaign))
    said = runner.run("bounces", "read", path).stdout.splitlines()
    assert said[0].startswith(f"{path}: bounce (permanent), returned: {ADA}")
    assert said[-1] == "1 bounce; 1 returned"
    assert runner.run("bounces", "read", path).stdout.endswith("1 bounce; 1 already known\n")
    path.write_bytes(status_report(to="postmaster@ville.example", recipient=ADA))
    assert runner.run("bounces", "read", path).stdout.endswith("1 bounce; 1 not about us\n")


def test_mboxes_maildirs_and_folders_are_walked(runner: Runner, tmp_path: Path) -> None:
    campaign, folder = house.accepted(), tmp_path / "retours"
    folder.mkdir()
    reports = [about(ADA, campaign), about(MAYOR, campaign), plain("Merci.\n\nFrom here on we come.", from_=ADA)]
    box = mailboxes.mbox(folder / "retours.mbox")
    maildir = mailboxes.Maildir(folder / "Maildir")
    for raw in reports:
        box.add(raw)
        maildir.add(raw)
    box.close()
    (folder / "Maildir" / "tmp" / "unfinished").write_bytes(b"half a re")
    (folder / ".hidden").write_bytes(b"nothing")
    found = lines(runner.run("bounces", "read", folder, "--json").stdout)
    assert sorted(one["kind"] for one in found) == ["bounce"] * 4 + ["other"] * 2
    assert [one["file"] for one in found if one["file"].startswith(str(folder / "retours.mbox"))] == [
        f"{folder / 'retours.mbox'}{number}" for number in ("", "#2", "#3")
    ]
    assert states(campaign) == {MessageState.SENT: 3, MessageState.BOUNCED: 2}
    assert len(house.kept()) == 2


def test_a_file_that_is_not_there_stops_none_of_the_others(runner: Runner, tmp_path: Path) -> None:
    campaign = house.accepted()
    path = tmp_path / "retour.eml"
    path.write_bytes(about(ADA, campaign))
    said = runner.run("bounces", "read", tmp_path / "gone.eml", path, "--json", status=1)
    assert len(lines(said.stdout)) == 1
    assert "gone.eml cannot be read" in said.stderr
    assert states(campaign)[MessageState.BOUNCED] == 1


def test_a_report_comes_through_a_pipe(runner: Runner) -> None:
    campaign = house.accepted()
    raw = "From MAILER-DAEMON Mon Mar  2 09:00:00 2026\n" + about(ADA, campaign).decode()
    assert lines(runner.run("bounces", "read", "-", "--json", said=raw).stdout)[0]["file"] == "-"
    assert states(campaign)[MessageState.BOUNCED] == 1


def test_a_pipe_ends_well_for_what_is_not_about_us(runner: Runner) -> None:
    assert "other" in runner.run("bounces", "read", "-", said="Subject: hello\n\nhello\n").stdout


def test_a_mail_server_is_asked_to_come_back_while_the_database_is_away(runner: Runner, tmp_path: Path) -> None:
    campaign = house.accepted()
    raw = about(ADA, campaign)
    (tmp_path / "retour.eml").write_bytes(raw)
    db.session.execute(text("ALTER TABLE message RENAME TO elsewhere"))
    db.session.commit()
    assert runner.run("bounces", "read", "-", said=raw.decode(), status=75).stdout == ""
    assert "Nothing is lost" in runner.run("bounces", "read", tmp_path / "retour.eml", status=75).stderr
    db.session.execute(text("ALTER TABLE elsewhere RENAME TO message"))
    db.session.commit()
    runner.run("bounces", "read", "-", said=raw.decode())
    assert states(campaign)[MessageState.BOUNCED] == 1


def test_one_source_at_a_time(runner: Runner, tmp_path: Path) -> None:
    runner.run("bounces", "read", "-", tmp_path, status=2)
    runner.run("bounces", "read", "--imap", "imap://a:b@127.0.0.1/", tmp_path, status=2)
    runner.run("bounces", "read", status=2)


@pytest.fixture
def box(app: Flask) -> Iterator[Mailbox]:
    with mailbox() as running:
        yield running


def test_the_mailbox_is_read_once(runner: Runner, box: Mailbox) -> None:
    campaign = house.accepted()
    box.put(about(ADA, campaign), plain("Bonjour", from_=ADA), about(MAYOR, campaign))
    found = lines(runner.run("bounces", "read", "--imap", box.url(), "--json").stdout)
    assert [one["kind"] for one in found] == ["bounce", "other", "bounce"]
    assert "secret" not in json.dumps(found)
    assert box.unread() == []
    assert states(campaign)[MessageState.BOUNCED] == 2
    assert runner.run("bounces", "read", "--imap", box.url(), "--json").stdout == ""


def test_a_dry_run_leaves_the_mailbox_unread(runner: Runner, box: Mailbox) -> None:
    campaign = house.accepted()
    box.put(about(ADA, campaign))
    assert lines(runner.run("bounces", "read", "--imap", box.url(), "--json", "--dry-run").stdout)
    assert box.unread() == [1]
    assert not any(asked.startswith("UID STORE") for asked in box.asked)
    assert states(campaign) == {MessageState.SENT: 5}


def test_what_was_kept_and_not_marked_is_read_again_without_effect(runner: Runner, box: Mailbox) -> None:
    campaign = house.accepted()
    box.put(about(ADA, campaign), about(MAYOR, campaign))
    box.deaf_to_marks = True
    runner.run("bounces", "read", "--imap", box.url(), status=1)
    assert box.unread() == [1, 2]
    assert states(campaign)[MessageState.BOUNCED] == 1
    box.deaf_to_marks = False
    runner.run("bounces", "read", "--imap", box.url())
    assert box.unread() == []
    assert states(campaign)[MessageState.BOUNCED] == 2
    assert len(house.kept()) == 2


def test_a_connection_that_breaks_loses_nothing(runner: Runner, box: Mailbox) -> None:
    campaign = house.accepted()
    box.put(about(ADA, campaign), about(MAYOR, campaign))
    box.deaf_after = 1
    assert "cannot be read" in runner.run("bounces", "read", "--imap", box.url(), status=1).stderr
    assert box.unread() == [2]
    box.deaf_after = None
    runner.run("bounces", "read", "--imap", box.url())
    assert states(campaign)[MessageState.BOUNCED] == 2


def test_a_report_stays_unread_while_the_database_is_away(runner: Runner, box: Mailbox) -> None:
    campaign = house.accepted()
    box.put(about(ADA, campaign))
    db.session.execute(text("ALTER TABLE message RENAME TO elsewhere"))
    db.session.commit()
    runner.run("bounces", "read", "--imap", box.url(), status=75)
    assert box.unread() == [1]


def test_a_wrong_password_is_said(runner: Runner, box: Mailbox) -> None:
    said = runner.run("bounces", "read", "--imap", box.url(password="wrong"), status=1).stderr
    assert "wrong password" in said


def test_the_mailbox_is_read_over_tls_whose_certificate_is_checked(
    runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = certificate(tmp_path, names="DNS:localhost,IP:127.0.0.1")
    with mailbox(made.server()) as box:
        box.put(plain("Bonjour", from_=ADA))
        assert "certificate" in runner.run("bounces", "read", "--imap", box.url("imaps"), status=1).stderr
        monkeypatch.setenv("SSL_CERT_FILE", str(made.authority))
        assert "1 other" in runner.run("bounces", "read", "--imap", box.url("imaps")).stdout


@pytest.mark.parametrize(
    "url",
    [
        "imap://a:b@mail.ville.example/",
        "imaps://mail.ville.example/",
        "pop3://a:b@127.0.0.1/",
        "imaps://a:b@127.0.0.1:x/",
        "imaps://a:b@[127.0.0.1/",
        "imaps://a:%C3%A9t%C3%A9@127.0.0.1/",
    ],
)
def test_an_address_that_cannot_be_used_is_refused(url: str) -> None:
    with pytest.raises(Refusal):
        parse_place(url)


def test_nothing_leaves_this_machine_where_that_is_forbidden() -> None:
    with pytest.raises(Refusal, match="not on this machine"):
        parse_place("imaps://a:b@192.0.2.1/", loopback_only=True)


def test_the_address_of_a_mailbox_is_read_whole() -> None:
    place = parse_place("imaps://moi%40ville.example:se%2Fcret@mail.ville.example/Retours%20lus")
    assert (place.user, place.password, place.host, place.port, place.folder) == (
        "moi@ville.example",
        "se/cret",
        "mail.ville.example",
        993,
        "Retours lus",
    )
    assert "cret" not in repr(place) + str(place)


def test_the_doctor_looks_into_the_mailbox_and_marks_nothing(config: Config, box: Mailbox) -> None:
    box.put(plain("Bonjour", from_=ADA))
    (found,) = doctor.check_returns(replace(config, bounces_imap_url=box.url()))
    assert (found.state, "unread mails: 1" in found.says, "secret" in found.says) == (doctor.State.OK, True, False)
    (found,) = doctor.check_returns(replace(config, bounces_imap_url=box.url(password="wrong")))
    assert found.state is doctor.State.FAILURE
    assert list(doctor.check_returns(config)) == []
    assert box.unread() == [1]


def test_the_clock_reads_the_mailbox_of_the_settings(config: Config, app: Flask, box: Mailbox) -> None:
    campaign = house.accepted()
    box.put(about(ADA, campaign))
    jobs.read_mailbox()
    assert box.unread() == [1]
    reading = create_app(replace(config, bounces_imap_url=box.url()))
    with reading.app_context():
        jobs.read_mailbox()
        db.session.remove()
        db.engine.dispose()
    assert box.unread() == []
    assert states(campaign)[MessageState.BOUNCED] == 1


def test_a_clock_that_cannot_reach_the_mailbox_goes_on(config: Config, app: Flask) -> None:
    with mailbox() as box:
        url = box.url()
    reading = create_app(replace(config, bounces_imap_url=url))
    with reading.app_context():
        jobs.read_mailbox()
        db.session.remove()
        db.engine.dispose()
