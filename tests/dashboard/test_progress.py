"""How far a campaign is, and what can be done about what did not go through."""

from datetime import UTC, datetime, timedelta

import pytest

from outreach.dashboard import remedies
from outreach.dashboard.progress import BatchProgress, Progress, minutes_until
from outreach.delivery.states import MessageState

NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)


def test_the_states_add_up_and_doubt_is_not_done() -> None:
    progress = Progress(
        {MessageState.SENT: 7, MessageState.BOUNCED: 1, MessageState.QUEUED: 3, MessageState.IN_DOUBT: 1}
    )
    assert (progress.total, progress.ended, progress.left, progress.to_decide) == (12, 8, 4, 1)


def test_progress_is_read_out_in_tens() -> None:
    assert Progress({}).part_said == 0
    assert Progress({MessageState.SENT: 19, MessageState.QUEUED: 81}).part_said == 10
    assert Progress({MessageState.SENT: 3}).part_said == 100


@pytest.mark.parametrize(
    ("still_open", "is_due", "state"),
    [(10, False, "planned"), (10, True, "running"), (1, True, "running"), (0, True, "finished")],
)
def test_a_batch_is_planned_leaving_or_over(still_open: int, is_due: bool, state: str) -> None:
    assert BatchProgress(1, NOON, 10, still_open, is_due).state == state


def test_a_batch_that_is_due_is_held_while_its_campaign_is_paused() -> None:
    assert BatchProgress(1, NOON, 10, 4, is_due=True, is_held=True).state == "held"
    assert BatchProgress(1, NOON, 10, 0, is_due=True, is_held=True).state == "finished"
    assert BatchProgress(1, NOON, 10, 10, is_due=False, is_held=True).state == "planned"


def test_a_batch_of_a_campaign_that_was_stopped_is_no_longer_planned() -> None:
    assert BatchProgress(1, NOON, 10, 10, is_due=False, is_stopped=True).state == "cancelled"


def test_minutes_are_rounded_up() -> None:
    assert minutes_until(NOON + timedelta(seconds=61), NOON) == 2
    assert minutes_until(NOON - timedelta(hours=1), NOON) == 0


@pytest.mark.parametrize(
    ("state", "status", "text", "sentence"),
    [
        (MessageState.IN_DOUBT, None, None, remedies.IN_DOUBT),
        (MessageState.REJECTED, "5.1.1", "no such user", remedies.NO_SUCH_ADDRESS),
        (MessageState.REJECTED, "5.1.10", "null MX", remedies.NO_SUCH_ADDRESS),
        (MessageState.BOUNCED, "5.2.2", "over quota", remedies.MAILBOX_FULL),
        (MessageState.REJECTED, "5.7.26", "unauthenticated", remedies.POLICY),
        (MessageState.REJECTED, "5.1.8", "sender", remedies.POLICY),
        (MessageState.REJECTED, None, "go away", remedies.ASK),
        (MessageState.FAILED, None, "mail: needs_smtputf8", remedies.SPELLING),
        (MessageState.FAILED, "4.4.1", "timeout", remedies.TOO_LATE),
        (MessageState.RETRY, "4.4.1", "timeout", remedies.LATER),
        (MessageState.SENT, "2.0.0", "ok", ""),
    ],
)
def test_every_trouble_has_its_remedy(state: MessageState, status: str | None, text: str | None, sentence: str) -> None:
    assert remedies.remedy(state, status, text) == sentence


def test_what_a_person_closed_is_said_so() -> None:
    assert remedies.remedy(MessageState.FAILED, None, None, closed_by_staff=True) == remedies.CLOSED
