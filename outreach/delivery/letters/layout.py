"""Draws a message: MJML from a template becomes HTML that mail programs, Outlook among them, show alike."""

import re
from collections.abc import Mapping
from typing import Any, Final

import mrml
from flask import current_app

from outreach.delivery.letters.conforming import conforming
from outreach.errors import Refusal

LARGEST = 100_000
"""Octets of a whole message; Gmail hides what comes after about 102,000."""

_NOT_XML: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that MJML cannot hold and nobody reads: one in a name must not cost its message."""
_GAP: Final = re.compile(r"\n{3,}")
"""A letter leaves one line between paragraphs, whatever its template leaves out."""
_OWN_FONTS: Final = mrml.RenderOptions(fonts={})
"""By itself the renderer fetches from elsewhere the fonts that it knows by name; a message fetches nothing."""


def draw(template: str, values: Mapping[str, Any], marks: Mapping[str, str] | None = None) -> str:
    """The HTML of a message. `marks` stand for ready fragments, put in place after MJML was read."""
    source = _written(template, values)
    html = conforming(str(mrml.to_html(source, render_options=_OWN_FONTS).content))
    for mark, fragment in (marks or {}).items():
        html = html.replace(mark, fragment)
    return html


def write(template: str, values: Mapping[str, Any]) -> str:
    """The plain text of a message, or one line of it."""
    return _GAP.sub("\n\n", _written(template, values)).strip() + "\n"


def _written(template: str, values: Mapping[str, Any]) -> str:
    return _NOT_XML.sub("", current_app.jinja_env.get_template(f"emails/{template}").render(**values))


def check_size(message: bytes) -> None:
    """Raises Refusal when a message is too large for mail programs to show whole."""
    if len(message) > LARGEST:
        raise Refusal("This message weighs %(size)d kB: mail programs cut it after 100.", size=len(message) // 1000)
