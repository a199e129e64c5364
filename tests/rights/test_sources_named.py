"""The sources that the service names itself are read in the reader's language."""

import pytest
from flask import Flask

from outreach.contacts.rights.origins import KNOWN
from outreach.contacts.rights.wording import SOURCES, source_name
from outreach.forwarding import actions as forwarding
from outreach.rights import correcting
from outreach.rsvp import delegate_actions

OURS = (forwarding.SOURCE, delegate_actions.SOURCE, correcting.SOURCE)


@pytest.mark.parametrize("source", OURS)
def test_a_source_of_our_own_is_read_in_both_languages(app: Flask, source: str) -> None:
    assert source in SOURCES
    assert source_name(source, "fr") != source_name(source, "en")


def test_each_source_that_is_sorted_by_its_name_is_one_that_is_given(app: Flask) -> None:
    assert {forwarding.SOURCE, delegate_actions.SOURCE} <= KNOWN.keys()


def test_a_source_of_the_office_is_read_as_it_was_written(app: Flask) -> None:
    assert source_name("Annuaire de la Sarthe", "en") == "Annuaire de la Sarthe"
