"""Looking for duplicates in the directory: what is compared, what is kept, what is remembered."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from outreach.contacts.actions import edit_contact
from outreach.contacts.duplicates import deciding, queries
from outreach.contacts.duplicates.finding import count_waiting, look, look_through, start_over
from outreach.contacts.duplicates.models import DuplicatePair, PairState
from outreach.contacts.duplicates.queries import Level, PairFilters
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact
from outreach.contacts.queries import get_contact
from outreach.database import db, now, transaction
from tests.conftest import Runner
from tests.contacts.directory import AT, add

pytestmark = pytest.mark.usefixtures("app")


def found() -> dict[tuple[int, int], tuple[int, PairState]]:
    """Every pair there is, with its score and state."""
    db.session.rollback()
    pairs = {(one.first_id, one.second_id): (one.score, one.state) for one in db.session.scalars(select(DuplicatePair))}
    db.session.rollback()
    return pairs


def look_again() -> dict[tuple[int, int], tuple[int, PairState]]:
    look_through()
    return found()


@pytest.mark.both
def test_two_spellings_of_a_person_are_found_with_their_score() -> None:
    first = add("Dupont", "Jean-Pierre", "jp@ruche.test", locality="Le Mans", department="72")
    second = add("DUPONT", "J.-P.", "dupont@ailleurs.test", locality="LE MANS", department="72")
    add("Durand", "Jean-Pierre", "jp@ruche.test", locality="Le Mans", department="72")
    assert look_again() == {(first, second): (86, PairState.OPEN)}


@pytest.mark.both
def test_the_same_name_at_the_same_address_is_exact() -> None:
    first, second = add("Roy", "Ada", "ada@ruche.test"), add("ROY", "Ada", "ADA@ruche.test", locality="Paris")
    assert look_again() == {(first, second): (100, PairState.OPEN)}


def test_what_was_compared_is_not_compared_again() -> None:
    add("Roy", "Ada")
    assert look().checked == 1
    assert look().checked == 0


@pytest.mark.both
def test_a_slice_begins_behind_the_last_and_comes_back_to_whoever_was_kept_late() -> None:
    first, second, late = add("Roy", "Ada"), add("Martin", "Luc"), add("Petit", "Zoe")
    with transaction():
        db.session.execute(update(Contact).where(Contact.id == late).values(changed_at=AT + timedelta(hours=1)))
    assert look(1).last == (AT, first)
    with transaction():
        db.session.execute(update(Contact).where(Contact.id == late).values(changed_at=AT - timedelta(minutes=1)))
    assert look(1, (AT, first)).last == (AT, second)
    assert look(1, (AT, second)).last == (AT - timedelta(minutes=1), late)
    assert look(1, (AT, second)).checked == 0


def test_whoever_changed_is_compared_with_everybody() -> None:
    first, second = add("Roy", "Ada"), add("Martin", "Luc")
    assert look_again() == {}
    with transaction():
        edit_contact(get_contact(second), at=now(), family_name="Roy", given_name="Ada")
    assert set(look_again()) == {(first, second)}
    with transaction():
        edit_contact(get_contact(first), at=now() + timedelta(seconds=1), family_name="Petit")
    assert look_again() == {}


def test_a_change_that_is_kept_late_is_seen() -> None:
    add("Roy", "Ada")
    look_through()
    late = add("Roy", "Ada", "ada@ruche.test")
    with transaction():
        db.session.execute(update(Contact).where(Contact.id == late).values(changed_at=AT - timedelta(minutes=10)))
    assert len(look_again()) == 1


@pytest.mark.both
def test_these_are_different_is_remembered() -> None:
    first, second = add("Roy", "Ada", department="72"), add("Roy", "Ada", department="72")
    assert len(look_again()) == 1
    pair = db.session.scalars(select(DuplicatePair)).one().id
    db.session.rollback()
    with transaction():
        deciding.tell_apart(queries.get_pair(pair), now(), None)
    with transaction():
        edit_contact(get_contact(second), at=now(), phone="02 43 00 00 00")
    with transaction():
        start_over()
    assert look_again() == {(first, second): (88, PairState.DIFFERENT)}


def test_who_was_told_apart_may_be_put_together_again() -> None:
    add("Roy", "Ada"), add("Roy", "Ada")
    look_through()
    pair = db.session.scalars(select(DuplicatePair)).one().id
    db.session.rollback()
    for act, state in ((deciding.tell_apart, PairState.DIFFERENT), (deciding.reopen, PairState.OPEN)):
        with transaction():
            act(queries.get_pair(pair), now(), None)
        assert db.session.scalars(select(DuplicatePair.state)).one() is state
        db.session.rollback()


def test_whoever_was_erased_is_found_by_nobody() -> None:
    add("Roy", "Ada")
    second = add("Roy", "Ada")
    with transaction():
        db.session.execute(update(Contact).where(Contact.id == second).values(erased_at=now(), sort_name=""))
    assert look_again() == {}


def test_desks_of_one_organisation_are_found() -> None:
    values = {"kind": Kind.ASSOCIATION, "locality": "Le Mans", "department": "72"}
    first = add("", "", "a@ruche.test", organisation="M.J.C. Jacques Prévert", **values)
    second = add("", "", "b@ruche.test", organisation="Maison des jeunes et de la culture Prévert", **values)
    assert set(look_again()) == {(first, second)}


def test_how_far_it_has_come_is_told() -> None:
    for number in range(5):
        add(f"Nom{number}", "Ada")
    look(size=2)
    check = queries.check()
    assert check is not None
    assert (check.checked, check.total, check.ended_at) == (2, 5, None)
    assert count_waiting() == 3
    db.session.rollback()
    look_through()
    look()
    check = queries.check()
    assert check is not None
    assert (check.checked, check.ended_at is not None) == (5, True)


def test_pairs_are_listed_by_score_page_by_page() -> None:
    for number in range(3):
        add("Roy", "Ada", f"a{number}@ruche.test")
    add("Petit", "Luc", "luc@ruche.test"), add("Petit", "Luc", "luc@ruche.test")
    look_through()
    first = queries.page(PairFilters(), size=2)
    assert (first.count, [one.score for one in first.pairs]) == (4, [100, 80])
    rest = queries.page(PairFilters.parse({"after": first.following or ""}), size=2)
    assert ([one.score for one in rest.pairs], rest.following) == ([80, 80], None)
    assert queries.page(PairFilters(level=Level.EXACT)).count == 1
    assert queries.page(PairFilters(q="PETIT")).count == 1
    assert queries.page(PairFilters(kind=Kind.MAYOR)).count == 0
    assert queries.counts() == {Level.EXACT: 1, Level.ALMOST_SURE: 0, Level.LIKELY: 3}


def test_the_command_says_what_it_found(runner: Runner) -> None:
    add("Roy", "Ada", "ada@ruche.test"), add("Roy", "ADA", "ada@ruche.test"), add("Petit", "Luc")
    told = json.loads(runner.run("contacts", "duplicates", "--json").output)
    assert (told["checked"], told["found"], told["open"]) == (3, 1, {"exact": 1, "almost_sure": 0, "likely": 0})
    assert [(one["score"], one["reasons"]["same_family"]) for one in told["pairs"]] == [(1.0, 0.45)]
    assert "0 compared, 0 new pairs" in runner.run("contacts", "duplicates").output
    assert "3 compared" in runner.run("contacts", "duplicates", "--all").output
