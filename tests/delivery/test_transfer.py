"""Transfer to a relay that misbehaves: every end is told apart, and nothing leaves twice."""

import ssl
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import combinations
from pathlib import Path

import pytest

from outreach.delivery.states import Failure, Outcome, Phase, Reply
from outreach.delivery.wire.opening import Timeouts, Unavailable
from outreach.delivery.wire.pipeline import Pace, PipelinedMailer
from outreach.delivery.wire.route import NotLoopback, parse_route
from outreach.delivery.wire.smtp import Envelope
from outreach.errors import Refusal
from tests.certificates import Certificate, certificate
from tests.relay import Relay

BODY = b"Subject: Bonjour\r\n\r\n.un point\r\nune ligne\r\n"


class Ledger:
    """Notes what it is asked, allows everything but what it was told to hold."""

    def __init__(self, hold: Collection[int] = ()) -> None:
        self.hold = hold
        self.outcomes: dict[int, Outcome] = {}
        self.intents: list[int] = []
        self.told_twice: list[int] = []

    def settle(self, outcomes: Sequence[Outcome], candidates: Sequence[int]) -> Collection[int]:
        self.told_twice += [outcome.key for outcome in outcomes if outcome.key in self.outcomes]
        self.outcomes.update((outcome.key, outcome) for outcome in outcomes)
        allowed = [key for key in candidates if key not in self.hold]
        self.intents += allowed
        return allowed

    def ends(self) -> list[tuple[int, Phase, int | Failure]]:
        """Key, phase and code or failure of every outcome, by key."""
        assert not self.told_twice
        return [
            (key, end.phase, end.answer.code if isinstance(end.answer, Reply) else end.answer)
            for key, end in sorted(self.outcomes.items())
        ]


def letters(*numbers: int, body: bytes = BODY) -> list[Envelope]:
    return [Envelope(n, f"b+{n}@rebond.test", f"r{n}@association.test", body, f"m{n}") for n in numbers]


def to(number: int) -> str:
    return f"r{number}@association.test"


@pytest.fixture
def mailer(relay: Relay) -> Iterator[PipelinedMailer]:
    mailer = PipelinedMailer(parse_route(relay.url, loopback_only=True), Pace(connections=1))
    yield mailer
    mailer.close()


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


SENT = [(n, Phase.DOT, 250) for n in range(1, 6)]


EXTENSIONS = ("PIPELINING", "SMTPUTF8", "8BITMIME", "DSN", "SIZE")


@pytest.mark.parametrize("missing", [some for count in range(6) for some in combinations(EXTENSIONS, count)])
def test_every_letter_arrives_once_whatever_the_relay_offers(
    relay: Relay, mailer: PipelinedMailer, ledger: Ledger, missing: tuple[str, ...]
) -> None:
    relay.without(*missing)
    mailer.deliver(letters(1, 2, 3, 4, 5), ledger)
    assert ledger.ends() == SENT
    assert relay.recipients == [to(n) for n in range(1, 6)]
    assert [message.sender for message in relay.received] == [f"b+{n}@rebond.test" for n in range(1, 6)]
    assert {message.raw for message in relay.received} == {BODY}
    assert relay.violations == []
    assert relay.connections == 1


@pytest.mark.parametrize("pipelining", [True, False])
def test_what_a_relay_offers_and_we_do_not_use_changes_nothing(
    relay: Relay, mailer: PipelinedMailer, ledger: Ledger, pipelining: bool
) -> None:
    relay.extensions = ["SIZE", "CHUNKING", "BINARYMIME", "STARTTLS", "AUTH=LOGIN", "X-EXTRA 1 2", "VRFY"]
    relay.extensions += ["PIPELINING"] * pipelining
    mailer.deliver(letters(1, 2, 3, 4, 5), ledger)
    assert ledger.ends() == SENT
    assert {message.mail_parameters + message.rcpt_parameters for message in relay.received} == {""}
    assert relay.violations == []


