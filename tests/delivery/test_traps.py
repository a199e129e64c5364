"""The seven traps of a naive sender, each looked for in the bytes that a relay received."""

import re
import socket
import ssl
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from email.headerregistry import Address
from pathlib import Path

import pytest
from flask import Flask

from outreach.delivery.letters.headers import Mailbox, Malformed, address
from outreach.delivery.letters.mime import Draft, Stamp, compile_letter, compose, splice
from outreach.delivery.mailer import Mail, Mailer, NotSent, SingleMail
from outreach.delivery.states import Failure, Outcome, Phase
from outreach.delivery.wire.opening import Timeouts, Unavailable, open_connection
from outreach.delivery.wire.pipeline import PipelinedMailer
from outreach.delivery.wire.route import parse_route
from outreach.delivery.wire.smtp import Envelope
from tests.certificates import certificate
from tests.delivery.letters import ADA, LETTER, VALUES, stamp
from tests.relay import Received, Relay

PLAIN = replace(LETTER, text="Bonjour\n", html="<p>Bonjour</p>\n", calendar=None, slots={})


class Ledger:
    """Allows everything, remembers the outcomes."""

    def __init__(self) -> None:
        self.outcomes: dict[int, Outcome] = {}

    def settle(self, outcomes: Sequence[Outcome], candidates: Sequence[int]) -> Collection[int]:
        self.outcomes.update((outcome.key, outcome) for outcome in outcomes)
        return candidates


@pytest.fixture
def mailer(relay: Relay) -> Iterator[Mailer]:
    mailer = PipelinedMailer(parse_route(relay.url, loopback_only=True))
    yield mailer
    mailer.close()


@pytest.fixture
def flask_app(relay: Relay) -> Flask:
    app = Flask("trial")
    app.config.update(SMTP_URL=relay.url, LOOPBACK_ONLY=True)
    Mail().init_app(app)
    return app


def arrived(relay: Relay, mailer: Mailer, draft: Draft, marks: Stamp | None = None) -> Received:
    """What the relay received of that draft."""
    marks = marks or stamp()
    relay.clear()
    mailer.deliver([Envelope(1, "b+1@rebond.test", address(marks.to.address), compose(draft, marks))], Ledger())
    (received,) = relay.received
    return received


SUBJECTS = [
    "Congrès européen des associations : à l’invitation de Mme l’adjointe déléguée aux solidarités",
    "é" * 200,
    "Êtes-vous là ? = oui ; _non_ =?utf-8?q?faux?= " * 4,
    "Solidarité 😀 " * 12,
    "A" * 300,
]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_1_a_subject_is_legal_encoded_words_that_read_back(relay: Relay, mailer: Mailer, subject: str) -> None:
    received = arrived(relay, mailer, replace(PLAIN, subject=subject))
    assert received.message["Subject"] == subject
    assert not received.message["Subject"].defects
    for word in re.findall(rb"=\?[^ \r\n]*", received.raw.partition(b"\r\n\r\n")[0]):
        assert re.fullmatch(rb"=\?utf-8\?[qb]\?[!->@-~]+\?=", word)
        assert len(word) <= 75


def test_1_a_long_link_to_stop_stays_a_link(relay: Relay, mailer: Mailer) -> None:
    url = "https://congres.mairie.test/u/" + "k" * 120
    received = arrived(relay, mailer, PLAIN, replace(stamp(), stop=(url, "mailto:u+abc@rebond.test")))
    assert f"\r\nList-Unsubscribe: <{url}>,\r\n <mailto:u+abc@rebond.test>\r\n".encode() in received.raw
    assert received.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_2_no_line_is_long_and_every_octet_is_ascii(relay: Relay, mailer: Mailer) -> None:
    text = "Très longue ligne. " * 500
    received = arrived(relay, mailer, replace(PLAIN, text=text, html=f"<p>{text}</p>"))
    assert max(len(line) for line in received.raw.split(b"\r\n")) < 200
    assert received.raw.isascii()
    assert received.part("text/plain").replace("\r\n", "\n") == text


def test_3_a_comma_in_the_sender_keeps_the_address(relay: Relay, mailer: Mailer) -> None:
    received = arrived(relay, mailer, replace(PLAIN, sender=Mailbox("Mairie, Vie associative", "vie@mairie.test")))
    assert received.message["From"].addresses == (Address("Mairie, Vie associative", "vie", "mairie.test"),)


