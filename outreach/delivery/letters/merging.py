"""What is merged into each recipient's copy: read once for a whole lease, frozen in the row at the intent."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple, Self

from sqlalchemy import Row, select

from outreach.campaigns.models import Campaign
from outreach.contacts.kinds import AddressRule
from outreach.contacts.protocol.addressees import Addressee, addressees
from outreach.contacts.rights.wording import source_name
from outreach.database import among, db
from outreach.delivery.models import Message
from outreach.delivery.outbox import Lease
from outreach.institution.measuring import Pixel, of_person, pixel, stricter, strictest
from outreach.institution.models import MeasuringMode
from outreach.invitations.models import Invitation
from outreach.links import links


class Copy(NamedTuple):
    """One recipient's copy of a letter, as its row remembers it."""

    to: str
    language: str | None
    counted: bool
    date: datetime
    values: Mapping[str, str]
    key: str = ""
    """The name of the key that signed its links; unknown of what left before that was kept."""
    personal: bool = False
    """Whether its image names whose copy it is."""

    @property
    def pixel(self) -> Pixel:
        """The image in it."""
        if not self.counted:
            return Pixel.NONE
        return Pixel.PERSONAL if self.personal else Pixel.CROWD

    def showing(self, pixel: Pixel) -> Self:
        """The same with that image."""
        return self._replace(counted=pixel is not Pixel.NONE, personal=pixel is Pixel.PERSONAL)

    def stored(self) -> dict[str, Any]:
        """As it is kept in the row."""
        return {**self._asdict(), "date": self.date.isoformat()}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """From the row of an earlier attempt: the retry has the same bytes."""
        at = datetime.fromisoformat(stored["date"])
        told = (stored["to"], stored["language"], stored["counted"], at, stored["values"])
        return cls(*told, stored.get("key", ""), stored.get("personal", False))


class Departure(NamedTuple):
    """A leased message with everything that its bytes are made from; no address where the contact has none."""

    lease: Lease
    message_id: str
    key: str
    tries: int
    first_tried_at: datetime | None
    doubted: bool
    email: str | None
    digest: str
    """The address's keyed hash, by which it is looked for among those not to write to."""
    frozen: Copy | None
    """What an earlier attempt sent."""
    reader: Addressee | None
    language: str | None
    """In which the reader is written to; None when it is not known."""
    source: str
    """Where the address came from."""
    most: MeasuringMode
    """How displays may be measured at most, by the institution, the event and the campaign."""

    @property
    def pixel(self) -> Pixel:
        """The image in this copy: as the strictest says now, and never one that tells more than at the first try.

        What may have arrived already leaves once more with the same bytes.
        """
        if self.frozen is not None and self.doubted:
            return self.frozen.pixel
        own = of_person(refused=self.reader.not_measured, agreed=self.reader.agreed) if self.reader else None
        wished = pixel(strictest((self.most, own or MeasuringMode.OFF)))
        return stricter(self.frozen.pixel, wished) if self.frozen is not None else wished

    def copy(self, names: Collection[str], languages: Sequence[str], at: datetime, notice: str = "") -> Copy:
        """The copy of a letter that has places of these names, in these languages; the same at every attempt.

        `notice` is the code of what a first message says besides: see `first_words`.
        """
        if self.frozen is not None:
            return self.frozen.showing(self.pixel)
        made = copy_for(self.reader, self.source, self.language, languages, at, names, notice)
        return made._replace(key=links().signs_as).showing(self.pixel)


def departures(leases: Sequence[Lease], most: MeasuringMode, at: datetime) -> list[Departure]:
    """Read what these leases of one campaign need, in a handful of queries however many they are."""
    by_id = {lease.id: lease for lease in leases}
    rows = (
        db.session.connection()
        .execute(
            select(*_COLUMNS)
            .join_from(Message, Invitation, Invitation.id == Message.invitation_id)
            .join(Campaign, Campaign.id == Message.campaign_id)
            .where(among(Message.id, by_id))
            .order_by(Message.id)
        )
        .all()
    )
    rule = rows[0].address_rule if rows else AddressRule.PREFERRED
    readers = addressees({row.contact_id for row in rows if row.contact_id is not None}, at.date(), rule)
    return [_departure(by_id[row.id], row, readers.get(row.contact_id), most) for row in rows]


_COLUMNS: Final = (
    Message.id,
    Message.message_id,
    Invitation.key,
    Message.tries,
    Message.first_tried_at,
    Message.doubted,
    Message.email,
    Message.merged,
    Invitation.contact_id,
    Invitation.event_id,
    Invitation.language,
    Campaign.address_rule,
)


def _departure(lease: Lease, row: Row[Any], reader: Addressee | None, most: MeasuringMode) -> Departure:
    if row.merged is not None and row.email is not None:
        frozen = Copy.read(row.merged)
        email, digest, language, source = row.email, _sought(row.email, reader, row.event_id), frozen.language, ""
    else:
        place = reader.place(row.address_rule, row.event_id)[0] if reader else None
        email, digest, source = (place.email, place.digest, place.source) if place else (None, "", "")
        frozen, language = None, row.language or (reader.language if reader else None)
    row_says = (row.message_id, row.key, row.tries, row.first_tried_at, row.doubted)
    return Departure(lease, *row_says, email, digest, frozen, reader, language, source, most)


def _sought(email: str, reader: Addressee | None, event_id: int) -> str:
    """By which digest a retry is looked for among those not to write to.

    It goes to the address of the first try, which need not be one of its reader's any more; their wish is kept at those
    they have now.
    """
    asked = (one.digest for one in reader.places if one.asked(event_id) and not one.shared) if reader else iter(())
    return next(asked, None) or links().digest(email)


def copy_for(
    reader: Addressee | None,
    source: str,
    language: str | None,
    languages: Sequence[str],
    at: datetime,
    names: Collection[str] | None = None,
    notice: str = "",
) -> Copy:
    """What a letter written in these languages says to that contact, who reads `language`: all of it, or `names`."""
    if reader is None:
        return Copy("", None, counted=False, date=at, values={})
    values: dict[str, str] = {}
    for one in languages:
        form = reader.form(one)
        said = (form.salutation, form.address, form.closing, reader.given_name, reader.family_name)
        values.update(zip(_names(one), (*said, reader.organisation, source_name(source, one), notice), strict=True))
    if names is not None:
        values = {name: value for name, value in values.items() if name in names}
    return Copy(reader.name, language, not reader.not_measured, at, values)


@cache
def _names(language: str) -> tuple[str, ...]:
    """What the values are called in one language, in the order in which `copy_for` gives them."""
    said = ("salutation", "form_of_address", "closing", "first_name", "last_name", "organisation", "source", "notice")
    return tuple(f"{name}_{language}" for name in said)
