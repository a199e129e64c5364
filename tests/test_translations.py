"""Nothing a person reads lacks its French, and the tool that says so notices."""

import ast
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from tools import strings, translations


def test_no_string_lacks_its_french_and_every_template_compiles() -> None:
    assert translations.check() == []


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("Sign in", ""),
        ("%(count)s seats", "%(nombre)s places"),
        ("Really?", "Vraiment ?"),
        ("Sign in: now", "Connectez-vous: maintenant"),
        ("%(share)s%% came", "%(share)s%% sont venus"),
        ("“Solidarity”", "«Solidarité»"),
        ("Wait…", "Attendez..."),
        (("%(num)d seat", "%(num)d seats"), ("%(num)d place", "")),
    ],
)
def test_a_fault_in_a_translation_is_noticed(english: str | tuple[str, str], french: str | tuple[str, str]) -> None:
    assert translations.faults(Message(english, french)) != []


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("Really?", "Vraiment\u202f?"),
        ("At 12:30: come", "À 12:30\u202f: venez"),
        ("%(share)s%% came", "%(share)s\u00a0%% sont venus"),
        ("“Solidarity”", "«\u202fSolidarité\u202f»"),
        ("See https://ville.example/a?b=c.", "Voir https://ville.example/a?b=c."),
        (("One seat", "%(num)d seats"), ("Une place", "%(num)d places")),
    ],
)
def test_good_french_passes(english: str | tuple[str, str], french: str | tuple[str, str]) -> None:
    assert translations.faults(Message(english, french)) == []


def test_a_string_belongs_to_the_room_of_its_file() -> None:
    assert strings.room_of(strings.PACKAGE / "contacts" / "names.py") == "contacts"
    assert strings.room_of(strings.TEMPLATES / "contacts" / "list.html") == "contacts"
    assert strings.room_of(strings.PACKAGE / "links.py") == strings.SHARED
    assert strings.room_of(strings.TEMPLATES / "layouts" / "base.html") == strings.SHARED


def test_refusals_are_found_by_name_and_through_constants(tmp_path: Path) -> None:
    module = tmp_path / "deciding.py"
    module.write_text('LATE = "Too late."\nraise Refusal(LATE if late else "Too early.")\n_("Now")\nprint("never")\n')
    tree = strings.tree(module)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    found = {text for call in calls for text, _context in strings.messages(call, strings.constants(tree))}
    assert found == {"Too late.", "Too early.", "Now"}
