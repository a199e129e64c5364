"""What a mail program did to a link is repaired where that is possible, and explained where it is not."""

import re

import pytest
from flask.testing import FlaskClient

from outreach.links import Purpose, links
from tests.rsvp.guests import ada
from tests.snapshots import changed, snapshot


@pytest.mark.parametrize(
    "path",
    [
        "/i/{token}/",
        "/i/{token}/merci",
        "/I/{token}",
        "/i/%3C{token}%3E",
        "/i/{token}%0D%0A",
        "/i/{token}%3Freply=no%26lang=en",
        "/i/{token}/?reply=no&amp;lang=en",
        "/i/{token}?reply=3Dno&amp;lang=3Den",
        "/i/3D{token}?reply%3Dno&amp;amp;lang=en.",
    ],
)
def test_a_damaged_link_opens_the_page_with_what_it_asked_for(client: FlaskClient, path: str) -> None:
    one = ada()
    page = client.get(path.format(token=links().sign(Purpose.INVITATION, one.key)), follow_redirects=True)
    assert page.status_code == 200
    assert "Ada Lefèvre" in page.text
    if "lang" in path:
        assert '<html lang="en"' in page.text
        assert re.search(r'id="f-reply-no"[^>]* checked', page.text)


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/i/", "Ce lien est incomplet"),
        ("/i", "Ce lien est incomplet"),
        ("/i/{cut}", "Ce lien est incomplet"),
        ("/i/{lower}", "a été modifié"),
        ("/a/{token}", "a été modifié"),
        ("/i/{cut}/merci", "Ce lien est incomplet"),
    ],
)
def test_what_cannot_be_repaired_is_explained_with_a_way_out(client: FlaskClient, path: str, title: str) -> None:
    token = links().sign(Purpose.INVITATION, ada().key)
    address = path.format(token=token, cut=token[:30], lower=token.lower())
    page = client.get(address, follow_redirects=True, headers={"Accept-Language": "fr"})
    assert page.status_code == 404
    assert title in page.text
    assert 'href="/lost"' in page.text
    assert "Ada" not in page.text


@pytest.mark.parametrize("name", ["endpoint", "values", "token"])
def test_a_damaged_link_may_carry_a_query_of_any_name(client: FlaskClient, name: str) -> None:
    token = links().sign(Purpose.INVITATION, ada().key)
    moved = client.get(f"/i/{token}?lang=3Den&{name}=a%26b")
    assert moved.status_code == 302
    assert moved.location == f"/i/{token}?lang=en&{name}=a%26b"
    assert client.get(moved.location).status_code == 200


def test_a_damaged_link_leads_to_no_other_door(client: FlaskClient, database_url: str) -> None:
    one = ada()
    before = snapshot(database_url)
    for door in "askuASKU":
        token = links().sign(Purpose.INVITATION, one.key)
        assert client.get(f"/{door}/{token}/", follow_redirects=True).status_code == 404
    assert changed(before, snapshot(database_url)) == []
