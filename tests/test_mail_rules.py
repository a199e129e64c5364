"""What a message uses is found in its HTML, and compared with what mail programs know."""

from tools import caniemail
from tools.mail_rules import declared, features, styled, unknown


def test_styles_are_read_wherever_they_are() -> None:
    html = '<style>.a > b { color: red !important; }</style><p style="margin-top:2em;display:none">x</p>'
    found = features(html)
    assert {"html-style", "html-p", "css-selector-class", "css-selector-child", "css-important"} <= found
    assert {"css-margin", "css-unit-em", "css-display-none"} <= found


def test_comments_for_outlook_are_not_read() -> None:
    assert features('<!--[if mso]><svg style="mso-padding-alt:0"></svg><![endif]-->') == set()


def test_media_and_selectors_are_told_apart() -> None:
    found = set(
        styled("@media (prefers-color-scheme: dark) { a b, #c { color: rgb(1 2 3) } } p:last-child { top: 5% }")
    )
    assert {"css-at-media-prefers-color-scheme", "css-selector-descendant", "css-selector-grouping"} <= found
    assert {"css-selector-id", "css-rgb", "css-pseudo-class-last-child", "css-unit-percent"} <= found


def test_sides_are_those_of_one_property() -> None:
    assert {"css-padding", "css-border"} <= set(declared("padding-left: 3px; border-top-color: red"))


def test_a_feature_that_some_program_does_not_know_is_named_with_it() -> None:
    found = unknown({"css-display-grid", "css-color", "html-strong"}, caniemail.known())
    assert list(found) == ["css-display-grid"]
    assert "outlook windows" in found["css-display-grid"]


def test_every_program_of_our_recipients_is_there() -> None:
    programs = {program.split()[0] for program in caniemail.known()["css-color-scheme"]}
    assert programs == set(caniemail.FAMILIES)
