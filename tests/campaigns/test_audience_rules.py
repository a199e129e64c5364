"""What the rule of a saved audience may say, and how it reads."""

from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from outreach.campaigns.audiences.forms import draft_of, read_draft
from outreach.campaigns.audiences.rules import DEEPEST, Condition, Field, Group, Join, conditions_of, read_tree
from outreach.campaigns.audiences.wording import sentence_of
from outreach.events.tables import Faulty

EVENTS = {3: "Congrès"}
MAYORS = {"kind": ["mayor"]}


@pytest.mark.parametrize(
    "tree",
    [
        {"all": [MAYORS, {"not": {"tag": ["presse"]}}]},
        {"any": [{"department": ["72", "2A"]}, {"all": [{"region": ["Bretagne"]}, {"language": ["unknown"]}]}]},
        {"all": [{"inhabitants": {"least": 2000, "most": 10000}}, {"inhabitants": {"most": 500}}]},
        {"all": [{"answer": {"event": 3, "is": ["waiting"]}}, {"written": {"is": ["within"], "days": 90}}]},
        {"all": [{"written": {"is": ["never"]}}, {"address": ["with"]}, {"country": ["BE"]}]},
        {"not": {"any": [{"organisation": ["secours"]}, {"source": ["préfecture"]}, {"mandate": ["deputy"]}]}},
    ],
)
def test_a_rule_reads_back_as_it_was_kept(tree: dict[str, Any]) -> None:
    rule = read_tree(tree)
    assert rule.as_tree() == tree
    assert read_tree(rule.as_tree()) == rule
    assert read_tree(draft_of(rule).as_tree()) == rule


def test_what_is_said_otherwise_means_the_same() -> None:
    said = {"all": [{"department": ["Sarthe", "1"]}, {"country": ["Belgique"]}, {"not": {"not": MAYORS}}, {"tag": "x"}]}
    kept = {"all": [{"department": ["72", "01"]}, {"country": ["BE"]}, MAYORS, {"tag": ["x"]}]}
    assert read_tree(said).as_tree() == kept
    assert read_tree(MAYORS) == Group(parts=(Condition(Field.KIND, ("mayor",)),))


@pytest.mark.parametrize(
    ("tree", "place", "sentence"),
    [
        ({"all": []}, "", "Add a condition"),
        ([], "", "neither a condition nor a group"),
        ({"all": [MAYORS, {"kind": ["mairie"]}]}, "2", "“mairie” is not known here"),
        ({"all": [{"any": [MAYORS, {"kind": []}]}]}, "1.2", "Choose at least one value"),
        ({"all": [{"colour": ["blue"]}]}, "1", "no such condition: colour"),
        ({"all": [{"inhabitants": {"least": 9, "most": 2}}]}, "1", "smaller number"),
        ({"all": [{"inhabitants": {}}]}, "1", "how many inhabitants"),
        ({"all": [{"inhabitants": {"least": "two"}}]}, "1", "whole number"),
        ({"all": [{"answer": {"is": ["yes"]}}]}, "1", "Choose the event"),
        ({"all": [{"written": {"is": ["within"]}}]}, "1", "how many days"),
        ({"all": [{"address": ["with", "without"]}]}, "1", "one value only"),
        ({"all": [MAYORS] * 61}, "", "60 conditions at most"),
        ({"all": MAYORS}, "", "neither"),
    ],
)
def test_what_a_rule_cannot_say_is_said_with_its_place(tree: object, place: str, sentence: str) -> None:
    with pytest.raises(Faulty) as caught:
        read_tree(tree)
    assert (caught.value.faults[0].field or "", sentence in str(caught.value.faults[0])) == (place, True)


def test_groups_stand_in_one_another_only_so_deep() -> None:
    tree: dict[str, Any] = MAYORS
    for _ in range(DEEPEST):
        tree = {"any": [tree]}
    assert list(conditions_of(read_tree(tree)))
    with pytest.raises(Faulty, match="4 deep"):
        read_tree({"all": [tree]})


@given(
    st.recursive(
        st.none() | st.text(max_size=5) | st.integers(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["all", "any", "not", *Field]), inner, max_size=2)
        ),
    )
)
def test_whatever_is_read_is_a_rule_or_a_fault(value: object) -> None:
    try:
        rule = read_tree(value)
    except Faulty:
        return
    assert read_tree(rule.as_tree()) == rule


