"""The settings of the house as a form gives them: read, judged, and what is wrong with each field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from outreach.accounts.mailboxes import read_mailbox
from outreach.errors import Refusal
from outreach.institution.colours import judge_action, read_colour
from outreach.institution.logos import read_logo
from outreach.institution.models import Accessibility, MeasuringMode

LONGEST_RETENTION = 36
"""Months after the person's last action; longer has no ground (CNIL, public relations of institutions)."""
LANGUAGES = ("fr", "en")

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be changed of the house. `logo` is None to keep the present one, `drop_logo` removes it."""

    name: str
    short_name: str
    action_colour: str
    accent_colour: str
    postal_address: str
    contact_email: str
    privacy_email: str
    signatory_name: str
    signatory_titles: dict[str, str]
    measuring: MeasuringMode
    retention_months: int
    accessibility: Accessibility = Accessibility.NONE
    logo: tuple[bytes, str] | None = None
    drop_logo: bool = False


@dataclass(slots=True)
class Reader:
    """Reads a form field by field and gathers every refusal, so that a person corrects all at once."""

    form: Mapping[str, str]
    refusals: dict[str, Refusal] = field(default_factory=dict)

    def text(self, name: str, longest: int, required: bool = False) -> str:
        """One line or several, trimmed."""
        value = "\n".join(line.strip() for line in self.form.get(name, "").strip().splitlines())
        if required and not value:
            self.refuse(name, Refusal("This field cannot be empty.", field=name))
        if len(value) > longest:
            self.refuse(name, Refusal("At most %(number)d characters.", field=name, number=longest))
        return value

    def tried(self, name: str, read: Callable[[str], Value], otherwise: Value) -> Value:
        """What `read` makes of the field; its refusal is kept and `otherwise` takes its place."""
        try:
            return read(self.form.get(name, ""))
        except Refusal as refusal:
            self.refuse(name, refusal)
            return otherwise

    def refuse(self, name: str, refusal: Refusal) -> None:
        """Keep the first thing that is wrong with a field."""
        self.refusals.setdefault(name, refusal)


def read_settings(form: Mapping[str, str], logo: bytes) -> tuple[Settings, dict[str, Refusal]]:
    """The settings in a form, and what is wrong with it by field (nothing: they may be kept)."""
    reader = Reader(form)
    settings = Settings(
        name=reader.text("name", 200, required=True),
        short_name=reader.text("short_name", 60, required=True),
        action_colour=reader.tried("action_colour", _action, "#1f3a6e"),
        accent_colour=reader.tried("accent_colour", lambda text: read_colour(text, "accent_colour"), "#b4532a"),
        postal_address=reader.text("postal_address", 400),
        contact_email=reader.tried("contact_email", lambda text: _mailbox(text, "contact_email"), ""),
        privacy_email=reader.tried("privacy_email", lambda text: _mailbox(text, "privacy_email"), ""),
        signatory_name=reader.text("signatory_name", 200),
        signatory_titles={code: reader.text(f"signatory_titles_{code}", 400) for code in LANGUAGES},
        measuring=reader.tried("measuring", _measuring, MeasuringMode.AGGREGATE),
        retention_months=reader.tried("retention_months", _months, LONGEST_RETENTION),
        accessibility=reader.tried("accessibility", _accessibility, Accessibility.NONE),
        logo=reader.tried("logo", lambda _text: read_logo(logo) if logo else None, None),
        drop_logo="drop_logo" in form,
    )
    return settings, reader.refusals


def _action(text: str) -> str:
    colour = read_colour(text, "action_colour")
    judge_action(colour)
    return colour


def _mailbox(text: str, name: str) -> str:
    return read_mailbox(text, name) if text.strip() else ""


def _measuring(text: str) -> MeasuringMode:
    try:
        return MeasuringMode(text)
    except ValueError as error:
        raise Refusal("Choose one of the ways of measuring.", field="measuring") from error


def _accessibility(text: str) -> Accessibility:
    try:
        return Accessibility(text)
    except ValueError as error:
        raise Refusal("Choose what the audit found.", field="accessibility") from error


def _months(text: str) -> int:
    if not text.strip().isdecimal() or len(text) > 9 or not 1 <= int(text) <= LONGEST_RETENTION:
        raise Refusal(
            "Give a number of months between 1 and %(longest)d.", field="retention_months", longest=LONGEST_RETENTION
        )
    return int(text)