@pytest.mark.parametrize("pipelining", [True, False])
def test_many_connections_share_the_letters(relay: Relay, ledger: Ledger, pipelining: bool) -> None:
    if not pipelining:
        relay.without("PIPELINING")
    mailer = PipelinedMailer(parse_route(relay.url), Pace(connections=7, per_connection=9))
    for begin in (0, 100):
        mailer.deliver(letters(*range(begin, begin + 100)), ledger)
    mailer.close()
    assert ledger.ends() == [(n, Phase.DOT, 250) for n in range(200)]
    assert sorted(ledger.intents) == list(range(200))
    assert relay.peak <= 7
    assert max(Counter(message.connection for message in relay.received).values()) <= 9


def test_what_the_book_cannot_write_ends_the_delivery_and_nothing_more_leaves(relay: Relay) -> None:
    class Full(Ledger):
        def settle(self, outcomes: Sequence[Outcome], candidates: Sequence[int]) -> Collection[int]:
            if len(self.outcomes) >= 3:
                raise OSError("disk full")
            return super().settle(outcomes, candidates)

    ledger = Full()
    mailer = PipelinedMailer(parse_route(relay.url), Pace(connections=2))
    with pytest.raises(OSError, match="disk full"):
        mailer.deliver(letters(*range(50)), ledger)
    assert set(relay.recipients) <= {to(n) for n in ledger.intents}
    later = Ledger()
    mailer.deliver(letters(100), later)
    mailer.close()
    assert later.ends() == [(100, Phase.DOT, 250)]


def test_an_envelope_states_what_reports_should_say(relay: Relay, mailer: PipelinedMailer, ledger: Ledger) -> None:
    letter = Envelope(1, "b+x@rebond.test", "a+b=c@association.test", BODY, "m 1")
    mailer.deliver([letter], ledger)
    assert relay.received[0].mail_parameters == f"SIZE={len(BODY)} RET=HDRS ENVID=m+201"
    assert relay.received[0].rcpt_parameters == "NOTIFY=FAILURE,DELAY ORCPT=rfc822;a+2Bb+3Dc@association.test"


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "dot"])
def test_a_refusal_concerns_one_letter_alone(
    relay: Relay, mailer: PipelinedMailer, ledger: Ledger, step: str, pipelining: bool
) -> None:
    if not pipelining:
        relay.without("PIPELINING")
    whom = "b+2@rebond.test" if step == "mail" else to(2)
    relay.say(step, "550 5.1.1 Inconnu", to=whom)  # type: ignore[arg-type]
    mailer.deliver(letters(1, 2, 3), ledger)
    assert ledger.ends() == [SENT[0], (2, Phase(step), 550), SENT[2]]
    assert relay.recipients == [to(1), to(3)]
    assert relay.connections == 1


def test_a_relay_that_says_354_to_a_refused_envelope_gets_a_lone_dot(
    relay: Relay, mailer: PipelinedMailer, ledger: Ledger
) -> None:
    relay.lenient = True
    relay.say("rcpt", "550 5.1.1 Inconnu", to=to(2))
    mailer.deliver(letters(1, 2, 3), ledger)
    assert ledger.ends() == [SENT[0], (2, Phase.RCPT, 550), SENT[2]]
    assert [message.raw for message in relay.received] == [BODY, BODY]


def test_hung_up_before_answering_the_final_dot_is_in_doubt(
    relay: Relay, mailer: PipelinedMailer, ledger: Ledger
) -> None:
    relay.say("dot", None, to=to(2))
    mailer.deliver(letters(1, 2, 3, 4, 5), ledger)
    assert ledger.ends()[1] == (2, Phase.DOT, Failure.DISCONNECTED)
    assert ledger.ends()[2] == (3, Phase.MAIL, Failure.UNTRIED)
    assert relay.recipients == [to(1), to(4), to(5)]


