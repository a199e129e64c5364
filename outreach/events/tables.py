"""Decides what a table of a TOML file, or of a form, says: key by key, each fault a sentence that names its key."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from outreach.contacts.imports.rows.mailboxes import judge
from outreach.errors import N_, Refusal

_NEVER: Final = dt.date(1970, 1, 1)
_YEARS: Final = range(1900, 2200)
_LONGEST_NUMBER: Final = 18


class Faulty(Refusal):
    """A table with faults; says the first one and holds them all."""

    def __init__(self, faults: Sequence[Refusal]) -> None:
        first = faults[0]
        super().__init__(first.message, field=first.field, **first.values)
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


class Table:
    """A table being read. A fault is kept and a harmless value given back, so that one reading finds them all."""

    def __init__(self, values: Mapping[str, Any], path: str = "", faults: list[Refusal] | None = None) -> None:
        self._values = values
        self._path = path
        self._faults: list[Refusal] = [] if faults is None else faults
        self._read: set[str] = set()

    def key(self, name: str) -> str:
        """The whole name of a key: `session[2].title`."""
        return f"{self._path}.{name}" if self._path else name

    def refuse(self, name: str, message: str, **values: object) -> None:
        """Keep a fault about one key; `%(key)s` in the message is its name."""
        self._faults.append(Refusal(message, field=self.key(name), key=self.key(name), **values))

    def has(self, name: str) -> bool:
        """True when the key is there and not empty."""
        return self._values.get(name) not in (None, "")

    def raw(self, name: str) -> Any:
        """The value as it came."""
        self._read.add(name)
        return self._values.get(name)

    def text(self, name: str, *, default: str | None = None, longest: int = 300) -> str:
        """Words on one line; asked for unless there is a default."""
        value = self.raw(name)
        if value is None or value == "":
            if default is None:
                self.refuse(name, N_("“%(key)s” is missing."))
            return default or ""
        if not isinstance(value, str):
            self.refuse(name, N_("“%(key)s” should be a text between quotation marks."))
            return default or ""
        if len(value) > longest:
            self.refuse(name, N_("“%(key)s” is longer than %(longest)d characters."), longest=longest)
        return " ".join(value.split(" ")).strip()

    def texts(self, name: str, *, required: bool = True, longest: int = 300) -> dict[str, str]:
        """Words by language, French among them; one text alone is taken for French."""
        value = self.raw(name) or {}
        if isinstance(value, str):
            value = {"fr": value}
        if not isinstance(value, Mapping):
            self.refuse(name, N_("“%(key)s” should give its text by language, fr and en."))
            return {}
        languages = Table(value, self.key(name), self._faults)
        if required and not languages.has("fr"):
            languages.refuse("fr", N_("“%(key)s” is missing: the French text is needed."))
        found = {code: languages.text(code, default="", longest=longest) for code in value}
        return {code: text for code, text in found.items() if text}

    def table(self, name: str) -> "Table":
        """A table inside this one; empty when there is none."""
        value = self.raw(name)
        if value is not None and not isinstance(value, Mapping):
            self.refuse(name, N_("“%(key)s” should be a table."))
        return Table(value if isinstance(value, Mapping) else {}, self.key(name), self._faults)

    def tables(self, name: str) -> "list[Table]":
        """The tables of a list, in their order."""
        value = self.raw(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
            self.refuse(name, N_("“%(key)s” should be a list of tables: [[%(key)s]]."))
            return []
        return [Table(one, f"{self.key(name)}[{at}]", self._faults) for at, one in enumerate(value, 1)]

    def whole(self, name: str, *, least: int, most: int, default: int | None = None) -> int | None:
        """A whole number between two others; the default when it is not there."""
        value = self.raw(name)
        if value is None or value == "":
            return default
        if isinstance(value, str) and value.strip().isdecimal() and len(value) < _LONGEST_NUMBER:
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse(name, N_("“%(key)s” should be a whole number."))
            return default
        if not least <= value <= most:
            self.refuse(name, N_("“%(key)s” should be between %(least)d and %(most)d."), least=least, most=most)
            return default
        return value

    def truth(self, name: str, *, default: bool) -> bool:
        """True or false."""
        value = self.raw(name)
        if isinstance(value, bool):
            return value
        if value is not None:
            self.refuse(name, N_("“%(key)s” should be true or false."))
        return default

    def day(self, name: str) -> dt.date:
        """A day: 2024-02-02."""
        value = self.raw(name)
        if isinstance(value, str):
            value = _or_none(dt.date.fromisoformat, value)
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime) and value.year in _YEARS:
            return value
        self.refuse(name, N_("“%(key)s” should be a day written like 2024-02-02."))
        return _NEVER

    def hour(self, name: str) -> dt.time | None:
        """An hour of the day: "9:30" or 09:30:00; None when it cannot be read."""
        value = self.raw(name)
        if isinstance(value, str):
            value = _or_none(dt.time.fromisoformat, value.strip().rjust(5, "0"))
        if isinstance(value, dt.time) and value.tzinfo is None:
            return value
        self.refuse(name, N_("“%(key)s” should be an hour written like 09:30."))
        return None

    def zone(self, name: str, default: str) -> str:
        """The name of a time zone."""
        value = self.text(name, default=default, longest=40)
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.refuse(name, N_("“%(key)s” is not a known time zone; write one like Europe/Paris."))
            return default
        return value

    def mailbox(self, name: str, *, default: str | None = None) -> str:
        """One mail address."""
        value = self.text(name, default=default, longest=254)
        if not value:
            return value
        judged = judge(value, reserved=True)
        if isinstance(judged, Refusal):
            self.refuse(name, N_("“%(key)s” is not a mail address: %(address)s."), address=value)
            return value
        return judged

    def choice(self, name: str, options: Iterable[str], default: str | None = None) -> str:
        """One of a few words."""
        known = list(options)
        value = self.text(name, default=default)
        if value and value not in known:
            self.refuse(name, N_("“%(key)s” should be one of: %(options)s."), options=", ".join(known))
            return default or known[0]
        return value or known[0]

    def finish(self) -> None:
        """Refuse keys that nobody asked for: they are often misspelt."""
        for name in self._values:
            if name not in self._read:
                self.refuse(name, N_("“%(key)s” means nothing here: correct its name or remove it."))

    def settle(self) -> None:
        """Raise Faulty when anything was wrong."""
        if self._faults:
            raise Faulty(self._faults)


def _or_none(read: Any, text: str) -> Any:
    try:
        return read(text)
    except ValueError:
        return None
