"""Which of somebody's addresses a campaign writes to: one line a case."""

import pytest

from outreach.contacts.kinds import AddressRule
from outreach.contacts.protocol.mailboxes import Mailbox, Why, choose

OFFICE, OTHER_OFFICE = 7, 8
"""Numbers of mandates; letters address the first."""

PREFERRED, MANDATE, ORGANISATION = AddressRule.PREFERRED, AddressRule.MANDATE, AddressRule.ORGANISATION

BOXES = {
    "own": Mailbox(preferred=True),
    "second": Mailbox(),
    "office": Mailbox(mandate_id=OFFICE),
    "other office": Mailbox(mandate_id=OTHER_OFFICE),
    "past office": Mailbox(preferred=True, mandate_id=OTHER_OFFICE, over=True),
    "retired": Mailbox(preferred=True, retired=True),
    "returned": Mailbox(preferred=True, returned=True),
    "refused": Mailbox(asked=True),
    "house": Mailbox(preferred=True, shared=True),
    "house returned": Mailbox(preferred=True, shared=True, returned=True),
    "house refused": Mailbox(preferred=True, shared=True, asked=True),
}


@pytest.mark.parametrize(
    ("rule", "known", "chosen", "why"),
    [
        (PREFERRED, ["second", "own"], "own", Why.PREFERRED),
        (PREFERRED, ["office", "own"], "own", Why.PREFERRED),
        (PREFERRED, ["returned", "second"], "second", Why.ANOTHER),
        (PREFERRED, ["retired", "second"], "second", Why.ANOTHER),
        (PREFERRED, ["past office", "second"], "second", Why.ANOTHER),
        (PREFERRED, ["house"], None, Why.NONE),
        (PREFERRED, ["own", "refused"], "refused", Why.ASKED),
        (PREFERRED, ["returned"], "returned", Why.RETURNED),
        (PREFERRED, ["retired"], None, Why.NONE),
        (PREFERRED, [], None, Why.NONE),
        (MANDATE, ["own", "office", "house"], "office", Why.MANDATE),
        (MANDATE, ["own", "other office", "house"], "own", Why.PREFERRED),
        (MANDATE, ["second", "house"], "second", Why.ANOTHER),
        (MANDATE, ["retired", "house"], "house", Why.ORGANISATION),
        (MANDATE, ["past office", "house"], "house", Why.ORGANISATION),
        (MANDATE, ["returned", "house"], "house", Why.ORGANISATION),
        (MANDATE, ["returned", "house returned"], "returned", Why.RETURNED),
        (MANDATE, ["refused", "house"], "refused", Why.ASKED),
        (MANDATE, ["own", "house refused"], "own", Why.PREFERRED),
        (MANDATE, ["house refused"], None, Why.NONE),
        (ORGANISATION, ["own", "office", "house"], "house", Why.ORGANISATION),
        (ORGANISATION, ["own", "office", "house returned"], "office", Why.MANDATE),
        (ORGANISATION, ["own", "house refused"], "own", Why.PREFERRED),
        (ORGANISATION, ["refused", "house"], "refused", Why.ASKED),
    ],
)
def test_a_rule_chooses_an_address_and_says_why(
    rule: AddressRule, known: list[str], chosen: str | None, why: Why
) -> None:
    which, reason = choose([BOXES[one] for one in known], rule, OFFICE)
    assert (None if which is None else known[which], reason) == (chosen, why)


def test_somebody_who_is_addressed_by_no_office_has_no_address_of_an_office() -> None:
    assert choose([BOXES["own"], Mailbox(mandate_id=0)], MANDATE) == (0, Why.PREFERRED)
