"""The catcher keeps what it is given, and its inbox shows it."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from outreach.accounts.guard import access_of
from outreach.database import now
from outreach.delivery.letters import headers
from outreach.demo import inbox as inboxes
from outreach.demo.catcher import GONE, PATIENT, catching
from outreach.demo.inbox import Inbox
from outreach.demo.place import Place
from outreach.demo.web import with_inbox
from tests.server import free_port


def letter(to: str = "Ada Lefèvre <ada@association.test>", subject: str = "Invitation à l’été") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "Ville d’Exemple <congres@ville.example>", to, subject
    made["Message-ID"] = "<one@ville.example>"
    made.set_content("Bonjour,\nhttps://invitations.ville.example/i/key.token\n")
    made.add_alternative(
        "<html><head><title>x</title></head><body><a href='/i/x'>Oui</a></body></html>", subtype="html"
    )
    return made


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path / "inbox")


@pytest.fixture
def catcher(inbox: Inbox) -> Iterator[smtplib.SMTP]:
    port = free_port()
    with catching(inbox, port), smtplib.SMTP("127.0.0.1", port) as connection:
        yield connection


@pytest.fixture
def kept(app: Flask) -> Inbox:
    """The inbox of an application that shows it, with two messages."""
    with_inbox(app)
    made = Inbox(Place(app.extensions["outreach.config"].data_dir).inbox)
    made.add("ada@association.test", letter().as_bytes(), now())
    made.add("maire@commune.test", letter("Le maire <maire@commune.test>", "Rappel").as_bytes(), now())
    return made


def test_a_message_is_kept_as_it_came(catcher: smtplib.SMTP, inbox: Inbox) -> None:
    catcher.send_message(letter())
    (entry,) = inbox.entries()
    assert (entry.number, entry.to, entry.to_name) == (1, "ada@association.test", "Ada Lefèvre")
    assert entry.subject == "Invitation à l’été"
    found = inbox.find(1)
    assert found is not None
    assert "/i/key.token" in found.text
    assert "<a href" in found.html


def test_a_long_name_with_accents_is_shown_whole(inbox: Inbox) -> None:
    name = "Association départementale des élus des Essarts-lès-Événements de la Communauté"
    to = headers.mailbox("To", headers.Mailbox(name, "ada@association.test"))
    assert inbox.add("ada@association.test", to + b"\r\nBonjour", now()).to_name == name


def test_mailboxes_that_are_gone_are_refused_for_good(catcher: smtplib.SMTP, inbox: Inbox) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        catcher.send_message(letter(), to_addrs=[f"ada@{GONE}"])
    ((code, words),) = refused.value.recipients.values()
    assert (code, words[:5]) == (550, b"5.1.1")
    assert inbox.entries() == []


def test_a_patient_mailbox_accepts_at_the_second_try(catcher: smtplib.SMTP, inbox: Inbox) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        catcher.send_message(letter(), to_addrs=[f"ada@{PATIENT}"])
    catcher.send_message(letter(), to_addrs=[f"ada@{PATIENT}"])
    assert [entry.to for entry in inbox.entries()] == [f"ada@{PATIENT}"]


def test_only_so_many_messages_are_kept(inbox: Inbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inboxes, "MOST", 3)
    monkeypatch.setattr(inboxes, "_SLACK", 2)
    for number in range(9):
        inbox.add(f"ada{number}@association.test", letter().as_bytes(), now())
    numbers = [entry.number for entry in inbox.entries()]
    assert numbers[-1] == 9
    assert len(numbers) <= 5
    assert sorted(path.stem for path in (tmp_path / "inbox").glob("*.eml")) == [f"{one:06d}" for one in numbers]
    assert inbox.find(1) is None


def test_the_list_is_searched_by_name_address_and_subject(kept: Inbox, client: FlaskClient) -> None:
    assert len(kept.entries()) == 2
    for words, there, gone in (("ada", "ada@assoc", "maire@comm"), ("RAPPEL maire", "maire@comm", "ada@assoc")):
        page = client.get(f"/demo/inbox/?q={words}").text
        assert there in page
        assert gone not in page
    assert "maire@comm" not in client.get("/demo/inbox/?to=ada@association.test").text
    assert "Aucun message trouvé" in client.get("/demo/inbox/?q=personne&lang=fr").text


@pytest.mark.usefixtures("kept")
def test_a_message_is_shown_in_a_frame_that_runs_nothing(client: FlaskClient) -> None:
    page = client.get("/demo/inbox/1?lang=fr").text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "Ada Lefèvre" in page
    framed = client.get("/demo/inbox/1/html")
    policy = framed.headers["Content-Security-Policy"]
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "script" not in policy
    assert '<head><base target="_blank">' in framed.text


@pytest.mark.usefixtures("kept")
def test_the_whole_source_can_be_read(client: FlaskClient) -> None:
    answer = client.get("/demo/inbox/1/source")
    assert answer.mimetype == "text/plain"
    assert "Message-ID: <one@ville.example>" in answer.text


@pytest.mark.usefixtures("kept")
def test_a_message_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    for path in ("/demo/inbox/9", "/demo/inbox/9/html", "/demo/inbox/9/source"):
        assert client.get(path).status_code == 404


def test_the_inbox_is_in_no_other_application(client: FlaskClient) -> None:
    assert client.get("/demo/inbox/").status_code == 404


@pytest.mark.usefixtures("kept")
def test_every_page_of_the_inbox_says_why_it_is_open(app: Flask) -> None:
    views = [view for name, view in app.view_functions.items() if name.startswith("demo.")]
    opened = [access_of(view) for view in views]
    assert len(opened) == 4
    assert all(access and access.why_open for access in opened)
