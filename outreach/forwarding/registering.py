"""Decides what a registration through a share link must hold, and what a confirmed one turns out to be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from outreach.contacts.imports.rows.mailboxes import judge
from outreach.contacts.kinds import Kind
from outreach.contacts.names import holds_link, is_name
from outreach.errors import Refusal
from outreach.events.kinds import EventState
from outreach.invitations.models import InvitationState

KINDS = (Kind.ASSOCIATION, Kind.CCAS, Kind.INSTITUTION, Kind.PARTNER, Kind.PRESS, Kind.INDIVIDUAL)
"""In what quality somebody may register themselves; offices are never taken on a person's word."""

LIMITS = {"given_name": 100, "family_name": 150, "organisation": 300, "postal_code": 12}
NAMES = ("given_name", "family_name")
SHOWN = (*NAMES, "organisation")
REQUIRED = ("given_name", "family_name", "email")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody typed into the registration form, trimmed; `errors` ties a refusal to each field that is wrong."""

    given_name: str
    family_name: str
    email: str
    organisation: str
    kind: Kind
    postal_code: str
    errors: Mapping[str, Refusal] = field(default_factory=dict)


def read_form(form: Mapping[str, str], *, reserved: bool = False) -> Newcomer:
    """Read the registration form; every fault is tied to its field, nothing typed is lost.

    `reserved` accepts domains kept for tests (RFC 2606), as in the demonstration.
    """
    typed = {name: " ".join(form.get(name, "").split()) for name in (*LIMITS, "email")}
    errors = {name: Refusal("Please fill this in.") for name in REQUIRED if not typed[name]}
    named = [name for name in NAMES if typed[name]]
    errors |= {name: Refusal("Write a name: letters only.") for name in named if not is_name(typed[name])}
    errors |= {name: Refusal("Write a name, not a web address.") for name in SHOWN if holds_link(typed[name])}
    errors |= {name: Refusal("This is too long.") for name, limit in LIMITS.items() if len(typed[name]) > limit}
    if typed["email"]:
        verdict = judge(typed["email"], reserved)
        if isinstance(verdict, Refusal):
            errors["email"] = verdict
        else:
            typed["email"] = verdict
    kind = form.get("kind", Kind.INDIVIDUAL)
    if kind not in {offered.value for offered in KINDS}:
        errors["kind"] = Refusal("Choose one of these.")
        kind = Kind.INDIVIDUAL
    return Newcomer(**typed, kind=Kind(kind), errors=errors)


class Unwanted(Refusal):
    """A registration for an address whose owner had the message that asks to confirm one, and stopped us."""


def check_open(
    event_state: EventState, through: InvitationState, *, registration_open: bool, answer_by: datetime, now: datetime
) -> None:
    """Refuse registrations that the event or the share link takes no more; nobody registers who could not answer."""
    if event_state is EventState.CANCELLED:
        raise Refusal("This event is cancelled.")
    if not registration_open or now > answer_by:
        raise Refusal("Registration for this event is closed.")
    if through in {InvitationState.WITHDRAWN, InvitationState.PENDING}:
        raise Refusal("This link cannot be used any more. Ask whoever sent it to you for the event's contact address.")


def check_waits(own: InvitationState) -> None:
    """Refuse to confirm what the person stopped, or what was erased at their wish, after the message was sent."""
    if own is not InvitationState.PENDING:
        raise Refusal("This registration was stopped or erased. Register again if you wish to come.")


def counts_for_relay(
    *, newcomer_digest: str, relay_digests: frozenset[str], newcomer_name: str, relay_name: str
) -> bool:
    """Whether somebody counts among those a relay reached: not at one mailbox with them, nor under their own name."""
    return newcomer_digest not in relay_digests and newcomer_name != relay_name