@pytest.mark.parametrize("then", ["close", "reset"])
def test_accepted_then_hung_up_is_sent(relay: Relay, mailer: PipelinedMailer, ledger: Ledger, then: str) -> None:
    relay.say("dot", "250 2.0.0 Ok", to=to(2), then=then)  # type: ignore[arg-type]
    mailer.deliver(letters(1, 2, 3, 4), ledger)
    assert ledger.ends() == [*SENT[:2], (3, Phase.MAIL, Failure.UNTRIED), SENT[3]]
    assert relay.recipients == [to(1), to(2), to(4)]


@pytest.mark.parametrize("pipelining", [True, False])
def test_who_stands_behind_a_letter_is_not_blamed_where_the_relay_takes_one_a_connection(
    relay: Relay, mailer: PipelinedMailer, ledger: Ledger, pipelining: bool
) -> None:
    if not pipelining:
        relay.without("PIPELINING")
    relay.say("dot", "250 2.0.0 Ok", then="close")
    mailer.deliver(letters(1, 2, 3, 4, 5), ledger)
    assert set(ledger.ends()) <= {*SENT, *((n, Phase.MAIL, Failure.UNTRIED) for n in (2, 4))}
    assert {to(1), to(3), to(5)} <= set(relay.recipients)


def test_who_makes_the_relay_hang_up_is_blamed_once_alone(
    relay: Relay, mailer: PipelinedMailer, ledger: Ledger
) -> None:
    relay.say("mail", None, nth=2)
    mailer.deliver(letters(1, 2), ledger)
    assert ledger.ends() == [SENT[0], (2, Phase.MAIL, Failure.UNTRIED)]
    relay.behave()
    relay.say("mail", None)
    mailer.deliver(letters(3), ledger)
    assert ledger.ends()[2] == (3, Phase.MAIL, Failure.DISCONNECTED)


def test_hung_up_before_the_body_can_be_tried_again(relay: Relay, mailer: PipelinedMailer, ledger: Ledger) -> None:
    relay.say("rcpt", None, to=to(2))
    relay.say("data", None, to=to(4))
    mailer.deliver(letters(1, 2, 3, 4), ledger)
    ends = ledger.ends()
    assert ends[0] == SENT[0]
    assert ends[1][1] in (Phase.MAIL, Phase.RCPT)
    assert ends[1][2] is Failure.DISCONNECTED
    assert ends[2] == SENT[2]
    assert relay.recipients == [to(1), to(3)]


def test_a_relay_that_says_goodbye_is_called_again(relay: Relay, mailer: PipelinedMailer, ledger: Ledger) -> None:
    relay.say("mail", "421 4.7.0 Assez", nth=3, then="close")
    mailer.deliver(letters(1, 2, 3, 4, 5), ledger)
    assert ledger.ends() == [*SENT[:2], (3, Phase.MAIL, 421), *SENT[3:]]
    assert relay.connections == 2


def test_a_relay_that_never_answers_the_final_dot_is_left_after_a_while(relay: Relay, ledger: Ledger) -> None:
    relay.say("dot", "250 Ok", to=to(2), then="stall")
    route = parse_route(relay.url)
    mailer = PipelinedMailer(route, Pace(connections=2), timeouts=Timeouts(after_dot=0.5, command=5))
    mailer.deliver(letters(*range(1, 21)), ledger)
    mailer.close()
    assert ledger.outcomes[2].answer is Failure.TIMEOUT
    assert ledger.outcomes[2].phase is Phase.DOT
    others = [end for key, end in ledger.outcomes.items() if key != 2 and end.answer is not Failure.UNTRIED]
    assert len(others) >= 18
    assert all(isinstance(end.answer, Reply) for end in others)


def test_what_the_book_does_not_allow_does_not_leave(relay: Relay, mailer: PipelinedMailer) -> None:
    ledger = Ledger(hold={2, 3})
    mailer.deliver(letters(1, 2, 3, 4), ledger)
    assert relay.recipients == [to(1), to(4)]
    assert relay.dropped == []
    assert ledger.ends() == [SENT[0], SENT[3]]