@pytest.mark.parametrize("bad", ["x\r\nBcc: b@c.test", "x\nBcc: b@c.test", "x\rBcc: b@c.test", "x\0y"])
def test_4_no_value_becomes_a_header(relay: Relay, flask_app: Flask, bad: str) -> None:
    drafts = [replace(PLAIN, subject=bad), replace(PLAIN, sender=Mailbox(bad, "a@b.test"))]
    drafts += [replace(PLAIN, list_id=bad), replace(PLAIN, feedback_id=bad), replace(PLAIN, language=bad)]
    drafts += [replace(PLAIN, reply_to=Mailbox("", bad))]
    for draft in drafts:
        with pytest.raises(Malformed):
            SingleMail(draft, stamp(), "b+1@rebond.test")
    with pytest.raises(Malformed):
        SingleMail(PLAIN, stamp(Mailbox(bad, "ada@association.test")), "b+1@rebond.test")


def test_5_an_accented_mailbox_fails_alone_where_the_relay_does_not_know_it(relay: Relay, mailer: Mailer) -> None:
    relay.without("SMTPUTF8")
    ledger = Ledger()
    whom = ["ada@association.test", "hélène@association.test", "zoe@association.test"]
    bodies = [compose(PLAIN, stamp(Mailbox("", one))) for one in whom]
    mailer.deliver([Envelope(n, "b@rebond.test", whom[n], bodies[n]) for n in range(3)], ledger)
    assert relay.recipients == ["ada@association.test", "zoe@association.test"]
    assert ledger.outcomes[1] == Outcome(1, Phase.MAIL, Failure.NEEDS_SMTPUTF8)


def test_5_an_accented_domain_travels_in_ascii(relay: Relay, mailer: Mailer) -> None:
    received = arrived(relay, mailer, PLAIN, stamp(Mailbox("Épicerie", "bonjour@épicerie.test")))
    assert received.recipient == "bonjour@xn--picerie-9xa.test"
    assert received.message["To"].addresses[0].addr_spec == "bonjour@xn--picerie-9xa.test"
    assert received.mail_parameters == f"SIZE={len(received.raw)} RET=HDRS"


def test_6_a_relay_that_says_nothing_is_left_after_a_while(relay: Relay) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        route = parse_route(f"smtp://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(Unavailable) as raised:
            open_connection(route, Timeouts(command=0.2), ssl.create_default_context(), "localhost")
    assert raised.value.answer is Failure.TIMEOUT


def test_6_the_usual_patience_is_that_of_the_standard() -> None:
    assert Timeouts() == Timeouts(connect=30, command=60, after_dot=600)


def test_6_a_certificate_is_checked(relay: Relay, tmp_path: Path) -> None:
    relay.tls = certificate(tmp_path).server()
    mailer = PipelinedMailer(parse_route(f"smtp+starttls://localhost:{relay.port}"))
    with pytest.raises(Unavailable) as raised:
        mailer.deliver([Envelope(1, "b@rebond.test", "ada@association.test", b"\r\n")], Ledger())
    assert raised.value.answer is Failure.CERTIFICATE
    assert relay.received == []


def test_7_every_attempt_has_the_same_bytes(relay: Relay, mailer: Mailer) -> None:
    relay.say("dot", "451 4.3.0 Plus tard", to="ada@association.test", times=1)
    for _ in range(2):
        body = splice(compile_letter(LETTER), stamp(), VALUES)
        mailer.deliver([Envelope(1, "b@rebond.test", "ada@association.test", body)], Ledger())
    (first,), (second,) = relay.dropped, relay.received
    assert first.raw == second.raw
    assert second.message["Message-ID"] == "<m1.k2v@mairie.test>"


def test_a_single_mail_leaves_through_flask_mail_as_we_write_it(relay: Relay, flask_app: Flask) -> None:
    mail = SingleMail(PLAIN, stamp(ADA), "b+1@rebond.test")
    with flask_app.app_context():
        Mail(flask_app).send(mail)
    (received,) = relay.received
    assert (received.raw, received.sender, received.recipient) == (mail.as_bytes(), "b+1@rebond.test", ADA.address)


@pytest.mark.parametrize("reply", ["550 5.1.1 Inconnu", "451 4.3.0 Plus tard", None])
def test_a_single_mail_says_when_it_was_not_sent(relay: Relay, flask_app: Flask, reply: str | None) -> None:
    relay.say("dot", reply)
    with flask_app.app_context(), pytest.raises(NotSent, match="dot"):
        Mail(flask_app).send(SingleMail(PLAIN, stamp(ADA), "b+1@rebond.test"))


def test_a_single_mail_accepted_before_the_relay_hung_up_is_sent(relay: Relay, flask_app: Flask) -> None:
    relay.say("dot", "250 2.0.0 Ok", then="reset")
    with flask_app.app_context():
        Mail(flask_app).send(SingleMail(PLAIN, stamp(ADA), "b+1@rebond.test"))
    assert relay.recipients == [ADA.address]
