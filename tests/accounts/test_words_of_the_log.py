"""Whatever the audit log records is said in words on its page."""

import ast
from collections.abc import Iterator
from pathlib import Path

import outreach
from outreach.accounts.wording import ACTIONS


def recorded() -> Iterator[str]:
    """Every action that is written in a call of `record`."""
    for path in Path(outreach.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record":
                said = (one.value for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant))
                yield from (one for one in said if isinstance(one, str))


def test_everything_that_the_log_records_has_words() -> None:
    actions = set(recorded())
    assert "contact.erased" in actions
    parts = {one for one in actions if one.startswith(".") or one.endswith(".")}
    assert sorted(actions - parts - set(ACTIONS)) == []
    assert [part for part in parts if not any(part in one for one in ACTIONS)] == []
