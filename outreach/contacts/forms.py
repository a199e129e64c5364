"""What somebody typed about a contact, read into particulars, with a sentence for each field to correct."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from outreach.contacts.geography import COUNTRIES, DEPARTMENTS, department_of_postal_code
from outreach.contacts.imports.rows import cells
from outreach.contacts.imports.rows.mailboxes import read_mailboxes
from outreach.contacts.kinds import Gender, Kind
from outreach.contacts.models import Contact
from outreach.contacts.protocol.resolving import unwritable
from outreach.errors import Refusal

LANGUAGES = ("fr", "en")
MOST_ADDRESSES = 10
LONGEST_PHONE = 40
_COUNTRY = re.compile(r"[A-Z]{2}")
"""A file may bring any country by its code; the list of the form holds those we usually write to."""


@dataclass(slots=True)
class ContactForm:
    """The fields as they were typed, the particulars they come to, and what is wrong with which."""

    typed: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, Refusal] = field(default_factory=dict)

    LONGEST: ClassVar[dict[str, int]] = {
        "organisation": 300,
        "given_name": 100,
        "family_name": 150,
        "role_label": 200,
        "salutation": 200,
        "street": 300,
        "locality": 150,
        "website": 300,
        "notes": 10_000,
    }

    @classmethod
    def parse(cls, form: Mapping[str, str], reserved: bool = False) -> "ContactForm":
        """Read what was sent. `reserved` accepts the domains of demonstrations."""
        made = cls({name: text.replace("\r\n", "\n") for name, text in form.items()})
        for name, longest in cls.LONGEST.items():
            made.values[name] = made._text(name, longest)
        made.values["salutation"] = made.values["salutation"] or None
        made._read_choices()
        made._read_place()
        made._read_addresses(reserved)
        made._read_phone()
        made.values["not_measured"] = "not_measured" in form
        made.values["masculine_title"] = form.get("title_form") == "masculine"
        made._check_salutation()
        if not (made.values["family_name"] or made.values["organisation"]):
            made.errors["family_name"] = Refusal("Type a family name, an organisation, or both.")
        return made

    @classmethod
    def of(cls, contact: Contact) -> "ContactForm":
        """The fields of a contact as they are."""
        in_use = contact.in_use
        by_code = department_of_postal_code(contact.postal_code) if contact.country == "FR" else ""
        plain = {
            name: str(getattr(contact, name) or "") for name in (*cls.LONGEST, *_CHOICES) if name != "organisation"
        }
        return cls(
            {
                **plain,
                "organisation": contact.organisation.name if contact.organisation else "",
                "department": "" if contact.department == (by_code or None) else contact.department or "",
                "emails": "\n".join(one.email for one in in_use),
                **({"not_measured": "1"} if contact.not_measured else {}),
                "title_form": "masculine" if contact.masculine_title else "usual",
            }
        )

    def _text(self, name: str, longest: int) -> str:
        text = self.typed.get(name, "").strip()
        text = text if name in {"notes", "street"} else " ".join(text.split())
        if len(text) > longest:
            self.errors[name] = Refusal("This is longer than %(longest)d characters.", longest=longest)
        return text

    def _check_salutation(self) -> None:
        """An own form is what a person asked for: no place to fill, no link, nothing that only friends write."""
        if unwritable(self.values["salutation"] or ""):
            self.errors["salutation"] = Refusal(
                "Type the form as it opens the letter, such as “Madame le Maire”: no braces, no link, no “Bonjour”."
            )

    def _read_choices(self) -> None:
        kind = next((one for one in Kind if one == self.typed.get("kind")), None)
        if kind is None:
            self.errors["kind"] = Refusal("Choose a kind of contact in the list.")
        self.values["kind"] = kind
        self.values["gender"] = next((one for one in Gender if one == self.typed.get("gender")), Gender.UNKNOWN)
        language = self.typed.get("language", "")
        self.values["language"] = language if language in LANGUAGES else None

    def _read_place(self) -> None:
        country = self.typed.get("country", "") or "FR"
        self.values["country"] = country if country in COUNTRIES or _COUNTRY.fullmatch(country) else "FR"
        written = self.typed.get("postal_code", "")
        code = cells.postal_code(written, self.values["country"])
        if written.strip() and not code:
            self.errors["postal_code"] = Refusal("A French postal code has five figures.")
        department = self.typed.get("department", "")
        self.values["postal_code"] = code
        self.values["department"] = department if department in DEPARTMENTS else None

    def _read_phone(self) -> None:
        written = self.typed.get("phone", "").strip()
        self.values["phone"] = cells.telephone(written)
        if (written and not self.values["phone"]) or len(self.values["phone"]) > LONGEST_PHONE:
            self.errors["phone"] = Refusal("Type one telephone number, or two.")

    def _read_addresses(self, reserved: bool) -> None:
        found: list[str] = []
        for line in self.typed.get("emails", "").splitlines():
            mailboxes = read_mailboxes(line, reserved)
            found += mailboxes.addresses
            if mailboxes.refusal:
                self.errors.setdefault("emails", mailboxes.refusal)
        if len(found) > MOST_ADDRESSES:
            self.errors["emails"] = Refusal("A contact has %(most)d addresses at most.", most=MOST_ADDRESSES)
        self.values["emails"] = list(dict.fromkeys(found))


_CHOICES = ("kind", "gender", "language", "country", "postal_code", "phone")
