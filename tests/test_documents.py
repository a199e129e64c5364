"""What the documents name exists: modules, functions and tests."""

import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DELIVERY = (ROOT / "docs" / "delivery.md").read_text(encoding="utf-8")
TESTS = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(test_\w+)`", DELIVERY))))
def test_a_test_that_is_named_is_there(name: str) -> None:
    assert f"def {name}(" in TESTS


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([a-z]+\.[A-Za-z_]+)`", DELIVERY)) - {"message.due_at"}))
def test_a_function_that_is_named_is_there(name: str) -> None:
    module, _, thing = name.partition(".")
    homes = (ROOT / "outreach" / "delivery").rglob(f"{module}.py")
    assert [home for home in homes if hasattr(_imported(home), thing)] != []


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:\w+/)+\w+\.py)`", DELIVERY))))
def test_a_file_that_is_named_is_there(path: str) -> None:
    places = (ROOT, ROOT / "outreach", ROOT / "outreach" / "delivery")
    assert any((place / path).is_file() for place in places)


def _imported(path: Path) -> object:
    return import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
