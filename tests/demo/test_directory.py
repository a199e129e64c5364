"""The invented directory has what a real one has, and nobody real."""

from collections import Counter

from outreach.contacts.geography import department_of_postal_code
from outreach.demo.catcher import GONE
from outreach.demo.directory import SIMULATED, Person, files
from outreach.demo.place import ACCOUNTS


def everybody() -> list[Person]:
    return [person for file in files() for person in file.people]


def test_there_are_over_four_hundred_of_every_kind() -> None:
    kinds = Counter(person.kind for person in everybody())
    assert kinds.total() > 400
    assert {"association", "ccas", "mayor", "deputy_mayor", "deputy", "senator", "mep", "press", "partner"} <= set(
        kinds
    )
    assert {"departmental_councillor", "intercommunality_president", "institution"} <= set(kinds)


def test_seven_deputies_are_of_the_sarthe() -> None:
    assert sum(one.kind == "deputy" and one.constituency.startswith("Sarthe") for one in everybody()) == 7


def test_they_live_in_several_departements_and_countries_and_read_two_languages() -> None:
    people = everybody()
    assert {"72", "53", "49", "61", "28", "41", "37", "75"} <= {
        department_of_postal_code(one.postal_code) for one in people
    }
    assert len({one.country for one in people}) > 6
    assert {one.language for one in people} == {"fr", "en", ""}


def test_every_address_is_on_a_domain_that_nobody_can_own() -> None:
    domains = {one.email.rpartition(".")[2] for one in everybody() if one.email}
    assert domains == {"example", "test", "invalid"}
    assert {one.email.rpartition(".")[2] for one in ACCOUNTS} == {"example"}


def test_some_have_no_address_some_share_one_and_some_bounce() -> None:
    people = everybody()
    shared = [email for email, number in Counter(one.email for one in people if one.email).items() if number == 2]
    assert shared
    assert sum(not one.email for one in people) > 5
    assert sum(one.email.endswith(f"@{GONE}") for one in people) > 5


def test_nobody_is_there_twice_and_some_names_are_long() -> None:
    named = [(one.given_name, one.family_name) for one in everybody() if one.family_name]
    assert len(named) == len(set(named))
    assert max(len(f"{given} {family}") for given, family in named) > 60
    assert max(len(one.house) for one in everybody()) > 120


def test_the_same_people_come_at_every_start() -> None:
    assert [file.content for file in files()] == [file.content for file in files()]


def test_those_who_are_simulated_are_marked_and_can_be_reached() -> None:
    marked = [one for one in everybody() if one.tags]
    assert {one.tags for one in marked} == {SIMULATED}
    assert 80 < len(marked) < 200
    assert all(one.email and not one.email.endswith(GONE) for one in marked)
