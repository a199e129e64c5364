"""Which of several offices a letter names: the order of protocol (décret n° 89-655, article 3)."""

from datetime import date

import pytest

from outreach.contacts.kinds import Kind
from outreach.contacts.protocol.offices import Standing
from outreach.contacts.protocol.precedence import Held, Quality, qualities, quality
from outreach.contacts.protocol.table import FORMS

DAY = date(2026, 3, 2)
BEFORE, AFTER = date(2020, 6, 1), date(2026, 6, 1)
PERSON = Quality(Kind.INDIVIDUAL)

DECREE = (
    "prefect",
    "deputy",
    "senator",
    "mep",
    "regional_president",
    "corsica_executive_president",
    "corsica_assembly_president",
    "departmental_president",
    "mayor",
    "general",
    "first_president",
    "ceser_president",
    "court_president",
    "regional_councillor",
    "departmental_councillor",
    "rector",
)


def test_the_table_stands_in_the_order_of_the_decree() -> None:
    ranks = [FORMS[row].rank for row in DECREE]
    assert ranks == sorted(ranks)
    articles = [int(form.decree.split()[-1].rstrip("°")) for form in FORMS.values() if form.decree.startswith("art. 3")]
    assert articles == sorted(articles)
    assert all(FORMS[row].decree.startswith("art. 3") for row in DECREE)


def test_those_whom_the_decree_does_not_know_come_after_those_whom_it_ranks_as_usage_has_it() -> None:
    usage = ("deputy_mayor", "municipal_councillor", "president", "director", "person", "desk")
    ranks = [FORMS[row].rank for row in ("departmental_councillor", *usage)]
    assert ranks == sorted(ranks)


def held(office: str, since: date | None = None, until: date | None = None, **more: int | bool) -> Held:
    kind = FORMS[office].kind
    assert kind is not None
    return Held(kind, since, until, office, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("own", "role", "mandates", "row"),
    [
        (Kind.DEPARTMENTAL_COUNCILLOR, "", [held("deputy"), held("mayor")], "deputy"),
        (Kind.MAYOR, "", [held("mayor"), held("departmental_president")], "departmental_president"),
        (Kind.MAYOR, "", [held("mayor"), held("departmental_councillor")], "mayor"),
        (Kind.SENATOR, "", [held("mayor")], "senator"),
        (Kind.ASSOCIATION, "Présidente", [held("municipal_councillor")], "municipal_councillor"),
        (Kind.ASSOCIATION, "Présidente", [], "president"),
        (Kind.MAYOR, "", [held("mayor", until=BEFORE)], ""),
        (Kind.MAYOR, "", [held("mayor", since=AFTER)], ""),
        (Kind.MAYOR, "", [held("mayor", until=DAY)], "mayor"),
        (Kind.MAYOR, "", [held("mayor", until=BEFORE), held("deputy_mayor")], "deputy_mayor"),
        (Kind.REGIONAL_COUNCILLOR, "Présidente", [Held(Kind.REGIONAL_COUNCILLOR, None, None)], "regional_president"),
        (Kind.SENATOR, "", [held("senator", until=BEFORE), held("senator", honorary=True)], "senator"),
        (Kind.ASSOCIATION, "Présidente", [held("mayor", honorary=True)], "president"),
        (Kind.INDIVIDUAL, "", [held("mayor", honorary=True)], "mayor"),
        (Kind.INDIVIDUAL, "", [held("minister", until=BEFORE)], "minister"),
        (Kind.INDIVIDUAL, "", [held("minister", until=BEFORE), held("municipal_councillor")], "municipal_councillor"),
        (Kind.DEPUTY, "", [held("deputy", until=BEFORE)], ""),
    ],
)
def test_the_first_in_protocol_of_what_is_held_today_decides(
    own: Kind, role: str, mandates: list[Held], row: str
) -> None:
    assert quality(own, role, mandates, DAY).row == row


@pytest.mark.parametrize(
    ("role", "own", "standing", "row"),
    [
        ("Maire honoraire de Coulaines", Kind.MAYOR, Standing.HONORARY, "mayor"),
        ("Ancien ministre", Kind.INDIVIDUAL, Standing.FORMER, "minister"),
        ("Ancienne députée", Kind.INDIVIDUAL, Standing.HELD, ""),
        ("Ancien maire", Kind.MAYOR, Standing.HELD, ""),
        ("Président honoraire", Kind.ASSOCIATION, Standing.HONORARY, "president"),
    ],
)
def test_the_role_that_a_record_says_may_be_honorary_or_over(
    role: str, own: Kind, standing: Standing, row: str
) -> None:
    found = quality(own, role, [], DAY)
    assert (found.standing, found.row) == (standing, row)


def test_among_equals_the_first_comes_first_and_then_who_was_elected_earlier() -> None:
    second, first = held("deputy_mayor", position=2, id=1), held("deputy_mayor", position=1, id=2)
    late, early = held("deputy", since=AFTER.replace(year=2024), id=3), held("deputy", since=BEFORE, id=4)
    assert quality(Kind.INDIVIDUAL, "", [second, first], DAY).mandate_id == 2
    assert quality(Kind.INDIVIDUAL, "", [late, early], DAY).mandate_id == 4


def test_everything_that_counts_is_told_in_order() -> None:
    told = qualities(
        Kind.INDIVIDUAL,
        "",
        [held("mayor", honorary=True), held("deputy_mayor"), held("senator"), held("mep", until=BEFORE)],
        DAY,
    )
    assert [one.row for one in told] == ["senator", "deputy_mayor", "mayor"]


def test_somebody_whose_offices_are_over_is_written_to_as_anybody_is() -> None:
    assert quality(Kind.SENATOR, "Sénatrice", [held("senator", until=BEFORE)], DAY) == PERSON
