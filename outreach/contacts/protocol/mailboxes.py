"""Decides which of somebody's addresses a campaign writes to, and says why: a rule one can read."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

from outreach.contacts.kinds import AddressRule


class Why(StrEnum):
    """Why it is this address; or why none."""

    MANDATE = "mandate"
    """It belongs to the office by which they are addressed."""
    PREFERRED = "preferred"
    ANOTHER = "another"
    """The preferred one takes no mail, or there is none."""
    ORGANISATION = "organisation"
    """The mailbox of their organisation."""
    ASKED = "asked"
    """Somebody asked that nothing be sent there."""
    RETURNED = "returned"
    """None is left that takes mail."""
    NONE = "none"
    """None is known that is in use."""


class Mailbox(NamedTuple):
    """An address somebody may be written to at, on one day and about one event."""

    preferred: bool = False
    retired: bool = False
    asked: bool = False
    """Its holder, or somebody for them, asked that nothing be sent there."""
    returned: bool = False
    mandate_id: int = 0
    over: bool = False
    """It belongs to an office that is over."""
    shared: bool = False
    """It is their organisation's, not their own."""

    @property
    def usable(self) -> bool:
        """Whether a letter may go there."""
        return not (self.retired or self.asked or self.returned or self.over)


class Choice(NamedTuple):
    """Which one, by its place in the list, and why; None where there is no address at all."""

    which: int | None
    why: Why


FALLS_BACK = frozenset({AddressRule.MANDATE, AddressRule.ORGANISATION})
"""The rules by which the mailbox of an organisation may serve for its people."""


def choose(mailboxes: Sequence[Mailbox], rule: AddressRule, mandate_id: int = 0) -> Choice:
    """The address for somebody who is addressed by the office of that mandate (0: by none).

    PREFERRED: the preferred address, else another of their own. MANDATE: the address of the office by which they are
    addressed, else the preferred one, else another, else their organisation's. ORGANISATION: their organisation's, else
    their own in the same order. Somebody who asked, at any of their own addresses, not to be written to is not written
    to at another: theirs is that one then, to be held back where it is looked up. Where nothing takes mail, it is the
    one that would have been first.
    """
    asked = next((index for index, one in enumerate(mailboxes) if one.asked and not one.shared), None)
    if asked is not None:
        return Choice(asked, Why.ASKED)
    open_ones = [index for index, one in enumerate(mailboxes) if one.usable and _may_serve(one, rule)]
    if open_ones:
        first = min(open_ones, key=lambda index: _order(mailboxes[index], rule, mandate_id))
        return Choice(first, why(mailboxes[first], rule, mandate_id))
    left = [
        index for index, one in enumerate(mailboxes) if one.returned and not (one.retired or one.over or one.shared)
    ]
    if left:
        return Choice(min(left, key=lambda index: not mailboxes[index].preferred), Why.RETURNED)
    return Choice(None, Why.NONE)


def _may_serve(one: Mailbox, rule: AddressRule) -> bool:
    return not one.shared or rule in FALLS_BACK


def _order(one: Mailbox, rule: AddressRule, mandate_id: int) -> tuple[bool, bool, bool]:
    of_office = rule is not AddressRule.PREFERRED and bool(mandate_id) and one.mandate_id == mandate_id
    if rule is AddressRule.ORGANISATION:
        return not one.shared, not of_office, not one.preferred
    return one.shared, not of_office, not one.preferred


class Told(Protocol):
    """As much of an address as says why it is chosen."""

    @property
    def preferred(self) -> bool: ...
    @property
    def mandate_id(self) -> int: ...
    @property
    def shared(self) -> bool: ...


def why(one: Told, rule: AddressRule, mandate_id: int) -> Why:
    """Why an address that is chosen by a rule is the one."""
    if one.shared:
        return Why.ORGANISATION
    if rule is not AddressRule.PREFERRED and mandate_id and one.mandate_id == mandate_id:
        return Why.MANDATE
    return Why.PREFERRED if one.preferred else Why.ANOTHER