def test_nothing_leaves_before_its_intent(relay: Relay) -> None:
    class Watching(Ledger):
        def settle(self, outcomes: Sequence[Outcome], candidates: Sequence[int]) -> Collection[int]:
            assert not {to(key) for key in candidates} & set(relay.recipients)
            assert {message.recipient for message in relay.received} <= {to(key) for key in self.intents}
            return super().settle(outcomes, candidates)

    ledger = Watching()
    mailer = PipelinedMailer(parse_route(relay.url), Pace(connections=4))
    mailer.deliver(letters(*range(100)), ledger)
    mailer.close()
    assert len(ledger.ends()) == 100
    assert sorted(relay.recipients) == sorted(to(n) for n in range(100))
    assert relay.peak <= 4


def test_an_accented_mailbox_is_written_to_where_the_relay_can(
    relay: Relay, mailer: PipelinedMailer, ledger: Ledger
) -> None:
    letter = Envelope(1, "b+1@rebond.test", "hélène@association.test", BODY)
    mailer.deliver([letter], ledger)
    assert relay.recipients == ["hélène@association.test"]
    assert "SMTPUTF8" in relay.received[0].mail_parameters


def test_an_accented_mailbox_never_stops_the_others(relay: Relay, mailer: PipelinedMailer, ledger: Ledger) -> None:
    relay.without("SMTPUTF8")
    mailer.deliver([Envelope(1, "b+1@rebond.test", "hélène@association.test", BODY), *letters(2)], ledger)
    assert ledger.ends() == [(1, Phase.MAIL, Failure.NEEDS_SMTPUTF8), SENT[1]]


def test_a_line_break_in_an_address_is_never_a_command(relay: Relay, mailer: PipelinedMailer, ledger: Ledger) -> None:
    bad = Envelope(1, "b+1@rebond.test", "a@b.test>\r\nRCPT TO:<c@d.test", BODY)
    mailer.deliver([bad, *letters(2)], ledger)
    assert ledger.ends() == [(1, Phase.MAIL, Failure.MALFORMED), SENT[1]]
    assert relay.recipients == [to(2)]


def test_a_letter_larger_than_the_relay_takes_is_not_tried(
    relay: Relay, mailer: PipelinedMailer, ledger: Ledger
) -> None:
    relay.extensions = ["PIPELINING", "SIZE 100"]
    mailer.deliver([*letters(1, body=BODY * 10), *letters(2)], ledger)
    assert ledger.ends() == [(1, Phase.MAIL, Failure.TOO_LARGE), SENT[1]]


def test_connections_are_kept_and_renewed_after_so_many_letters(relay: Relay, ledger: Ledger) -> None:
    mailer = PipelinedMailer(parse_route(relay.url), Pace(connections=1, per_connection=2))
    mailer.deliver(letters(1, 2), ledger)
    mailer.deliver(letters(3, 4, 5), ledger)
    mailer.close()
    assert ledger.ends() == SENT
    assert [message.connection for message in relay.received] == [1, 1, 2, 2, 3]


def test_a_connection_that_the_relay_closed_meanwhile_is_replaced(
    relay: Relay, mailer: PipelinedMailer, ledger: Ledger
) -> None:
    mailer.deliver(letters(1), ledger)
    relay.hang_up()
    mailer.deliver(letters(2), ledger)
    assert ledger.ends() == SENT[:2]


def test_a_limit_on_connections_is_respected(relay: Relay, ledger: Ledger) -> None:
    relay.limit = 2
    mailer = PipelinedMailer(parse_route(relay.url), Pace(connections=6))
    mailer.deliver(letters(*range(1, 60)), ledger)
    mailer.close()
    assert {end[2] for end in ledger.ends()} == {250}
    assert len(relay.received) == 59


def test_a_relay_that_is_not_there_is_unavailable(relay: Relay, mailer: PipelinedMailer, ledger: Ledger) -> None:
    relay.stop()
    with pytest.raises(Unavailable) as raised:
        mailer.deliver(letters(1), ledger)
    assert raised.value.phase is Phase.CONNECT
    assert ledger.ends() == [(1, Phase.MAIL, Failure.UNTRIED)]