RULE = {
    "all": [
        {"kind": ["mayor", "deputy"]},
        {"any": [{"department": ["72", "53"]}, {"inhabitants": {"least": 2000}}]},
        {"not": {"tag": ["presse"]}},
        {"answer": {"event": 3, "is": ["waiting"]}},
        {"written": {"is": ["within"], "days": 90}},
    ]
}


def test_a_rule_is_said_in_one_sentence_in_both_languages(app: Flask) -> None:
    rule = read_tree(RULE)
    with app.test_request_context(), force_locale("en"):
        english = sentence_of(rule, EVENTS)
    assert english == (
        "Those who are of the kind Mayor or Deputy and (are in the département Sarthe (72) or Mayenne (53) or are in a"
        " commune of 2,000 inhabitants or more) and are not among those who have the tag “presse” and have not answered"
        " the invitation to Congrès and were written to in the last 90 days."
    )
    with app.test_request_context(), force_locale("fr"):
        french = sentence_of(rule, EVENTS)
    assert french.startswith("Les contacts qui ")
    assert "Sarthe (72) ou Mayenne (53)" in french


def test_every_condition_has_words_of_its_own(app: Flask) -> None:
    conditions = [
        *({field.value: ["x"]} for field in (Field.TAG, Field.ORGANISATION, Field.SOURCE)),
        {"region": ["Bretagne"]},
        {"country": ["BE"]},
        {"language": ["unknown"]},
        {"mandate": ["senator"]},
        *({"address": [one]} for one in ("with", "without", "silenced")),
        *(
            {"answer": {"event": 3, "is": [one]}}
            for one in ("invited", "answered", "yes", "no", "excused", "represented")
        ),
        *({"written": {"is": [one], "days": 2}} for one in ("within", "before", "never")),
        {"inhabitants": {"least": 1, "most": 2}},
        {"inhabitants": {"most": 2}},
    ]
    with app.test_request_context(), force_locale("en"):
        said = {sentence_of(read_tree(one), EVENTS) for one in conditions}
    assert len(said) == len(conditions)


def press(form: dict[str, list[str]], button: str = "count") -> dict[str, Any]:
    return read_draft(form | {"do": [button]}).as_tree()


def test_the_builder_adds_and_takes_parts_without_script() -> None:
    form = {"r-join": ["all"], "r-new": ["kind"]}
    assert press(form, "add:r") == {"all": [{"kind": []}]}
    form |= {"r.1-field": ["kind"], "r.1-value": ["mayor", "deputy"]}
    assert press(form, "group:r") == {"all": [{"kind": ["mayor", "deputy"]}, {"any": []}]}
    form |= {"r.2-join": ["any"], "r.2-not": ["1"], "r.2-new": ["tag"]}
    assert press(form, "add:r.2") == {"all": [{"kind": ["mayor", "deputy"]}, {"not": {"any": [{"tag": []}]}}]}
    form |= {
        "r.2.1-field": ["tag"],
        "r.2.1-value": ["presse, x"],
        "r.2.2-field": ["inhabitants"],
        "r.2.2-least": ["2 000"],
    }
    inside = {"not": {"any": [{"tag": ["presse", "x"]}, {"inhabitants": {"least": 2000, "most": None}}]}}
    assert press(form) == {"all": [{"kind": ["mayor", "deputy"]}, inside]}
    assert press(form, "drop:r.1") == {"all": [inside]}
    assert press(form, "drop:r.2.1")["all"][1]["not"]["any"] == [{"inhabitants": {"least": 2000, "most": None}}]
    assert press(form, "drop:r.9") == press(form)
    assert press({"r.1-field": ["made up"], "r.x-join": ["any"]}) == {"all": [{"all": []}]}


def test_a_part_that_is_taken_leaves_no_gap_in_the_places() -> None:
    form = {"r.2-field": ["kind"], "r.7-field": ["tag"], "r.10-field": ["source"], "do": ["drop:r.7"]}
    draft = read_draft(form)
    assert [part.path for part in draft.parts] == ["r.1", "r.2"]
    assert (draft.join, draft.place, draft.parts[0].place) == (Join.ALL, "", "1")
