"""An address is shown to its owner without being given to others."""

import pytest

from outreach.invitations.masking import mask


@pytest.mark.parametrize(
    ("email", "shown"),
    [("ada@association.test", "a•••@association.test"), ("a@b.test", "a•••@b.test"), ("broken", "•••"), ("", "•••")],
)
def test_a_masked_address_can_be_recognised_and_not_used(email: str, shown: str) -> None:
    assert mask(email) == shown
