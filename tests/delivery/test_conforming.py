"""Messages are valid HTML; what Outlook alone needs is where it alone reads it."""

import re

import mrml

from outreach.delivery.letters.conforming import conforming

MESSAGE = (
    '<mjml><mj-body><mj-section><mj-column><mj-button href="https://ville.example/">Je viens</mj-button>'
    "</mj-column></mj-section></mj-body></mjml>"
)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def _drawn() -> str:
    return conforming(str(mrml.to_html(MESSAGE).content))


def test_no_name_of_microsoft_stands_outside_a_comment() -> None:
    seen_by_all = COMMENT.sub("", _drawn())
    assert "mso-" not in seen_by_all
    assert "xmlns:" not in seen_by_all
    assert "vertical-align=" not in seen_by_all


def test_outlook_reads_its_own_all_the_same() -> None:
    comments = "".join(COMMENT.findall(_drawn()))
    assert "mso-table-lspace" in comments
    assert "mso-padding-alt" in comments
    assert "OfficeDocumentSettings xmlns:o" in comments


def test_the_button_is_there_once_for_each() -> None:
    drawn = _drawn()
    assert drawn.count("mso-padding-alt") == 1
    assert drawn.count('bgcolor="#414141"') == 2
    assert COMMENT.sub("", drawn).count('bgcolor="#414141"') == 1
