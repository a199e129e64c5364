"""How alike two contacts are, case by case."""

from typing import Any

import pytest

from outreach.contacts.duplicates.likeness import LISTED, Likeness, Subject, compare
from outreach.contacts.duplicates.signs import Sign
from outreach.contacts.duplicates.spelling import slips
from outreach.contacts.kinds import Gender, Kind

LE_MANS = {"locality": "Le Mans", "department": "72"}


def person(given: str, family: str, **values: Any) -> Subject:
    values.setdefault("kind", Kind.INDIVIDUAL)
    return Subject(1, given=given, family=family, **values)


def house(name: str, locality: str = "Le Mans", department: str = "72", **values: Any) -> Subject:
    values.setdefault("kind", Kind.ASSOCIATION)
    return Subject(1, organisation=name, locality=locality, department=department, **values)


def alike(one: Subject, other: Subject) -> Likeness:
    """The likeness, which is the same from both sides."""
    found = compare(one, other)
    assert compare(other, one) == found
    return found


SAME_PERSON = [
    (("Béatrice", "Lefèvre"), ("BEATRICE", "LEFEVRE"), {Sign.SAME_FAMILY, Sign.SAME_GIVEN}),
    (("Jean-Pierre", "Dupont"), ("J.-P.", "Dupont"), {Sign.SAME_FAMILY, Sign.GIVEN_BEGINS}),
    (("Jean-Pierre", "Dupont"), ("JP", "Dupont"), {Sign.SAME_FAMILY, Sign.GIVEN_BEGINS}),
    (("Marie-Do", "Aeschlimann"), ("Marie-Dominique", "Aeschlimann"), {Sign.SAME_FAMILY, Sign.GIVEN_BEGINS}),
    (("Jean-Pierre", "Dupont"), ("Jean Pierre", "Dupont"), {Sign.SAME_FAMILY, Sign.SAME_GIVEN}),
    (("Anne Marie Louise", "Petit"), ("Anne", "Petit"), {Sign.SAME_FAMILY, Sign.GIVEN_HOLDS}),
    (("Charles", "de la Verpillière"), ("Charles", "La Verpilliere"), {Sign.SAME_FAMILY, Sign.SAME_GIVEN}),
    (("Sophie", "Durand"), ("Sophie", "Durand-Martin"), {Sign.FAMILY_HOLDS, Sign.SAME_GIVEN}),
    (("Florence", "Blatrix Contat"), ("Florence", "Blatrix"), {Sign.FAMILY_HOLDS, Sign.SAME_GIVEN}),
    (("Paul", "Lefebvre"), ("Paul", "Lefevbre"), {Sign.FAMILY_NEAR, Sign.SAME_GIVEN}),
    (("Nathlie", "Morel"), ("Nathalie", "Morel"), {Sign.SAME_FAMILY, Sign.GIVEN_NEAR}),
    (("Martin", "Paul"), ("Paul", "Martin"), {Sign.SAME_WORDS}),
    (("", "Paul Martin"), ("Paul", "Martin"), {Sign.SAME_WORDS}),
    (("Loïc", "Le Guen"), ("Loic", "LEGUEN"), {Sign.SAME_FAMILY, Sign.SAME_GIVEN}),
]


@pytest.mark.parametrize(("one", "other", "signs"), SAME_PERSON)
def test_a_person_is_known_under_another_spelling(
    one: tuple[str, str], other: tuple[str, str], signs: set[Sign]
) -> None:
    found = alike(person(*one, **LE_MANS), person(*other, **LE_MANS))
    assert {sign for sign, _ in found.reasons} == signs | {Sign.SAME_COMMUNE}
    assert found.score >= LISTED


OTHER_PERSON = [
    (("Jean", "Martin"), ("Pierre", "Martin")),
    (("Michel", "Martin"), ("Michèle", "Martin")),
    (("Jean", "Martin"), ("Jeanne", "Martin")),
    (("Paul", "Roux"), ("Paul", "Doux")),
    (("Jean", "Moreau"), ("Jean", "Morel")),
    (("Sophie", "Durand-Martin"), ("Sophie", "Petit-Martin")),
    (("Anne", "Durand"), ("Anne", "Lambert")),
    (("Jean", "Martin"), ("Jean-Pierre", "Martin")),
]


@pytest.mark.parametrize(("one", "other"), OTHER_PERSON)
def test_somebody_else_is_not_taken_for_the_same(one: tuple[str, str], other: tuple[str, str]) -> None:
    found = alike(person(*one, department="72"), person(*other, department="72"))
    assert found.score < LISTED


