"""Simulated people are the same each time, and read forms as browsers do."""

from outreach.demo.temper import Temper, friend, registration
from outreach.demo.visitor import read_page

PAGE = """
<form action="/other"><input name="q" value="x"></form>
<form method="post">
  <input type="hidden" name="nonce" value="mark"><input name="name-0" value="Ada">
  <input type="radio" name="reply" value="yes"><input type="radio" name="reply" value="no">
  <input type="checkbox" name="session-0" value="1"><input type="checkbox" name="session-0" value="2">
  <input type="radio" name="session-0-g3" value="3" disabled><input type="radio" name="session-0-g3" value="4">
  <input type="radio" name="session-0-g3" value="" checked>
  <select name="kind"><option value="association" selected>A</option><option value="individual">I</option></select>
  <textarea name="words"></textarea><button name="undo" value="1">Undo</button>
</form>
"""


def test_the_form_with_our_mark_is_the_one_to_fill_in() -> None:
    page = read_page("http://127.0.0.1/i/x", 200, PAGE)
    assert page.form is not None
    assert page.form.options("session-0") == ["1", "2"]
    assert page.form.options("session-0-g3") == ["4"]
    assert page.form.names("session-0-") == ["session-0-g3"]
    sent = page.form.filled({"reply": "yes", "session-0": ["1", "2"]})
    assert dict(sent) == {
        "nonce": "mark", "name-0": "Ada", "reply": "yes", "session-0": "2", "session-0-g3": "", "kind": "association",
        "words": "",
    }  # fmt: skip
    assert [value for name, value in sent if name == "session-0"] == ["1", "2"]


def test_the_same_person_does_the_same() -> None:
    page = read_page("http://127.0.0.1/i/x", 200, PAGE)
    assert page.form is not None
    delegate = friend("delegate", 1)
    for email in ("ada@association.test", "maire@commune.test"):
        first, second = Temper(email), Temper(email)
        assert first.answer(page.form, delegate) == second.answer(page.form, delegate)
        assert first.seconds(1, 5) == second.seconds(1, 5)
    assert registration(delegate, ["association"]) == registration(friend("delegate", 1), ["association"])


def test_most_answer_some_pass_on_and_some_do_nothing() -> None:
    tempers = [Temper(f"person{number}@association.test") for number in range(300)]
    assert 180 < sum(one.answers for one in tempers) < 290
    assert 30 < sum(bool(one.friends) for one in tempers) < 120
    assert any(not one.opens for one in tempers)
