"""Why somebody receives our messages, one touch from the message and from the page that stops them."""

import pytest
from flask.testing import FlaskClient

from outreach.contacts.models import Contact
from outreach.database import db, now, transaction
from outreach.links import Purpose, links
from tests.people import world


def _url(key: str) -> str:
    return f"/u/{links().sign(Purpose.STOP, key)}"


@pytest.mark.both
def test_source_date_basis_rights_and_contact_are_on_one_page(client: FlaskClient) -> None:
    one = world()
    page = client.get(f"{_url(one.key)}/why?lang=en").text
    for words in (
        "a•••@association.test",
        "Source",
        "In our directory since",
        "art. 6.1.e GDPR",
        "dpo@ville.example",
        "cnil.fr",
    ):
        assert words in page
    assert "ada@association.test" not in page


def test_the_page_that_stops_leads_there_and_back(client: FlaskClient) -> None:
    one = world()
    assert f"{_url(one.key)}/why" in client.get(_url(one.key)).text
    assert f'href="{_url(one.key)}' in client.get(f"{_url(one.key)}/why").text


def test_somebody_who_came_through_a_link_is_told_so(client: FlaskClient) -> None:
    one = world()
    assert "somebody passed on to you" in client.get(f"{_url(one.pending)}/why?lang=en").text


def test_nothing_is_said_of_somebody_who_was_erased_but_their_rights(client: FlaskClient) -> None:
    one = world()
    with transaction():
        contact = db.session.get_one(Contact, one.ada)
        contact.erased_at = now()
        for address in list(contact.addresses):
            db.session.delete(address)
    page = client.get(f"{_url(one.key)}/why?lang=en").text
    assert "We hold no address for this link any more" in page
    assert "Your rights" in page
