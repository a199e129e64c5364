"""Nothing that somebody typed reaches a page as markup.

A translation is markup: `_("…")` escapes the values of its slots and marks the sentence itself as safe. So the sentence
has to stand in the template; `{{ _(variable) }}` would mark whatever is in the variable. For that there is `|spoken`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

import outreach

TEMPLATES = Path(outreach.__file__).parent / "templates"
TRANSLATORS = frozenset({"_", "gettext", "ngettext", "lazy_gettext", "pgettext", "npgettext"})
SAFE = {
    "campaigns/_previews.html": "a letter as it was drawn, from a text that nh3 went through",
    "institution/home.html": "a place where an address may break",
}
"""Where markup is marked safe, and why it may be."""
SPOKEN = {
    "accounts/audit.html": "the words of the log",
    "campaigns/letter.html": "what a placeholder means",
    "dashboard/_campaign.html": "what can be done about a failure",
    "dashboard/_history.html": "what happened to a contact",
    "delivery/_remedies.html": "a remedy",
    "delivery/decide.html": "what may be decided of a message in doubt",
    "delivery/history.html": "a step of a message",
}
"""Where the sentence is in a variable, and why nobody typed it."""


def parsed(app: Flask) -> Iterator[tuple[str, nodes.Template]]:
    for path in sorted(TEMPLATES.rglob("*")):
        if path.suffix in {".html", ".txt", ".mjml", ".xml", ".svg"}:
            name = path.relative_to(TEMPLATES).as_posix()
            yield name, app.jinja_env.parse(path.read_text(encoding="utf-8"), name)


def is_written(node: nodes.Node) -> bool:
    """A sentence that stands there, or one of two by a condition."""
    if isinstance(node, nodes.CondExpr):
        return is_written(node.expr1) and node.expr2 is not None and is_written(node.expr2)
    return isinstance(node, nodes.Const)


def sentences(call: nodes.Call) -> list[nodes.Expr]:
    named = call.node.name if isinstance(call.node, nodes.Name) else ""
    return call.args[:2] if named.startswith("n") else call.args[:1]


@pytest.fixture
def found(app: Flask) -> dict[str, list[str]]:
    """What marks text as markup, by sort: the places."""
    places: dict[str, list[str]] = {"spoken": [], "safe": []}
    for name, template in parsed(app):
        for call in template.find_all(nodes.Call):
            named = call.node.name if isinstance(call.node, nodes.Name) else ""
            if named in TRANSLATORS and not all(map(is_written, sentences(call))):
                places["spoken"].append(f"{name}:{call.lineno}")
            if named == "Markup":
                places["safe"].append(f"{name}:{call.lineno}")
        places["safe"] += [f"{name}:{one.lineno}" for one in template.find_all(nodes.Filter) if one.name == "safe"]
    return places


def test_every_sentence_that_is_translated_stands_in_the_template(found: dict[str, list[str]]) -> None:
    assert [one for one in found["spoken"] if one.partition(":")[0] not in SPOKEN] == []
    assert {one.partition(":")[0] for one in found["spoken"]} == set(SPOKEN), "an exception that is needed no more"


def test_nothing_is_marked_safe_that_is_not_named_here(found: dict[str, list[str]]) -> None:
    assert [one for one in found["safe"] if one.partition(":")[0] not in SAFE] == []


def test_a_sentence_in_a_variable_would_be_markup(app: Flask) -> None:
    """What the guards above are for; when this changes they are not needed."""
    with app.test_request_context("/?lang=en"):
        drawn = app.jinja_env.from_string("{{ _(typed) }}").render(typed="<b>")
        told = app.jinja_env.from_string('{{ _("by %(name)s", name=typed) }}').render(typed="<b>")
        plain = app.jinja_env.from_string("{{ typed|spoken }}").render(typed="<b>")
    assert told == plain.replace("&lt;b&gt;", "by &lt;b&gt;")
    assert told == "by &lt;b&gt;"
    assert drawn == "<b>"
