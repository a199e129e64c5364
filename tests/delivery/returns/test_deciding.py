"""What a report makes of its message, state by state."""

import pytest

from outreach.delivery.returns.deciding import chosen, turn
from outreach.delivery.returns.outcomes import Cause, Kind, Outcome
from outreach.delivery.states import MessageState as State

HARD = Outcome("ada@association.test", Kind.BOUNCE, Cause.NO_ADDRESS, "5.1.1", 550)
SOFT = Outcome("ada@association.test", Kind.BOUNCE, Cause.FULL, "5.2.2", 552)
DELAY = Outcome("ada@association.test", Kind.DELAY, Cause.UNREACHED, "4.4.1")
AWAY = Outcome("ada@association.test", Kind.AUTO_REPLY)
COMPLAINT = Outcome("", Kind.COMPLAINT)
OTHER = Outcome("ada@association.test", Kind.OTHER)


@pytest.mark.parametrize(
    ("state", "hard", "soft", "delay", "away", "complaint"),
    [
        (State.SENT, State.BOUNCED, State.BOUNCED, None, None, None),
        (State.IN_DOUBT, State.BOUNCED, State.BOUNCED, State.SENT, State.SENT, State.SENT),
        (State.RETRY, State.BOUNCED, None, State.SENT, State.SENT, State.SENT),
        (State.QUEUED, None, None, None, None, None),
        (State.LEASED, None, None, None, None, None),
        (State.FAILED, None, None, None, None, None),
        (State.REJECTED, None, None, None, None, None),
        (State.BOUNCED, None, None, None, None, None),
        (State.CANCELLED, None, None, None, None, None),
        (State.SUPPRESSED, None, None, None, None, None),
    ],
)
def test_only_what_may_have_been_accepted_is_returned(
    state: State, hard: State, soft: State, delay: State, away: State, complaint: State
) -> None:
    reports = (HARD, SOFT, DELAY, AWAY, COMPLAINT, OTHER)
    assert [turn(state, one).state for one in reports] == [hard, soft, delay, away, complaint, None]
    assert {turn(state, one).later for one in reports} == {state is State.LEASED}


@pytest.mark.parametrize("state", list(State))
def test_the_address_and_the_wish_count_whatever_the_state(state: State) -> None:
    assert turn(state, HARD).ends_address
    assert turn(state, COMPLAINT).stops
    assert turn(state, Outcome("", Kind.STOP)).stops
    for other in (SOFT, DELAY, AWAY, OTHER):
        assert not any([turn(state, other).ends_address, turn(state, other).suspects_address, turn(state, other).stops])


def test_of_several_recipients_ours_decides() -> None:
    elsewhere = Outcome("bob@ailleurs.example", Kind.BOUNCE, Cause.NO_ADDRESS, "5.1.1", 550)
    assert chosen([elsewhere, SOFT], "Ada@Association.test") is SOFT
    assert chosen([DELAY, elsewhere], "someone@else.example") is elsewhere
    assert chosen([OTHER, DELAY], "") is DELAY
