"""Reads the builder of an audience: a tree of fields named by their place, with a button that adds or takes a part.

`r` is the whole rule, `r.2` its second part. A group has `r-join`, a condition `r.1-field` with its values; `-not`
turns either round. `do` says which button was pressed: `add:r` (what is in `r-new`), `group:r`, `drop:r.1`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from outreach.campaigns.audiences.rules import DEEPEST, MOST_CONDITIONS, TYPED, Condition, Field, Group, Join, Node
from outreach.errors import Refusal

Form = Mapping[str, Sequence[str]]
ROOT: Final = "r"
MOST_FIELDS: Final = 1_000
WITH_COMMAS: Final = TYPED | {Field.DEPARTMENT, Field.COUNTRY}
"""The fields in which words are typed with commas between them."""


@dataclass(slots=True)
class Draft:
    """A part as it stands in the form, faults and all: a group when it has no field."""

    path: str
    join: Join = Join.ALL
    negated: bool = False
    parts: "list[Draft]" = field(default_factory=list)
    about: Field | None = None
    values: list[str] = field(default_factory=list)
    least: str = ""
    most: str = ""
    event: str = ""
    days: str = ""

    @property
    def place(self) -> str:
        """Where a fault of the rule says it is."""
        return self.path.removeprefix(ROOT).lstrip(".")

    @property
    def may_nest(self) -> bool:
        """True while a group may be put into this one."""
        return self.path.count(".") + 1 < DEEPEST

    @property
    def typed(self) -> str:
        """The words of a condition that takes any, with commas between."""
        return ", ".join(self.values)

    def as_tree(self) -> dict[str, Any]:
        """What `rules.read_tree` is asked to read."""
        if self.about is None:
            said: dict[str, Any] = {self.join.value: [part.as_tree() for part in self.parts]}
        else:
            said = {self.about.value: self._said(self.about)}
        return {"not": said} if self.negated else said

    def _said(self, about: Field) -> Any:
        if about is Field.INHABITANTS:
            return {"least": _number(self.least), "most": _number(self.most)}
        if about is Field.ANSWER:
            return {"event": _number(self.event), "is": self.values}
        if about is Field.WRITTEN:
            return {"is": self.values, "days": _number(self.days)}
        return self.values


def draft_of(node: Node, path: str = ROOT) -> Draft:
    """The form of a rule as it is kept."""
    if isinstance(node, Condition):
        numbers = (node.least, node.most, node.event_id, node.days)
        shown = ["" if value is None else str(value) for value in numbers]
        return Draft(path, Join.ALL, node.negated, [], node.field, list(node.values), *shown)
    parts = [draft_of(part, f"{path}.{number}") for number, part in enumerate(node.parts, 1)]
    return Draft(path, node.join, node.negated, parts)


def read_draft(form: Form) -> Draft:
    """What the form says, after the button that was pressed has done its work. Raises Refusal for far too much."""
    if len(form) > MOST_FIELDS:
        raise Refusal("An audience has %(most)d conditions at most.", most=MOST_CONDITIONS)
    draft = _read(form, ROOT)
    verb, _colon, path = _one(form, "do").partition(":")
    if verb in {"add", "group", "drop"} and path:
        draft = _edited(draft, verb, path, form)
    return _numbered(draft, ROOT)


def _edited(draft: Draft, verb: str, path: str, form: Form) -> Draft:
    if draft.path == path and verb == "add":
        about = _one(form, f"{path}-new")
        if about in list(Field):
            draft.parts.append(Draft("", about=Field(about)))
    elif draft.path == path and verb == "group" and draft.may_nest:
        draft.parts.append(Draft("", join=Join.ANY))
    kept = [part for part in draft.parts if not (verb == "drop" and part.path == path)]
    return replace(draft, parts=[_edited(part, verb, path, form) if part.path else part for part in kept])


def _numbered(draft: Draft, path: str) -> Draft:
    parts = [_numbered(part, f"{path}.{number}") for number, part in enumerate(draft.parts, 1)]
    return replace(draft, path=path, parts=parts)


def _read(form: Form, path: str) -> Draft:
    negated = bool(_one(form, f"{path}-not"))
    about = _one(form, f"{path}-field")
    if about not in list(Field):
        join = Join.ANY if _one(form, f"{path}-join") == Join.ANY else Join.ALL
        parts = [_read(form, child) for child in _children(form, path)] if path.count(".") < DEEPEST else []
        return Draft(path, join, negated, parts)
    values = [value for value in form.get(f"{path}-value", ()) if value.strip()]
    if Field(about) in WITH_COMMAS:
        values = [word.strip() for value in values for word in value.split(",") if word.strip()]
    numbers = [_one(form, f"{path}-{name}").strip() for name in ("least", "most", "event", "days")]
    return Draft(path, Join.ALL, negated, [], Field(about), values, *numbers)


def _children(form: Form, path: str) -> Iterator[str]:
    """The parts of a group, in their order."""
    rests = (name[len(path) + 1 :].partition("-")[0] for name in form if name.startswith(f"{path}."))
    numbers = {int(rest) for rest in rests if rest.isascii() and rest.isdigit() and len(rest) < 4}
    return (f"{path}.{number}" for number in sorted(numbers))


def _one(form: Form, name: str) -> str:
    return next(iter(form.get(name, ())), "")


def _number(text: str) -> int | str | None:
    """A whole number, spaces between thousands allowed; what is none is left for the rule to refuse."""
    plain = "".join(text.split()).replace("\u202f", "")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 18 else (plain or None)


def blank() -> Group:
    """The rule that a new audience begins with."""
    return Group()
