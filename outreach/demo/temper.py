"""Decides what simulated recipients do: who answers what, how fast, whom they bring. The same people do the same."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from outreach.demo import names
from outreach.demo.directory import mailbox
from outreach.demo.visitor import Form
from outreach.invitations.models import Channel

Values = dict[str, str | list[str]]

DEEPEST: Final = 4
"""So far from the office does an invitation travel here."""
_NEEDS: Final = ("hearing_loop", "sign_language", "captions", "wheelchair", "guide", "easy_read")
_WORDS: Final = (
    "Merci pour cette invitation, nous serons heureux d’échanger avec vous.",
    "Notre équipe souhaite présenter son épicerie solidaire dans l’atelier sur l’aide alimentaire.",
    "Nous viendrons en train et arriverons un peu avant dix heures.",
    "Thank you. We look forward to meeting partners from Le Mans.",
)


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody simulated: an address, a name, and how many hands the invitation went through."""

    email: str
    given_name: str = ""
    family_name: str = ""
    depth: int = 0


class Temper:
    """What one simulated person is like, drawn from their address."""

    def __init__(self, email: str) -> None:
        self._draw = random.Random(f"temper {email}")  # noqa: S311 - people, not keys
        self.is_scanned = self._draw.random() < 0.08
        """A machine opens the links before the person does."""
        self.displays = self._draw.random() < 0.9
        self.opens = self._draw.random() < 0.92
        self.answers = self.opens and self._draw.random() < 0.88
        self.channel = self._draw.choice([channel.value for channel in Channel])
        self.friends = self._draw.choice((1, 1, 2, 3)) if self.answers and self._draw.random() < 0.28 else 0

    def seconds(self, least: float, most: float) -> float:
        """A delay between these two, short ones being likelier."""
        return least + (most - least) * self._draw.random() ** 2

    def answer(self, form: Form, delegate: Guest) -> Values:
        """The fields of an answer."""
        reply = self._draw.choices(("yes", "no", "excused", "represented"), (64, 14, 15, 7))[0]
        values: Values = {"reply": reply}
        if reply == "yes":
            values |= self._presence(form)
        elif reply == "represented":
            values |= {
                "delegate-given_name": delegate.given_name,
                "delegate-family_name": delegate.family_name,
                "delegate-email": delegate.email,
                "delegate-role": "Chargée de mission",
            }
        if self._draw.random() < 0.2:
            values["words"] = self._draw.choice(_WORDS)
        return values

    def _presence(self, form: Form) -> Values:
        """Which days and workshops, with whom, and what is needed."""
        days, groups = form.options("session-0"), form.names("session-0-")
        kept = [days, days, days, days[:1], days[1:] or days][self._draw.randrange(5)]
        values: Values = {"session-0": kept}
        for day, group in zip(days, groups, strict=False):
            choices = form.options(group)
            if day in kept and choices and self._draw.random() < 0.75:
                values[group] = self._draw.choice(choices)
        if not form.filled({}) or not dict(form.filled({})).get("name-0"):
            values["name-0"] = friend(self._draw.random(), 0).given_name + " " + self._draw.choice(names.FAMILY)
        if self._draw.random() < 0.22:
            values["name-1"] = f"{self._draw.choice(names.GIVEN_F)} {self._draw.choice(names.FAMILY)}"
        if self._draw.random() < 0.12:
            values |= {"need-0": [self._draw.choice(_NEEDS)], "consent": "1"}
        return values


def friend(seed: object, depth: int) -> Guest:
    """Somebody invented to whom the invitation is passed on."""
    draw = random.Random(f"friend {seed}")  # noqa: S311 - people, not keys
    given, family = draw.choice(names.GIVEN_F + names.GIVEN_M), draw.choice(names.FAMILY)
    number = draw.randrange(100, 1000)
    return Guest(mailbox(given, f"{family}{number}", "reseau-solidaire.example"), given, family, depth)


def registration(guest: Guest, kinds: Sequence[str]) -> Values:
    """The fields of a registration through a share link."""
    draw = random.Random(f"registration {guest.email}")  # noqa: S311
    kind = draw.choice([one for one in ("association", "individual", "ccas", "association") if one in kinds] or [""])
    code = draw.choice(("85", "22", "86", "14", "33", "13", "31", "67", "45", "76", "72", "53"))
    house = f"{draw.choice(names.CAUSES)} ({code})" if kind == "association" else ""
    return {
        "given_name": guest.given_name,
        "family_name": guest.family_name,
        "email": guest.email,
        "kind": kind,
        "organisation": f"CCAS de Saint-{draw.choice(names.SAINTS)}" if kind == "ccas" else house,
        "postal_code": f"{code}{draw.randrange(1, 9)}00",
    }
