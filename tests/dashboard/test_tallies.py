"""What the figures add up to."""

from outreach.contacts.kinds import Kind
from outreach.dashboard.tallies import Displays, Tally, add_up, funnel
from outreach.delivery.states import MessageState
from outreach.invitations.models import Reply

TALLIES = [
    Tally(Kind.MAYOR, "72", Reply.YES, 3, 5),
    Tally(Kind.MAYOR, "49", Reply.NO, 1, 0),
    Tally(Kind.DEPUTY, "72", Reply.EXCUSED, 2, 0),
    Tally(Kind.MEP, "", Reply.YES, 1, 1),
]


def test_answers_are_seen_from_every_side() -> None:
    answers = add_up(TALLIES)
    assert answers.total == 7
    assert answers.by_reply == {Reply.YES: 4, Reply.NO: 1, Reply.EXCUSED: 2, Reply.REPRESENTED: 0}
    assert answers.by_kind == ((Kind.MAYOR, 4), (Kind.DEPUTY, 2), (Kind.MEP, 1))
    assert answers.by_department == {"72": 5, "49": 1}
    assert answers.elsewhere == 1
    assert answers.coming == 6


def test_the_funnel_keeps_people_and_messages_apart() -> None:
    messages = {MessageState.SENT: 90, MessageState.BOUNCED: 4, MessageState.QUEUED: 6}
    found = funnel(50, messages, Displays(400, 20), add_up(TALLIES), through_others=2)
    assert (found.accepted, found.returned) == (90, 4)
    assert (found.invited, found.answered, found.waiting) == (50, 7, 43)
