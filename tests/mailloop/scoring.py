"""SpamAssassin with its own rules alone: no network, no learning, no preferences of anybody."""

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_TRUST = "ALL_TRUSTED"
"""What it deducts for a message that never left this machine; nobody else will."""


@dataclass(frozen=True, slots=True)
class Score:
    """Points for each rule that hit."""

    rules: Mapping[str, float]

    @property
    def total(self) -> float:
        """What a stranger's mail server would count."""
        return round(sum(points for name, points in self.rules.items() if name != _TRUST), 1)

    def __str__(self) -> str:
        words = ", ".join(f"{name} {points:+.1f}" for name, points in sorted(self.rules.items()) if name != _TRUST)
        return f"{self.total:.1f} ({words or 'no rule'})"


def score(raw: bytes, folder: Path) -> Score:
    """What SpamAssassin thinks of a message as it was received."""
    preferences = folder / "spamassassin.prefs"
    preferences.write_text("use_bayes 0\nuse_auto_welcomelist 0\nadd_header all Points _TESTSSCORES(,)_\n")
    command = ["/usr/bin/spamassassin", "--local", "--prefs-file", str(preferences)]
    home = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    said = subprocess.run(command, input=raw, capture_output=True, check=True, env=home).stdout
    found = re.search(rb"^X-Spam-Points: ((?:.|\r?\n[ \t])*)", said, re.MULTILINE)
    assert found is not None, said[:2000]
    pairs = re.findall(r"([A-Z0-9_]+)=(-?[0-9.]+)", found[1].decode())
    return Score({name: float(points) for name, points in pairs})
