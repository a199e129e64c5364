"""How long what is not a contact's own is kept, and what the register of processing says in the office's words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from outreach.accounts.actions import record
from outreach.database import db
from outreach.errors import Refusal
from outreach.rights.models import Keeping

BOUNDS: Mapping[str, tuple[int, int]] = {"import_days": (1, 365), "detail_months": (1, 36), "audit_months": (13, 120)}
"""The database refuses to forget an entry of the log that is younger than a year."""
TEXTS = ("purpose", "recipients", "security")
LANGUAGES = ("fr", "en")
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Terms:
    """What the office decided, or what holds before it did."""

    import_days: int = 30
    detail_months: int = 12
    audit_months: int = 60
    purpose: Mapping[str, str] = field(default_factory=dict)
    """Language -> text; none: the usual one."""
    recipients: Mapping[str, str] = field(default_factory=dict)
    security: Mapping[str, str] = field(default_factory=dict)


def terms() -> Terms:
    """What holds now."""
    row = db.session.get(Keeping, 1)
    if row is None:
        return Terms()
    return Terms(row.import_days, row.detail_months, row.audit_months, row.purpose, row.recipients, row.security)


def read(form: Mapping[str, str]) -> tuple[Terms, dict[str, Refusal]]:
    """What a form says, and what is wrong with it by field."""
    numbers, refusals = {}, {}
    for name, (least, most) in BOUNDS.items():
        text = form.get(name, "").strip()
        numbers[name] = int(text) if text.isdecimal() and len(text) < 5 else 0
        if not least <= numbers[name] <= most:
            refusals[name] = Refusal("Give a number from %(least)d to %(most)d.", field=name, least=least, most=most)
    chosen = Terms(
        import_days=numbers["import_days"],
        detail_months=numbers["detail_months"],
        audit_months=numbers["audit_months"],
        purpose=_texts(form, "purpose"),
        recipients=_texts(form, "recipients"),
        security=_texts(form, "security"),
    )
    return chosen, refusals


def keep(chosen: Terms, at: datetime, user_id: int | None) -> None:
    """Decide it. Whoever calls commits."""
    row = db.session.get(Keeping, 1) or Keeping(id=1)
    for name in (*BOUNDS, *TEXTS):
        value = getattr(chosen, name)
        setattr(row, name, dict(value) if name in TEXTS else value)
    row.changed_at = at
    db.session.add(row)
    record("keeping.changed", "institution", 1, user_id, **{name: getattr(chosen, name) for name in BOUNDS})


def _texts(form: Mapping[str, str], name: str) -> dict[str, str]:
    typed = {code: form.get(f"{name}_{code}", "").strip().splitlines() for code in LANGUAGES}
    return {code: "\n".join(line.strip() for line in lines)[:LONGEST] for code, lines in typed.items()}
