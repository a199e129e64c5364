"""Reads TOML files."""

import tomllib
from pathlib import Path
from typing import Any

from outreach.errors import Refusal


def read_toml(file: Path) -> dict[str, Any]:
    """The tables of a TOML file. Raises Refusal with the place of what cannot be read."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refusal("%(file)s is not a TOML file: %(reason)s.", file=file.name, reason=str(error)) from error