SAME_HOUSE = [
    ("Association Familles rurales d’Allonnes", "FAMILLES RURALES", "Allonnes"),
    ("Maison des jeunes et de la culture Prévert", "M.J.C. Jacques Prévert", "Le Mans"),
    ("Centre communal d’action sociale", "CCAS du Mans", "Le Mans"),
    ("Secours populaire français (SPF)", "Secours Populaire Francais", "Le Mans"),
    ("Secours populaire français", "SPF", "Le Mans"),
    ("Ville du Mans", "Mairie du Mans", "Le Mans"),
    ("Assoc. Saint-Vincent de Paul", "Association St Vincent de Paul", "Le Mans"),
    ("Banque alimentaire de la Sarthe", "Banque alimentare de la Sarthe", "Le Mans"),
    ("Les Restos du cœur", "LES RESTOS DU COEUR", "Le Mans"),
    ("AFR d’Allonnes", "Association familiale rurale", "Allonnes"),
    ("Fédé. des œuvres laïques", "Fédération des œuvres laïques", "Le Mans"),
]


@pytest.mark.parametrize(("one", "other", "locality"), SAME_HOUSE)
def test_an_organisation_is_known_under_another_spelling(one: str, other: str, locality: str) -> None:
    assert alike(house(one, locality), house(other, locality)).score >= LISTED


OTHER_HOUSE = [
    (house("Club de judo du Mans"), house("Club de karaté du Mans")),
    (house("AFR de Jallais", "Jallais", "49"), house("AFR de Beaupréau", "Beaupréau", "49")),
    (house("Familles rurales", "Allonnes"), house("Familles rurales", "Yvré-l’Évêque")),
    (house("Mairie de Saint-Denis", "Saint-Denis", "93"), house("Mairie de Saint-Denis", "Saint-Denis", "974")),
    (house("CCAS du Mans"), house("Mairie du Mans")),
    (house("Comité des fêtes de Brette", ""), house("Comité des fêtes de Ruaudin", "")),
    (house("École primaire 1"), house("École primaire 2")),
]


@pytest.mark.parametrize(("one", "other"), OTHER_HOUSE)
def test_another_organisation_is_not_taken_for_the_same(one: Subject, other: Subject) -> None:
    assert alike(one, other).score < LISTED


def test_the_score_is_the_sum_of_what_is_said() -> None:
    found = alike(person("Jean-Pierre", "Dupont", **LE_MANS), person("J.-P.", "Dupont", **LE_MANS))
    assert found.reasons == ((Sign.SAME_FAMILY, 0.45), (Sign.GIVEN_BEGINS, 0.25), (Sign.SAME_COMMUNE, 0.16))
    assert found.score == 0.86


def test_the_same_name_at_the_same_address_is_exact_whatever_else() -> None:
    there = {"addresses": frozenset({"hash"})}
    assert alike(person("Ada", "Roy", **there), person("ADA", "ROY", department="75", **there)).score == 1.0
    assert alike(person("Ada", "Roy"), person("Ada", "Roy")).exact is False


def test_two_people_at_one_mailbox_are_two() -> None:
    mailbox = frozenset({"hash"})
    one, other = person("Ada", "Roy", addresses=mailbox), person("Luc", "Roy", addresses=mailbox)
    assert alike(one, other).score < LISTED
    assert alike(house("Mairie du Mans", addresses=mailbox), house("CCAS du Mans", addresses=mailbox)).score == 0


def test_a_person_and_the_desk_of_their_organisation_are_two() -> None:
    desk, someone = house("La Ruche"), person("Ada", "Roy", organisation="La Ruche", **LE_MANS)
    assert alike(desk, someone).reasons == ()


def test_homonyms_of_two_departments_stay_apart() -> None:
    here, there = person("Marie", "Martin", department="72"), person("Marie", "Martin", department="13")
    assert alike(here, there).score < LISTED


def test_a_woman_and_a_man_of_one_name_stay_apart() -> None:
    one = person("Dominique", "Martin", gender=Gender.FEMININE, **LE_MANS)
    other = person("Dominique", "Martin", gender=Gender.MASCULINE, **LE_MANS)
    assert alike(one, other).score < LISTED


def test_communes_that_were_joined_are_one() -> None:
    before = person("Jean", "Roy", locality="Beaupréau", department="49")
    after = person("Jean", "Roy", locality="Beaupréau-en-Mauges", department="49")
    assert Sign.JOINED_COMMUNE in dict(alike(before, after).reasons)


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("durand", "durand", 0),
        ("durand", "duran", 1),
        ("durand", "druand", 1),
        ("durand", "dupont", 3),
        ("a", "abcd", 3),
    ],
)
def test_slips_are_letters_changed_added_left_out_or_swapped(one: str, other: str, count: int) -> None:
    assert slips(one, other) == count
