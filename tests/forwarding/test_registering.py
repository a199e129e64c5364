"""What a registration may hold: our messages greet strangers by what was typed there."""

import pytest

from outreach.contacts.names import is_name
from outreach.forwarding.registering import read_form
from outreach.forwarding.surging import WILD, goes_wild

JEANNE = {"given_name": "Jeanne", "family_name": "Petit", "email": "jeanne.petit@voisins.fr"}


@pytest.mark.parametrize("name", ["Gagnez sur https://piege.test", "www.piege.test", "piege.test/gagner"])
@pytest.mark.parametrize("field", ["given_name", "family_name"])
def test_a_web_address_is_no_name(field: str, name: str) -> None:
    assert field in read_form({**JEANNE, field: name}).errors


@pytest.mark.parametrize("name", ["St.Pierre", "J.-B.", "d’Ornano", "O'Brien / Martin", "N’Diaye-Wwww"])
def test_a_name_is_a_name(name: str) -> None:
    assert not read_form({**JEANNE, "family_name": name}).errors


@pytest.mark.parametrize(
    "name", ["piege.test", "Piege.Com", "bit.ly", "Gagnez 1000 euros", "Vous avez gagné !", "a@b.fr"]
)
@pytest.mark.parametrize("field", ["given_name", "family_name"])
def test_what_no_name_holds_is_refused(field: str, name: str) -> None:
    assert field in read_form({**JEANNE, field: name}).errors


def test_a_sentence_is_no_name() -> None:
    assert not is_name("Cliquez vite sur notre beau site pour gagner un voyage")
    assert is_name("Marie Anne de la Tour du Pin Chambly")


@pytest.mark.parametrize("name", ["Ḥasan", "李 明", "Müller‑Lüdenscheidt", "Μαρία", "Nguyễn"])
def test_names_come_in_every_script(name: str) -> None:
    assert is_name(name)


def test_an_organisation_may_have_figures_but_no_web_address() -> None:
    assert not read_form({**JEANNE, "organisation": "Emmaüs 72 & amis"}).errors
    assert "organisation" in read_form({**JEANNE, "organisation": "Voir https://piege.test"}).errors


def test_a_link_goes_wild_once_and_not_at_each_registration() -> None:
    assert [number for number in range(1, 201) if goes_wild(number)] == [WILD]
