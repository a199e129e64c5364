"""What each answer of a relay makes of a message: the decision table."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.delivery import states
from outreach.delivery.states import (
    ENDED,
    GIVE_UP_AFTER,
    OPEN,
    Failure,
    MessageState,
    Pause,
    Phase,
    Reply,
    Trial,
    Verdict,
    back_off,
    relay_back_off,
    verdict,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FIRST = Trial(1, NOON)
AGAIN = NOON + timedelta(minutes=5)

SENT = Verdict(MessageState.SENT)
DOUBT = Verdict(MessageState.IN_DOUBT, doubtful=True)
UNTOUCHED = Verdict(MessageState.QUEUED)
WAIT = Verdict(MessageState.QUEUED, pause=Pause.RELAY)
STOP = Verdict(MessageState.QUEUED, pause=Pause.ALL)
RETRY = Verdict(MessageState.RETRY, retry_at=AGAIN)
RETRY_LATER = Verdict(MessageState.RETRY, retry_at=AGAIN, pause=Pause.RELAY)
FAILED = Verdict(MessageState.FAILED)
REJECTED = Verdict(MessageState.REJECTED)
GONE = Verdict(MessageState.REJECTED, suppress=True)
POLICY = Verdict(MessageState.REJECTED, policy=True)

TABLE: list[tuple[Phase, Reply | Failure, Verdict]] = [
    (Phase.DOT, Reply(250, "2.0.0", "Ok: queued as 4F2"), SENT),
    (Phase.DOT, Failure.DISCONNECTED, DOUBT),
    (Phase.DOT, Failure.TIMEOUT, DOUBT),
    (Phase.DOT, Failure.GARBLED, DOUBT),
    (Phase.DOT, Reply(354), DOUBT),
    (Phase.DATA, Failure.DISCONNECTED, RETRY),
    (Phase.RCPT, Failure.TIMEOUT, RETRY),
    (Phase.MAIL, Failure.DISCONNECTED, RETRY),
    (Phase.MAIL, Failure.UNTRIED, UNTOUCHED),
    (Phase.CONNECT, Failure.DISCONNECTED, WAIT),
    (Phase.CONNECT, Failure.TIMEOUT, WAIT),
    (Phase.CONNECT, Reply(421, "4.3.2", "Closing"), WAIT),
    (Phase.CONNECT, Reply(554, "5.7.1", "Go away"), WAIT),
    (Phase.TLS, Failure.CERTIFICATE, STOP),
    (Phase.TLS, Failure.NO_TLS, STOP),
    (Phase.TLS, Failure.DISCONNECTED, WAIT),
    (Phase.AUTH, Failure.NO_AUTH, STOP),
    (Phase.AUTH, Reply(535, "5.7.8", "Bad credentials"), STOP),
    (Phase.AUTH, Reply(454, "4.7.0", "Try later"), WAIT),
    (Phase.MAIL, Reply(530, "5.7.0", "Authenticate first"), STOP),
    (Phase.MAIL, Reply(421, "4.7.0", "Too much"), RETRY_LATER),
    (Phase.DOT, Reply(421), RETRY_LATER),
    (Phase.MAIL, Reply(452, "4.3.1", "Disk full"), RETRY),
    (Phase.RCPT, Reply(450, "4.7.1", "Greylisted"), RETRY),
    (Phase.DOT, Reply(451, "4.3.0", "Later"), RETRY),
    (Phase.RCPT, Reply(452, "4.2.2", "Mailbox full"), RETRY),
    (Phase.RCPT, Reply(550, "5.1.1", "Unknown"), GONE),
    (Phase.RCPT, Reply(550, "5.1.2", "No such domain"), GONE),
    (Phase.RCPT, Reply(553, "5.1.3", "Bad syntax"), GONE),
    (Phase.RCPT, Reply(550, "5.1.6", "Moved"), GONE),
    (Phase.RCPT, Reply(556, "5.1.10", "Null MX"), GONE),
    (Phase.DOT, Reply(550, "5.2.1", "Disabled"), GONE),
    (Phase.RCPT, Reply(552, "5.2.2", "Full"), REJECTED),
    (Phase.RCPT, Reply(550), Verdict(MessageState.REJECTED, suspect=True)),
    (Phase.RCPT, Reply(550, "5.1.7", "Bad sender"), POLICY),
    (Phase.RCPT, Reply(550, "5.1.8", "Bad sender domain"), POLICY),
    (Phase.RCPT, Reply(550, "5.7.1", "Blocked"), POLICY),
    (Phase.DOT, Reply(554, "5.7.26", "Unauthenticated"), POLICY),
    (Phase.MAIL, Reply(550, "5.1.1", "Who are you"), POLICY),
    (Phase.CONNECT, Failure.GARBLED, WAIT),
    (Phase.CONNECT, Reply(250), WAIT),
    (Phase.AUTH, Reply(334), WAIT),
    (Phase.MAIL, Failure.CERTIFICATE, STOP),
    (Phase.MAIL, Reply(534, "5.7.9", "Too weak"), STOP),
    (Phase.MAIL, Reply(535, "5.7.8", "Bad credentials"), STOP),
    (Phase.RCPT, Reply(538, "5.7.11", "Encrypt first"), STOP),
    (Phase.RCPT, Failure.GARBLED, RETRY),
    (Phase.MAIL, Reply(250), RETRY),
    (Phase.DATA, Reply(354), RETRY),
    (Phase.DATA, Failure.NEEDS_SMTPUTF8, FAILED),
    (Phase.MAIL, Failure.TOO_LARGE, FAILED),
    (Phase.MAIL, Failure.MALFORMED, FAILED),
]


@pytest.mark.parametrize(("phase", "answer", "expected"), TABLE)
def test_each_answer_has_its_verdict(phase: Phase, answer: Reply | Failure, expected: Verdict) -> None:
    assert verdict(answer, phase, FIRST, NOON) == expected


@pytest.mark.parametrize(("phase", "answer", "expected"), TABLE)
def test_a_doubt_outlives_every_answer_but_a_yes(phase: Phase, answer: Reply | Failure, expected: Verdict) -> None:
    """What else follows, for the address, the campaign and the relay, follows all the same."""
    if expected.state in {MessageState.FAILED, MessageState.REJECTED}:
        expected = replace(expected, state=MessageState.IN_DOUBT, doubtful=True)
    assert verdict(answer, phase, replace(FIRST, doubted=True), NOON) == expected


def test_each_row_of_the_table_decides_something_here() -> None:
    """Every ending that a row names is met once, in a phase of that row, and no row before it takes it."""
    decided = set()
    for phase, answer, _expected in TABLE:
        for place, (phases, endings, _effect) in enumerate(states._TABLE):
            found = next((ending for ending in endings if phase in phases and states._fits(answer, ending)), None)
            if found is not None:
                decided.add((place, found))
                break
    named = {(place, ending) for place, (_phases, endings, _) in enumerate(states._TABLE) for ending in endings}
    assert named == decided


def test_the_wait_grows_to_an_hour_and_stays_there() -> None:
    minutes = [back_off(attempt, 0).total_seconds() / 60 for attempt in range(1, 8)]
    assert minutes == [5, 10, 20, 40, 60, 60, 60]


def test_jitter_only_ever_adds() -> None:
    assert back_off(1, 1) == timedelta(minutes=6)
    assert relay_back_off(1, 0) == timedelta(seconds=30)


def test_a_campaign_that_says_so_has_its_first_doubt_sent_once_more_whatever_was_put_off_before() -> None:
    lost = (Failure.DISCONNECTED, Phase.DOT)
    first = verdict(*lost, Trial(3, NOON, once_more=True), NOON)
    assert (first.state, first.doubtful) == (MessageState.RETRY, True)
    assert verdict(*lost, Trial(3, NOON, once_more=True, doubted=True), NOON) == DOUBT
    assert verdict(*lost, Trial(1, NOON), NOON) == DOUBT
    assert not verdict(Reply(451), Phase.DOT, Trial(1, NOON, once_more=True), NOON).doubtful


def test_after_three_days_we_give_up() -> None:
    late = NOON + GIVE_UP_AFTER
    assert verdict(Reply(451), Phase.RCPT, Trial(70, NOON), late).state is MessageState.FAILED


def test_an_invitation_is_not_tried_once_it_would_come_too_late() -> None:
    trial = Trial(1, NOON, useful_until=NOON + timedelta(minutes=4))
    assert verdict(Reply(451), Phase.RCPT, trial, NOON) == FAILED


def test_what_was_in_doubt_before_stays_so_once_it_would_come_too_late() -> None:
    trial = Trial(2, NOON, useful_until=NOON + timedelta(minutes=4), doubted=True)
    assert verdict(Reply(451), Phase.RCPT, trial, NOON) == DOUBT


def test_the_states_are_either_open_or_ended() -> None:
    assert set(MessageState) == OPEN | ENDED
    assert not OPEN & ENDED


answers = st.one_of(
    st.sampled_from(Failure), st.builds(Reply, st.integers(200, 599), st.sampled_from(["", "5.1.1", "4.2.2", "5.7.1"]))
)


@given(answers, st.sampled_from(Phase), st.integers(1, 90), st.booleans(), st.booleans())
def test_every_answer_has_a_verdict_and_only_a_yes_to_the_final_dot_means_sent(
    answer: Reply | Failure, phase: Phase, attempt: int, once_more: bool, doubted: bool
) -> None:
    decided = verdict(answer, phase, Trial(attempt, NOON, once_more=once_more, doubted=doubted), NOON)
    accepted = phase is Phase.DOT and isinstance(answer, Reply) and answer.code // 100 == 2
    assert (decided.state is MessageState.SENT) == accepted
    assert (decided.retry_at is not None) == (decided.state is MessageState.RETRY)
    if doubted:
        assert decided.state in OPEN | {MessageState.SENT}
    elif decided.state is MessageState.IN_DOUBT:
        assert phase is Phase.DOT
    else:
        assert not decided.suppress or decided.state is MessageState.REJECTED
