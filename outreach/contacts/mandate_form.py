"""What somebody typed about an office, read into a tenure, with a sentence for each field to correct."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from outreach.contacts.imports.rows import cells
from outreach.contacts.imports.rows.mailboxes import judge
from outreach.contacts.mandates import Tenure
from outreach.contacts.protocol.table import FORMS, FUNCTIONS, OFFICES
from outreach.errors import Refusal

LONGEST_CONSTITUENCY = 200
MOST = 99


@dataclass(slots=True)
class MandateForm:
    """The fields as they were typed, the tenure they come to, and what is wrong with which."""

    typed: dict[str, str]
    tenure: Tenure = field(default_factory=lambda: Tenure(""))
    errors: dict[str, Refusal] = field(default_factory=dict)

    @classmethod
    def parse(cls, form: Mapping[str, str], reserved: bool = False) -> "MandateForm":
        """Read what was sent. `reserved` accepts the domains of demonstrations."""
        made = cls(dict(form))
        office, since, until = made._office(), made._day("since"), made._day("until")
        if since and until and until < since:
            made.errors["until"] = Refusal("The last day comes before the first.")
        made.tenure = Tenure(
            office=office,
            constituency=made._constituency(),
            since=since,
            until=until,
            position=made._position(),
            honorary="honorary" in form,
            email=made._email(reserved),
        )
        return made

    @classmethod
    def of(cls, tenure: Tenure) -> "MandateForm":
        """The fields of an office as it is held."""
        typed = {
            "office": tenure.office,
            "constituency": tenure.constituency,
            "since": tenure.since.isoformat() if tenure.since else "",
            "until": tenure.until.isoformat() if tenure.until else "",
            "position": str(tenure.position or ""),
            "email": tenure.email,
            **({"honorary": "1"} if tenure.honorary else {}),
        }
        return cls(typed, tenure)

    def _text(self, name: str) -> str:
        return " ".join(self.typed.get(name, "").split())

    def _office(self) -> str:
        office = self._text("office")
        if office not in OFFICES and office not in FUNCTIONS:
            self.errors["office"] = Refusal("Choose an office in the list.")
            return ""
        return FORMS[office].name

    def _constituency(self) -> str:
        text = self._text("constituency")
        if len(text) > LONGEST_CONSTITUENCY:
            self.errors["constituency"] = Refusal(
                "This is longer than %(longest)d characters.", longest=LONGEST_CONSTITUENCY
            )
        return text

    def _day(self, name: str) -> date | None:
        text = self._text(name)
        day = cells.day(text) if text else None
        if text and day is None:
            self.errors[name] = Refusal("Type a day, such as 2026-03-22.")
        return day

    def _position(self) -> int | None:
        text = self._text("position")
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and 0 < int(text) <= MOST):
            self.errors["position"] = Refusal("Type a whole number from 1 to %(most)d.", most=MOST)
            return None
        return int(text)

    def _email(self, reserved: bool) -> str:
        text = self._text("email")
        verdict = judge(text, reserved=reserved) if text else ""
        if isinstance(verdict, Refusal):
            self.errors["email"] = verdict
            return ""
        return verdict
