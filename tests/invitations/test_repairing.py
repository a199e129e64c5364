"""Links that mail programs damaged still open, and what cannot be repaired is refused."""

import string
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.errors import BadLink
from outreach.invitations.door_views import read_token
from outreach.invitations.repairing import ALTERED, CASE_CHANGED, explain, spellings, wishes
from outreach.links import DAMAGED, Keyring, Purpose, links

KEY = "0123456789abcdef0123"
RING = Keyring(("a key",), "another", "https://invitations.ville.example")
TOKEN = RING.sign(Purpose.INVITATION, KEY)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "damage",
    [
        lambda token: token + ".",
        lambda token: token + ").",
        lambda token: token + ">",
        lambda token: token + "»",
        lambda token: token + "?utm_source=mail",
        lambda token: "<" + token + ">",
        lambda token: quote(token, safe="").replace(".", "%2E"),
        lambda token: quote(quote(token.replace(".", "%2E"))),
        lambda token: token[:30] + "\r\n" + token[30:],
        lambda token: token[:30] + "%0D%0A" + token[30:],
        lambda token: token[:30] + "=\r\n" + token[30:],
        lambda token: token[:30] + " " + token[30:],
        lambda token: token[:30] + "\u200b" + token[30:],
        lambda token: token[:30] + "\u00ad" + token[30:],
        lambda token: token.replace(".", "=2E"),
        lambda token: token.replace("-", "–"),
        lambda token: token[:20].upper() + token[20:],
        lambda token: "mailto:" + token,
        lambda token: "3D" + token,
        lambda token: token + "_",
        lambda token: token + "&gt;",
        lambda token: token.replace(".", "&#46;"),
        lambda token: token.replace("_", "\\_").replace("-", "\\-"),
        lambda token: "".join(f"={ord(one):02X}" for one in token),
        lambda token: token + "/",
        lambda token: token + "/suite",
    ],
)
def test_a_damaged_link_that_can_be_repaired_opens(damage: object) -> None:
    assert callable(damage)
    assert read_token(Purpose.INVITATION, damage(links().sign(Purpose.INVITATION, KEY))) == KEY


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "damage",
    [
        lambda token: token[:-1],
        lambda token: token[:25],
        lambda token: token[:20],
        lambda _token: "",
        lambda token: token.lower() if token != token.lower() else token[:-1],
        lambda token: token[:40] + ("A" if token[40] != "A" else "B") + token[41:],
        lambda token: token + "x",
    ],
)
def test_what_was_cut_or_altered_is_never_guessed(damage: object) -> None:
    assert callable(damage)
    with pytest.raises(BadLink):
        read_token(Purpose.INVITATION, damage(links().sign(Purpose.INVITATION, KEY)))


@pytest.mark.usefixtures("app")
def test_repairing_opens_no_other_door() -> None:
    with pytest.raises(BadLink):
        read_token(Purpose.ANSWER, links().sign(Purpose.INVITATION, KEY) + ".")


@given(st.text(string.printable, max_size=120))
def test_no_text_is_too_strange_to_look_at(text: str) -> None:
    assert text in list(spellings(text))


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (lambda token: token[:-4], DAMAGED),
        (lambda token: token[:12], DAMAGED),
        (lambda _token: "", DAMAGED),
        (lambda token: token.lower(), CASE_CHANGED),
        (lambda token: token.upper() + ".", CASE_CHANGED),
        (lambda token: token[:40] + ("A" if token[40] != "A" else "B") + token[41:], ALTERED),
        (lambda token: token + "x", ALTERED),
        (lambda token: "https://protect.example/?u=" + token[:-20] + "…" + token[-20:], ALTERED),
    ],
)
def test_what_cannot_be_repaired_is_explained(damage: object, expected: str) -> None:
    assert callable(damage)
    assert explain(damage(TOKEN)) == expected


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("reply=yes&lang=en", {"reply": "yes", "lang": "en"}),
        ("reply=3Dyes&amp;lang=3Den", {"reply": "yes", "lang": "en"}),
        ("reply%3Drepresented%26lang%3Dfr", {"reply": "represented", "lang": "fr"}),
        ("reply=yes>", {"reply": "yes"}),
        ("reply=y=\r\nes&amp;amp;lang=fr", {"reply": "yes", "lang": "fr"}),
        ("amp%3Breply=no", {"reply": "no"}),
        ("utm_source=mail", {}),
        ("autoreply=yes", {}),
    ],
)
def test_what_a_damaged_link_asked_for_is_kept(query: str, asked: dict[str, str]) -> None:
    assert wishes(f"{TOKEN}?{query}") == asked
