"""The fields of a form that nobody has filled in, drawn once for everybody whose programme and seats are the same."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from flask import render_template
from markupsafe import Markup, escape

from outreach.i18n import language
from outreach.rsvp.submission import Person, Submission

_DRAWN: Final = 64
"""Forms remembered by a process: one for each event, language and number of seats left."""
_NAME: Final = "\ue000"
"""Stands where the name of the invited person goes; for private use in Unicode, so no name has it."""


def fields(values: Mapping[str, Any]) -> Markup | None:
    """The fields of the form that these values make, or None when something of it was filled in or refused."""
    submission: Submission = values["submission"]
    name = submission.myself.name
    if values["errors"] or submission != Submission(persons=(Person(0, name),)):
        return None
    shown = _Shown(
        {name: values[name] for name in ("replies", "days", "groups", "needs", "longest")},
        len(values["persons"]),
        values["event"].companions_max,
    )
    return Markup(_draw(language(), shown).replace(_NAME, escape(name)))  # noqa: S704 - of our template, the name escaped


class _Shown:
    """What the fields are drawn from; alike when all of it reads the same."""

    def __init__(self, values: Mapping[str, Any], persons: int, companions_max: int) -> None:
        self.values, self.persons, self.companions_max = values, persons, companions_max
        self._said = repr((values, persons, companions_max))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Shown) and self._said == other._said

    def __hash__(self) -> int:
        return hash(self._said)


@lru_cache(_DRAWN)
def _draw(_language: str, shown: _Shown) -> str:
    nobody = Submission(persons=(Person(0, _NAME),))
    return render_template(
        "rsvp/_form.html",
        **shown.values,
        submission=nobody,
        persons=[nobody.person(position) for position in range(shown.persons)],
        event={"companions_max": shown.companions_max},
        errors={},
        by_staff=False,
    )
