"""While everything is stopped, every page of the office says so."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from outreach.accounts.models import Role
from outreach.database import now, transaction
from outreach.delivery import brake

SignedIn = Callable[..., FlaskClient]


@pytest.mark.parametrize(("role", "may_let_go"), [(Role.SIGN, True), (Role.PREPARE, False)])
def test_every_page_of_the_office_says_that_everything_is_stopped_and_why(
    signed_in: SignedIn, role: Role, may_let_go: bool
) -> None:
    client = signed_in(role)
    address = "/admin/contacts/?lang=en"
    assert "no message leaves" not in client.get(address).text
    with transaction():
        brake.pull(now(), "auth: 535 5.7.8 Wrong password")
    page = client.get(address).text
    assert "no message leaves" in page
    assert "535 5.7.8 Wrong password" in page
    assert ("Let messages leave again" in page) is may_let_go


def test_one_button_stops_everything_from_any_page(signed_in: SignedIn) -> None:
    client = signed_in(Role.PREPARE)
    assert "Tout arrêter" in client.get("/admin/contacts/").text
    assert "Tout arrêter" not in signed_in(Role.READ).get("/admin/contacts/").text
