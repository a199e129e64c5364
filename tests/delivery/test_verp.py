"""Addresses that say whose message came back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.delivery.returns.verp import Door, Forged, ReturnAddresses

OURS = ReturnAddresses(["old", "new"], "rebond.mairie.test")
keys = (
    st.text(min_size=1, max_size=28)
    .filter(lambda key: len(key.encode(errors="ignore")) <= 28)
    .filter(lambda key: key.encode(errors="replace").decode() == key)
)


@given(st.sampled_from(Door), keys)
def test_an_address_says_whose_it_is(door: Door, key: str) -> None:
    address = OURS.make(door, key)
    local = address.partition("@")[0]
    assert len(local) <= 64
    assert OURS.read(address).key == OURS.read(address.upper()).key == key
    assert OURS.read(f"<{address}>").door is door


def test_an_address_of_the_key_before_is_still_ours() -> None:
    before = ReturnAddresses(["old"], "rebond.mairie.test").make(Door.BOUNCE, "m12")
    assert OURS.read(before).key == "m12"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "b+@rebond.mairie.test",
        "b+aaaa@rebond.mairie.test",
        "b+é@rebond.mairie.test",
        "congres@rebond.mairie.test",
        ReturnAddresses(["stranger"], "rebond.mairie.test").make(Door.BOUNCE, "m12"),
        ReturnAddresses(["new"], "elsewhere.test").make(Door.BOUNCE, "m12"),
        "u" + OURS.make(Door.BOUNCE, "m12")[1:],
        OURS.make(Door.BOUNCE, "m12").replace("b+", "b+a"),
    ],
)
def test_a_forged_address_is_refused(address: str) -> None:
    with pytest.raises(Forged):
        OURS.read(address)
