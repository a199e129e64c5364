"""What is remembered of a file while its rows are compared, so that long ones fit into the memory."""

from collections.abc import Iterator

from outreach.contacts.imports.files.sheets import Row, Rows, Sheet
from outreach.contacts.imports.plans.matching import Directory, Here
from outreach.contacts.imports.rows.reading import read_records
from outreach.contacts.imports.rows.records import Defaults, Record
from outreach.contacts.imports.rows.vocabulary import Field
from outreach.contacts.kinds import Kind

ADA = Record(kind=Kind.MAYOR, family_name="Roy", given_name="Ada", department="72", locality="Le Mans")
NAME = "roy ada"


def chain(last: Here | None) -> Iterator[int]:
    """The numbers of those of one name, the last row first."""
    while last is not None:
        yield last.number
        last = last.before


def test_a_row_that_comes_again_and_again_is_remembered_once() -> None:
    directory = Directory()
    for _ in range(1000):
        directory.learn(NAME, ADA, (), -2)
    assert list(chain(directory.here[NAME])) == [-2]


def test_namesakes_of_one_file_are_told_apart_by_their_town() -> None:
    directory = Directory()
    elsewhere = Record(kind=Kind.MAYOR, family_name="Roy", given_name="Ada", department="72", locality="Allonnes")
    directory.learn(NAME, ADA, (), -2)
    directory.learn(NAME, elsewhere, (), -3)
    assert list(chain(directory.here[NAME])) == [-3, -2]
    assert (directory.find(NAME, ADA, ()), directory.find(NAME, elsewhere, ())) == (-2, -3)
    assert directory.find(NAME, Record(kind=Kind.DEPUTY, department="72"), ()) is None


def test_desks_of_one_name_are_met_within_their_departement_only() -> None:
    directory = Directory()
    houses = [Record(kind=Kind.CCAS, organisation="CCAS", department=one) for one in ("72", "49", "72", "49")]
    for number, house in enumerate(houses, 2):
        directory.learn("ccas", house, (), -number)
    assert [list(chain(one)) for one in (directory.here["ccas"], *directory.elsewhere.values())] == [[-4, -2], [-5, -3]]


def test_a_name_that_comes_again_is_kept_once() -> None:
    rows = Rows.of(Row(number, ["".join(["Jean", "-Luc"]), f"Nom{number}"]) for number in (2, 3))
    mapping = {Field.GIVEN_NAME: 0, Field.FAMILY_NAME: 1}
    readings = read_records(Sheet(["Prénom", "Nom"], rows), mapping, Defaults(kind=Kind.INDIVIDUAL))
    first, second = [one.record.given_name for one in readings if one.record]
    assert first == "Jean-Luc"
    assert first is second
