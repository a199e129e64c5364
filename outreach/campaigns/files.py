"""Decides what a campaign's TOML file says. The form is documented in docs/files.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from outreach.campaigns.audience import EMPTY, Rule, read_rule
from outreach.campaigns.durations import read_duration
from outreach.campaigns.holidays import Place
from outreach.campaigns.hours import USUAL_HOURS, NamedTwice, OfficeHours, Week, read_week, spell_week
from outreach.campaigns.lifecycle import CampaignPurpose
from outreach.campaigns.planning import LARGEST_BATCH, Calendar, Ramp
from outreach.campaigns.rhythm import HOLIDAYS, read_place, read_ramp
from outreach.contacts.kinds import AddressRule
from outreach.errors import N_, Refusal
from outreach.events.tables import Faulty, Table

NOW: Final = "now"


@dataclass(frozen=True, slots=True)
class LetterFile:
    """A letter's subject, and the file beside the campaign's that holds its text."""

    subject: str
    file: str


@dataclass(frozen=True, slots=True)
class CampaignFile:
    """What a campaign's file says."""

    event: str
    name: str
    purpose: CampaignPurpose
    bilingual: bool
    sender_name: str
    sender_email: str
    reply_to: str
    addresses: AddressRule
    """Which of each recipient's addresses is written to."""
    letters: Mapping[str, LetterFile]
    rule: Rule
    audience: str
    """The name of the saved audience that the rule narrows down; "" for none."""
    calendar: Calendar


def read_campaign(values: Mapping[str, Any], now: datetime, zone: str = "Europe/Paris") -> CampaignFile:
    """What a table says of a campaign. Raises Faulty, with every fault and its key."""
    faults: list[Refusal] = []
    table = Table(values, faults=faults)
    sender = table.table("sender")
    found = CampaignFile(
        event=table.text("event", longest=60),
        name=table.text("name", longest=200),
        purpose=CampaignPurpose(table.choice("purpose", list(CampaignPurpose), CampaignPurpose.INVITATION)),
        bilingual=table.choice("languages", ["recipient", "bilingual"], "recipient") == "bilingual",
        sender_name=sender.text("name", default="", longest=150),
        sender_email=sender.mailbox("email", default=""),
        reply_to=sender.mailbox("reply_to", default=""),
        addresses=AddressRule(table.choice("addresses", list(AddressRule), AddressRule.PREFERRED)),
        letters=_letters(table),
        rule=_rule(table, faults),
        audience=_saved(table),
        calendar=_calendar(table.table("calendar"), now, zone),
    )
    sender.finish()
    table.finish()
    table.settle()
    return found


def read_start(text: str, now: datetime, zone: str) -> datetime:
    """An instant: "now", or a date and hour like 2024-01-08T09:00 on the clock of the zone. Raises Refusal."""
    if text.strip().lower() == NOW:
        return now
    try:
        start = datetime.fromisoformat(text.strip())
        return (start if start.tzinfo else start.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Refusal(
            "“%(text)s” is not a date of departure: write now, or a day and an hour like 2024-01-08T09:00.",
            field="starts_at",
            text=text,
        ) from error


def read_departure(text: str, now: datetime, zone: str) -> datetime:
    """The same where somebody plans: what has passed is a slip, and would mean now. Raises Refusal."""
    start = read_start(text, now, zone)
    if start < now:
        raise Refusal("%(text)s has passed: write now, or a day and an hour to come.", field="starts_at", text=text)
    return start


def _letters(table: Table) -> dict[str, LetterFile]:
    letters = table.table("letters")
    found = {}
    for language in ("fr", "en"):
        if not letters.has(language):
            letters.refuse(language, N_("“%(key)s” is missing: give its subject and its file."))
            continue
        letter = letters.table(language)
        found[language] = LetterFile(letter.text("subject", longest=250), letter.text("file", longest=250))
        letter.finish()
    letters.finish()
    return found


def _saved(table: Table) -> str:
    """`audience = "a name"`, or `saved` among its criteria."""
    values = table.raw("audience")
    said = values.get("saved", "") if isinstance(values, Mapping) else values
    if said and not isinstance(said, str):
        table.refuse("audience", N_("“%(key)s” names a saved audience: write its name."))
        return ""
    return (said or "").strip()


def _rule(table: Table, faults: list[Refusal]) -> Rule:
    values = table.raw("audience")
    if not values:
        table.refuse("audience", N_("“%(key)s” is missing: say whom the campaign is for, or everyone = true."))
    if not isinstance(values, Mapping):
        return EMPTY
    try:
        return read_rule({name: value for name, value in values.items() if name != "saved"})
    except Faulty as faulty:
        faults.extend(faulty.faults)
        return EMPTY


def _calendar(table: Table, now: datetime, zone: str) -> Calendar:
    size = table.whole("batch_size", least=1, most=LARGEST_BATCH, default=200)
    found = Calendar(
        starts_at=_start(table, now, zone),
        batch_size=size or 200,
        pause=_length(table, "pause", "10m"),
        any_hour=table.truth("any_hour", default=False),
        hours=OfficeHours(zone, _week(table), _place(table)),
        ramp=_ramp(table),
        late_tolerance=_length(table, "late_tolerance", "24h"),
    )
    table.finish()
    return found


def _start(table: Table, now: datetime, zone: str) -> datetime | None:
    if not table.has("start"):
        return None
    value = table.raw("start")
    try:
        return read_start(value.isoformat() if isinstance(value, datetime) else str(value), now, zone)
    except Refusal:
        table.refuse("start", N_("“%(key)s” should be now, or a day and an hour like 2024-01-08T09:00."))
        return None


def _length(table: Table, name: str, usual: str) -> timedelta:
    value = table.raw(name)
    try:
        return read_duration(usual if value is None else str(value))
    except Refusal:
        table.refuse(name, N_("“%(key)s” should be a length of time like 10m, 90s or 1h."))
        return read_duration(usual)


def _week(table: Table) -> Week:
    try:
        return read_week(table.text("hours", default="", longest=200) or spell_week(USUAL_HOURS.week))
    except NamedTwice as refusal:
        table.refuse("hours", refusal.message, **refusal.values)
        return USUAL_HOURS.week
    except Refusal:
        table.refuse("hours", N_("“%(key)s” should be hours like mon-fri 08:00-19:00, sat 09:00-12:00."))
        return USUAL_HOURS.week


def _place(table: Table) -> Place | None:
    return read_place(table.choice("holidays", list(HOLIDAYS), Place.METROPOLE.value))


def _ramp(table: Table) -> Ramp | None:
    try:
        return read_ramp(table.text("ramp", default="", longest=20))
    except Refusal:
        table.refuse("ramp", N_("“%(key)s” should be a ramp like 500+50%%, or none."))
        return None
