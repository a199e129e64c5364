"""What the page of an invitation offers, as a table."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from outreach.events.kinds import EventState
from outreach.invitations.models import InvitationState
from outreach.rsvp.standing import Facts, Standing, standing

CLOSING = datetime(2026, 5, 20, 17, 0, tzinfo=UTC)
LAST_DAY = date(2026, 5, 30)
FACTS = Facts(InvitationState.OPEN, False, False, EventState.OPEN, CLOSING, LAST_DAY)
BEFORE, AFTER = CLOSING - timedelta(days=1), CLOSING + timedelta(minutes=1)
WEEK_LATER = datetime(2026, 6, 6, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("facts", "at", "expected"),
    [
        (FACTS, BEFORE, Standing.OPEN),
        (FACTS, CLOSING, Standing.OPEN),
        (FACTS, AFTER, Standing.CLOSED),
        (replace(FACTS, answered=True), BEFORE, Standing.ANSWERED),
        (replace(FACTS, answered=True), AFTER, Standing.SETTLED),
        (FACTS, WEEK_LATER, Standing.CLOSED),
        (FACTS, WEEK_LATER + timedelta(days=1), Standing.OVER),
        (replace(FACTS, event_state=EventState.CANCELLED), BEFORE, Standing.CANCELLED),
        (replace(FACTS, event_state=EventState.CANCELLED, answered=True), AFTER, Standing.CANCELLED),
        (replace(FACTS, state=InvitationState.WITHDRAWN), BEFORE, Standing.WITHDRAWN),
        (replace(FACTS, state=InvitationState.PENDING), BEFORE, Standing.PENDING),
        (replace(FACTS, state=InvitationState.MERGED), BEFORE, Standing.MERGED),
        (replace(FACTS, erased=True, answered=True), BEFORE, Standing.ERASED),
        (replace(FACTS, erased=True, state=InvitationState.WITHDRAWN), BEFORE, Standing.ERASED),
    ],
)
def test_where_an_invitation_stands(facts: Facts, at: datetime, expected: Standing) -> None:
    assert standing(facts, at) is expected
