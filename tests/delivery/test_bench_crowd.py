"""The invented directory that searching is measured in."""

from sqlalchemy import func, select

from outreach.contacts.models import Contact
from outreach.contacts.searching import listing
from outreach.contacts.searching.filters import Filters
from outreach.contacts.searching.indexing import reindex
from outreach.contacts.searching.models import SearchPosting
from outreach.database import db, transaction
from outreach.delivery.bench.crowd import fill
from outreach.delivery.bench.house import house


def test_everybody_invented_is_found_by_their_words() -> None:
    with house(1, 1, "", lambda: None):
        words = fill(300)
        assert len(words) > 10_000
        contact = db.session.get_one(Contact, 7)
        found = [one.id for one in listing.page(Filters.parse({"q": contact.family_name[1:5]}), 200).contacts]
        assert 7 in found
        assert listing.page(Filters.parse({"q": "asso"})).count == 300
        before = db.session.scalar(select(func.count()).select_from(SearchPosting)) or 0
        db.session.rollback()
        with transaction():
            reindex(range(1, 301))
        after = db.session.scalar(select(func.count()).select_from(SearchPosting)) or 0
        assert after == before - len({*range(1, 301)}), "all but the word of a house, which is kept nowhere else"
