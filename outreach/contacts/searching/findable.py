"""Decides what a contact is found by: the folded words of its names, commune, organisation and addresses."""

from collections.abc import Iterable
from typing import NamedTuple

from outreach.contacts.folding import words
from outreach.contacts.searching.communes import inhabitants

LONGEST_WORD = 60


class Findable(NamedTuple):
    """What is kept of a contact for searching."""

    words: str
    """Each once, a space before and after: " martin lea le mans "; "" for a contact that is not to be found."""
    inhabitants: int | None
    """Of its commune, where it is known."""

    @property
    def each(self) -> list[str]:
        """The words one by one."""
        return self.words.split()


NOTHING = Findable("", None)


def findable(
    family_name: str,
    given_name: str,
    locality: str,
    organisation: str,
    department: str | None,
    emails: Iterable[str],
) -> Findable:
    """What a contact with these particulars is found by, in the order in which they are read on the page."""
    told = " ".join((family_name, given_name, locality, organisation, *emails))
    found = " ".join(dict.fromkeys(word[:LONGEST_WORD] for word in words(told)))
    return Findable(f" {found} " if found else "", inhabitants(locality, department))
