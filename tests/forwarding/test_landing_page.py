"""The page of a share link is drawn once for many: what each says is its own, and what is so now."""

import gzip
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.campaigns.models import Campaign, CampaignState, Letter
from outreach.database import db, now, transaction
from outreach.events.models import Event, Session
from outreach.institution.models import Institution
from outreach.invitations.actions import invite
from outreach.invitations.models import Invitation, InvitationState, Origin
from outreach.invitations.queries import get_by_key
from outreach.invitations.sheet_views import sheets
from outreach.links import Purpose, links
from tests import people

_OWN = re.compile(r'nonce="?[^">]+"|nonce-[\w-]+|value="register:[^"]+"')
"""What no two pages have in common: marks of time and of chance."""


@pytest.fixture
def shared(app: Flask) -> Invitation:
    """Ada's invitation to the congress, whose letter has left."""
    with transaction():
        people.city()
        event = people.congress()
        sent = people.campaign(event)
        sent.state, sent.launched_at = CampaignState.RUNNING, now()
        return invite(event, people.ada(), Origin.AUDIENCE, now())


def _path(shared: Invitation, query: str = "") -> str:
    return f"/s/{links().sign(Purpose.SHARE, shared.key)}{query}"


def _page(client: FlaskClient, shared: Invitation, query: str = "") -> str:
    return _OWN.sub("", client.get(_path(shared, query), headers={"Accept-Language": "en"}).text)


def _drawn_whole(app: Flask, shared: Invitation, query: str = "") -> str:
    """As somebody with a cookie of ours reads it: drawn for them alone."""
    known = app.test_client()
    known.set_cookie(app.config["SESSION_COOKIE_NAME"], "of another visit")
    return _page(known, shared, query)


def _letter() -> Letter:
    return db.session.scalars(select(Letter).where(Letter.language == "en")).one()


@pytest.mark.both
@pytest.mark.parametrize("query", ["", "?via=whatsapp", "?lang=fr", "?lang=en&via=poster"])
def test_the_sheet_says_what_the_whole_page_says(
    app: Flask, client: FlaskClient, shared: Invitation, query: str
) -> None:
    with transaction():
        event = db.session.get_one(Event, shared.event_id)
        other = invite(event, people.mayor(), Origin.AUDIENCE, now())
        other.named_as_relay = True
    for one in (shared, other):
        assert one.key in _page(client, one, query)
        assert _page(client, one, query) == _drawn_whole(app, one, query)
    assert "Mairie d’Exemple-sur-Sarthe" in _page(client, other, query)
    assert "Mairie" not in _page(client, shared, query)


def _rewrite(_shared: Invitation) -> None:
    _letter().body = "{salutation}\n\nThese are quite other words.\n"


def _retitle(shared: Invitation) -> None:
    db.session.get_one(Event, shared.event_id).title = {"fr": "Un autre congrès", "en": "Another congress"}


def _retheme(shared: Invitation) -> None:
    one = db.session.scalars(select(Session).where(Session.event_id == shared.event_id).limit(1)).one()
    one.theme = {"fr": "Un autre thème", "en": "Another theme"}


def _other_signatory(_shared: Invitation) -> None:
    db.session.get_one(Institution, 1).contact_email = "autre@ville.example"


def _close(shared: Invitation) -> None:
    db.session.get_one(Event, shared.event_id).registration_open = False


def _withdraw(shared: Invitation) -> None:
    get_by_key(shared.key).state = InvitationState.WITHDRAWN


def _name(shared: Invitation) -> None:
    get_by_key(shared.key).named_as_relay = True


def _launch_again(shared: Invitation) -> None:
    event = db.session.get_one(Event, shared.event_id)
    sent = people.campaign(event)
    sent.state, sent.launched_at = CampaignState.RUNNING, now()
    next(one for one in sent.letters if one.language == "en").body = "A second letter, sent later.\n"


@pytest.mark.both
@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_rewrite, "quite other words"),
        (_retitle, "Another congress"),
        (_retheme, "Another theme"),
        (_other_signatory, "autre@ville.example"),
        (_close, "Registration for this event is closed"),
        (_withdraw, "cannot be used any more"),
        (_name, "Les Jardins partagés passes this invitation on to you"),
        (_launch_again, "A second letter"),
    ],
)
def test_a_change_shows_in_the_very_next_page(
    app: Flask, client: FlaskClient, shared: Invitation, change: Callable[[Invitation], None], says: str
) -> None:
    before = _page(client, shared)
    with transaction():
        change(shared)
    after = _page(client, shared)
    assert says not in before
    assert says in after
    assert after == _drawn_whole(app, shared)


def test_a_letter_that_has_not_left_is_not_shown(client: FlaskClient, shared: Invitation) -> None:
    assert 'class="letter prose"' in _page(client, shared)
    with transaction() as session:
        session.scalars(select(Campaign)).one().state = CampaignState.STOPPED
    assert 'class="letter prose"' not in _page(client, shared)


def test_packed_it_is_the_same(client: FlaskClient, shared: Invitation) -> None:
    plain = client.get(_path(shared))
    packed = client.get(_path(shared), headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert _OWN.sub("", gzip.decompress(packed.data).decode()) == _OWN.sub("", plain.text)


def test_many_links_need_one_sheet(app: Flask, client: FlaskClient, shared: Invitation) -> None:
    with transaction():
        event = db.session.get_one(Event, shared.event_id)
        others = [invite(event, who(), Origin.AUDIENCE, now()) for who in (people.mayor, people.deputy, people.ccas)]
    with app.app_context():
        for one in (shared, *others):
            assert one.key in _page(client, one)
        assert len(sheets()) == 1


def test_a_query_that_is_none_of_ours_leaves_nothing_behind(
    app: Flask, client: FlaskClient, shared: Invitation
) -> None:
    for query in ("?from=1", "?from=2", "?reply=yes"):
        assert client.get(_path(shared, query)).status_code == 200
    with app.app_context():
        assert len(sheets()) == 0
