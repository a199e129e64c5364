"""What a registration may hold: our messages greet strangers by what was typed there."""

import pytest

from outreach.forwarding.registering import read_form

JEANNE = {"given_name": "Jeanne", "family_name": "Petit", "email": "jeanne.petit@voisins.fr"}


@pytest.mark.parametrize("name", ["Gagnez sur https://piege.test", "www.piege.test", "piege.test/gagner"])
@pytest.mark.parametrize("field", ["given_name", "family_name"])
def test_a_web_address_is_no_name(field: str, name: str) -> None:
    assert field in read_form({**JEANNE, field: name}).errors


@pytest.mark.parametrize("name", ["St.Pierre", "J.-B.", "d’Ornano", "O'Brien / Martin", "N’Diaye-Wwww"])
def test_a_name_is_a_name(name: str) -> None:
    assert not read_form({**JEANNE, "family_name": name}).errors
