"""A form becomes plain values, whatever is in it."""

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from outreach.invitations.models import Reply
from outreach.rsvp.needs import Need
from outreach.rsvp.submission import Delegate, Person, Submission, parse, typed


def test_an_empty_form_says_nothing() -> None:
    assert parse(MultiDict()) == Submission()


def test_everything_is_read() -> None:
    form = MultiDict(
        [
            ("reply", "yes"),
            ("name-0", "  Ada   Lefèvre "),
            ("session-0", "3"),
            ("session-0", "1"),
            ("session-0-g7", "9"),
            ("need-0", "guide"),
            ("need-0", "captions"),
            ("meal-0", "sans gluten"),
            ("note-0", "avec\r\nmon chien"),
            ("name-2", "Zoé"),
            ("session-2-g7", ""),
            ("consent", "1"),
            ("words", "Merci\x00"),
        ]
    )
    assert parse(form) == Submission(
        reply=Reply.YES,
        persons=(
            Person(0, "Ada Lefèvre", (1, 3, 9), (Need.CAPTIONS, Need.GUIDE), "sans gluten", "avec\nmon chien"),
            Person(2, "Zoé"),
        ),
        consent=True,
        words="Merci",
    )


def test_a_place_left_blank_is_nobody() -> None:
    assert parse(MultiDict([("name-1", " "), ("session-1-g7", ""), ("name-3", "Zoé")])).companions == (
        Person(3, "Zoé"),
    )


def test_a_number_of_thousands_of_figures_is_no_session() -> None:
    assert parse(MultiDict([("session-0", "9" * 5000), ("session-0", "7")])).myself.sessions == (7,)


def test_a_delegate_has_two_names() -> None:
    form = MultiDict(
        [("delegate-given_name", "Luc"), ("delegate-family_name", "Roy"), ("delegate-email", " l@a.test ")]
    )
    delegate = parse(form).delegate
    assert delegate == Delegate("Luc", "Roy", "l@a.test")
    assert delegate.name == "Luc Roy"


def test_every_value_that_was_typed_is_kept() -> None:
    form = MultiDict([("nonce", "x"), ("session-0", "1"), ("session-0", "2")])
    assert typed(form) == [("nonce", "x"), ("session-0", "1"), ("session-0", "2")]


NAMES = st.sampled_from(
    ["reply", "name-0", "session-0", "session-1-g2", "need-3", "meal-99", "words", "note-x", "delegate-email"]
)


@given(st.lists(st.tuples(NAMES, st.text(max_size=12)), max_size=12))
def test_no_form_is_refused_when_it_is_read(fields: list[tuple[str, str]]) -> None:
    submission = parse(MultiDict(fields))
    assert submission.myself.position == 0
    assert "\x00" not in repr(submission)
