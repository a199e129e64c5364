"""A form that nobody has filled in is drawn once for many, and says each one's own name."""

from flask.testing import FlaskClient

from outreach.contacts.kinds import Kind
from outreach.database import transaction
from outreach.events.models import Session
from outreach.invitations.queries import get_by_key
from outreach.links import Purpose
from tests import people
from tests.rsvp.guests import ada, guest


def test_each_reads_their_own_name(client: FlaskClient) -> None:
    one = ada()
    with transaction():
        other = guest(get_by_key(one.key).event, people.deputy())
    first, second = (client.get(whose.url(Purpose.INVITATION)).text for whose in (one, other))
    assert 'value="Ada Lefèvre"' in first
    assert 'value="Inès Durand"' in second
    assert "Ada" not in second


def test_a_name_stays_text(client: FlaskClient) -> None:
    with transaction():
        people.city()
        one = guest(people.congress(), people.contact(Kind.MAYOR, "<b>", '"Bêche"', "maire@commune.test"))
    page = client.get(one.url(Purpose.INVITATION)).text
    assert 'value="&lt;b&gt; &#34;Bêche&#34;"' in page
    assert "<b>" not in page


def test_the_seats_left_are_those_of_now(client: FlaskClient) -> None:
    one = ada()
    before = client.get(one.url(Purpose.INVITATION, lang="en")).text
    with transaction() as session:
        workshop = session.get_one(Session, one.workshops[0])
        workshop.taken = 11
    after = client.get(one.url(Purpose.INVITATION, lang="en")).text
    assert "1 seat left" not in before
    assert "1 seat left" in after
