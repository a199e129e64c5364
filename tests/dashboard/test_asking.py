"""What an address asks of the list of answers."""

import pytest

from outreach.contacts.kinds import Kind
from outreach.contacts.searching.filters import Cursor
from outreach.dashboard.asking import Filters, Order, Show
from outreach.invitations.models import Reply


def test_an_empty_address_asks_for_the_latest_answers() -> None:
    filters = Filters.parse(1, {})
    assert (filters.show, filters.order, filters.descending) == (Show.ANSWERED, Order.ANSWERED, True)
    assert not filters.narrowed


def test_those_who_wait_have_no_date_to_be_sorted_by() -> None:
    filters = Filters.parse(1, {"show": "waiting", "sort": "answered"})
    assert (filters.order, filters.descending) == (Order.NAME, False)


def test_a_reply_asks_for_those_who_answered() -> None:
    assert Filters.parse(1, {"show": "waiting", "reply": "no"}).show is Show.ANSWERED


@pytest.mark.parametrize(
    "args",
    [{"kind": "emperor"}, {"department": "99"}, {"session": "-1"}, {"through": "²"}, {"show": "x"}, {"after": "cut"}],
)
def test_what_cannot_be_understood_asks_for_nothing(args: dict[str, str]) -> None:
    filters = Filters.parse(1, args)
    assert not filters.narrowed
    assert filters.after is None


def test_a_place_of_the_list_by_name_is_none_of_the_list_by_date() -> None:
    place = str(Cursor("lefevre ada", 3))
    assert Filters.parse(1, {"after": place}).after is None
    assert Filters.parse(1, {"after": place, "sort": "name"}).after == Cursor("lefevre ada", 3)


def test_a_list_can_be_asked_for_again() -> None:
    filters = Filters.parse(7, {"reply": "yes", "kind": "mayor", "department": "72", "q": "du"})
    asked = filters.as_query()
    assert asked == {"event": 7, "show": "answered", "reply": "yes", "kind": "mayor", "department": "72", "q": "du"}
    assert Filters.parse(7, asked) == filters
    assert (filters.reply, filters.kind) == (Reply.YES, Kind.MAYOR)
