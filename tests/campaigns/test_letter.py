"""What a letter's markup becomes."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.campaigns.letter import CompiledLetter, compile_letter
from outreach.campaigns.placeholders import PLACEHOLDERS, Slot, fill, split
from outreach.errors import Refusal
from outreach.events.wording import date_phrase

CONGRESS = Path(__file__).parents[2] / "outreach" / "demo" / "congress"
CLIENT = Path(__file__).with_name("invitation.fr.md")


def html_of(body: str, **values: str) -> str:
    return compile_letter(body, values).html_for({}).strip()


def text_of(body: str, **values: str) -> str:
    return compile_letter(body, values).text_for({})


def test_the_congress_letter_is_the_clients_letter_byte_for_byte() -> None:
    values = {
        "salutation": "Mesdames, Messieurs,",
        "dates": date_phrase(date(2024, 2, 2), date(2024, 2, 3), "fr"),
    }
    written = fill(tuple(split((CONGRESS / "fr.md").read_bytes().decode())), values)
    assert written.encode() == CLIENT.read_bytes()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_congress_letter_keeps_all_its_words_in_plain_text(language: str) -> None:
    body = (CONGRESS / f"{language}.md").read_text(encoding="utf-8")
    written = text_of(body, salutation="{salutation}", dates="{dates}")
    assert written.replace("\u202f", " ") == body.replace("*", "")


def test_the_congress_letter_leaves_only_the_salutation_open() -> None:
    body = (CONGRESS / "fr.md").read_text(encoding="utf-8")
    letter = compile_letter(body, {"dates": "les 2 et 3 février"})
    assert letter.slots == {"salutation"}
    assert letter.html[0] == "<p>"
    assert letter.html[1] == Slot("salutation")


@pytest.mark.parametrize(
    ("body", "html", "text"),
    [
        ("Un.\n\nDeux.", "<p>Un.</p>\n<p>Deux.</p>", "Un.\n\nDeux.\n"),
        ("Adjoint\nPrésident", "<p>Adjoint<br>\nPrésident</p>", "Adjoint\nPrésident\n"),
        (
            "« *où ?* » **oui**",
            "<p>«\u202f<em>où\u202f?</em>\u202f» <strong>oui</strong></p>",
            "«\u202foù\u202f?\u202f» oui\n",
        ),
        ("- un\n- deux\n\nfin", "<ul>\n<li>un</li>\n<li>deux</li>\n</ul>\n<p>fin</p>", "- un\n- deux\n\nfin\n"),
        ("3. un\n4. deux", '<ol start="3">\n<li>un</li>\n<li>deux</li>\n</ol>', "3. un\n4. deux\n"),
        ("- un\n  - a\n  - b\n- deux", None, "- un\n  - a\n  - b\n- deux\n"),
        ("# Titre\n\nMot", "<h2>Titre</h2>\n<p>Mot</p>", "Titre\n\nMot\n"),
        ("> dit\n> elle", "<blockquote>\n<p>dit<br>\nelle</p>\n</blockquote>", "> dit\n> elle\n"),
        ("a\n\n---\n\nb", "<p>a</p>\n<hr>\n<p>b</p>", "a\n\n———\n\nb\n"),
        (
            "[le site](https://ville.example/?a=1&b=2)",
            '<p><a href="https://ville.example/?a=1&amp;b=2">le site</a></p>',
            "le site (https://ville.example/?a=1&b=2)\n",
        ),
        ("<congres@ville.example>", '<p><a href="mailto:congres@ville.example">congres@ville.example</a></p>', None),
        ("<https://ville.example/>", None, "https://ville.example/\n"),
        ("2 < 3 & « 4 »", "<p>2 &lt; 3 &amp; «\u202f4\u202f»</p>", "2 < 3 & «\u202f4\u202f»\n"),
        ("où\u202f? 10\u00a0%", "<p>où\u202f? 10&nbsp;%</p>", "où\u202f? 10\u00a0%\n"),
        ("une \\{accolade}", "<p>une {accolade}</p>", "une {accolade}\n"),
    ],
)
def test_the_markup_is_a_small_part_of_markdown(body: str, html: str | None, text: str | None) -> None:
    if html is not None:
        assert html_of(body) == html
    if text is not None:
        assert text_of(body) == text


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        '<a href="javascript:alert(1)">x</a>',
        "<style>p\\{}</style>",
    ],
)
def test_nothing_dangerous_comes_out_of_a_letter(body: str) -> None:
    written = html_of(body)
    assert not re.search(r"<(?!/?p>)", written), written


def test_a_value_is_words_never_markup() -> None:
    letter = compile_letter("Bonjour {last_name}, {event}", {"event": "*A* & <b>{place}</b>"})
    assert letter.html_for({"last_name": "<i>O'Neil</i>"}) == (
        "<p>Bonjour &lt;i&gt;O&#x27;Neil&lt;/i&gt;, *A* &amp; &lt;b&gt;{place}&lt;/b&gt;</p>\n"
    )
    assert letter.text_for({"last_name": "<i>"}) == "Bonjour <i>, *A* & <b>{place}</b>\n"


def test_a_placeholder_may_be_emphasised() -> None:
    assert html_of("*{event}*", event="Congrès") == "<p><em>Congrès</em></p>"


def test_the_subject_stays_on_one_line() -> None:
    letter = compile_letter("x", {"event": "A\nB"}, "Invitation\r\n: {event} {last_name}")
    assert letter.subject_for({"last_name": "C\nD"}) == "Invitation : A B C D"


@pytest.mark.parametrize("text", ["{salutaion}", "{ salutation }", "{}", "{salutation!r}", "{event.__class__}"])
def test_an_unknown_placeholder_is_refused_by_its_name(text: str) -> None:
    name = text[1:-1]
    for body, subject in ((text, ""), ("x", text)):
        with pytest.raises(Refusal, match=re.escape(f"{{{name}}}")):
            compile_letter(body, {}, subject)


def test_a_placeholder_in_the_address_of_a_link_is_refused() -> None:
    for body in ("[x](https://ville.example/{event})", "<https://ville.example/{event}>"):
        with pytest.raises(Refusal, match="address of a link"):
            compile_letter(body, {"event": "x"})


def test_a_letter_too_long_is_refused() -> None:
    with pytest.raises(Refusal, match="too long"):
        compile_letter("x" * 40_001, {})


WORDS = st.text(max_size=60)


@given(st.dictionaries(st.sampled_from(sorted(PLACEHOLDERS)), WORDS), WORDS)
def test_substitution_evaluates_nothing(values: dict[str, str], tail: str) -> None:
    tail = tail.replace("{", "").replace("}", "").replace("\\", "")
    text = "".join(f"<{{{name}}}>" for name in values) + tail
    assert fill(tuple(split(text)), values) == "".join(f"<{value}>" for value in values.values()) + tail


@given(WORDS)
def test_any_value_comes_out_of_the_text_as_it_went_in(value: str) -> None:
    letter: CompiledLetter = compile_letter("a {last_name} b", {})
    assert letter.text_for({"last_name": value}) == f"a {value} b\n"


@given(st.text(alphabet="*_-#>[]()<>`{}!&; \n\\ab1.", max_size=80))
def test_no_typing_breaks_the_editor(body: str) -> None:
    try:
        letter = compile_letter(body, {})
    except Refusal:
        return
    tags = set(re.findall(r"</?([a-z0-9]+)", letter.html_for({})))
    assert tags <= {"p", "br", "em", "strong", "ul", "ol", "li", "h2", "h3", "h4", "blockquote", "hr", "a"}


def test_spaces_before_french_punctuation_do_not_break_a_line() -> None:
    body = "la problématique : « *Où en sommes-nous ?* »\n\nDe 9 h : voir https://ville.example/?a=1 !"
    letter = compile_letter(body, {}, "Invitation : {event} ?")
    assert letter.text_for({}) == (
        "la problématique\u202f: «\u202fOù en sommes-nous\u202f?\u202f»\n\n"
        "De 9 h\u202f: voir https://ville.example/?a=1\u202f!\n"
    )
    assert letter.subject_for({"event": "le congrès"}) == "Invitation\u202f: le congrès\u202f?"