def test_a_relay_that_always_hangs_up_is_unavailable(relay: Relay, mailer: PipelinedMailer, ledger: Ledger) -> None:
    relay.say("mail", None)
    with pytest.raises(Unavailable):
        mailer.deliver(letters(*range(1, 20)), ledger)
    assert relay.connections == 3


def test_only_this_machine_can_be_reached_when_so_told(ledger: Ledger) -> None:
    mailer = PipelinedMailer(parse_route("smtp://192.0.2.1:25", loopback_only=True))
    with pytest.raises(NotLoopback):
        mailer.deliver(letters(1), ledger)


def test_a_password_never_travels_in_the_clear(ledger: Ledger) -> None:
    mailer = PipelinedMailer(parse_route("smtp://user:secret@192.0.2.1:25"))
    with pytest.raises(Refusal, match="in the clear"):
        mailer.deliver(letters(1), ledger)


@pytest.mark.parametrize("url", ["http://relay.test", "smtp://", "relay.test:25", "smtp://relay.test:x", "smtp://a/b"])
def test_an_address_that_is_not_a_relay_is_refused(url: str) -> None:
    with pytest.raises(Refusal):
        parse_route(url)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("tls"))


def secure(relay: Relay, scheme: str, context: ssl.SSLContext, user: str = "") -> PipelinedMailer:
    return PipelinedMailer(
        parse_route(f"{scheme}://{user}localhost:{relay.port}"), Pace(connections=2), context=context
    )


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
@pytest.mark.parametrize("missing", [(), ("PIPELINING",)])
def test_letters_travel_protected_once_we_are_known(
    relay: Relay, ledger: Ledger, known: Certificate, scheme: str, mechanism: str, missing: tuple[str, ...]
) -> None:
    relay.without(*missing)
    relay.tls, relay.users, relay.auth_mechanisms = known.server(), {"ville": "mot:de/passe"}, mechanism
    relay.implicit_tls = scheme == "smtps"
    mailer = secure(relay, scheme, known.client(), "ville:mot%3Ade%2Fpasse@")
    mailer.deliver(letters(*range(1, 6), body=BODY * 2000), ledger)
    mailer.close()
    assert ledger.ends() == SENT


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_certificate_that_is_not_trusted_stops_everything(
    relay: Relay, ledger: Ledger, known: Certificate, scheme: str
) -> None:
    relay.tls, relay.implicit_tls = known.server(), scheme == "smtps"
    with pytest.raises(Unavailable) as raised:
        secure(relay, scheme, ssl.create_default_context()).deliver(letters(1), ledger)
    assert (raised.value.phase, raised.value.answer) == (Phase.TLS, Failure.CERTIFICATE)
    assert relay.connections == 1


def test_a_certificate_of_another_name_stops_everything(relay: Relay, ledger: Ledger, tmp_path: Path) -> None:
    other = certificate(tmp_path, "DNS:elsewhere.test")
    relay.tls, relay.implicit_tls = other.server(), True
    with pytest.raises(Unavailable) as raised:
        secure(relay, "smtps", other.client()).deliver(letters(1), ledger)
    assert raised.value.answer is Failure.CERTIFICATE


def test_a_relay_without_starttls_is_not_used_in_the_clear(relay: Relay, ledger: Ledger, known: Certificate) -> None:
    with pytest.raises(Unavailable) as raised:
        secure(relay, "smtp+starttls", known.client()).deliver(letters(1), ledger)
    assert raised.value.answer is Failure.NO_TLS
    assert relay.received == []


def test_a_wrong_password_is_tried_once(relay: Relay, ledger: Ledger) -> None:
    relay.users = {"ville": "juste"}
    mailer = PipelinedMailer(parse_route(f"smtp://ville:faux@127.0.0.1:{relay.port}"), Pace(connections=10))
    with pytest.raises(Unavailable) as raised:
        mailer.deliver(letters(*range(50)), ledger)
    assert raised.value.phase is Phase.AUTH
    assert isinstance(raised.value.answer, Reply)
    assert raised.value.answer.code == 535
    assert relay.connections == 1
