"""From leased rows to messages ready to leave: campaigns' letters spliced, notices written one by one."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple, Protocol

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import joinedload

from outreach.campaigns.models import Campaign, CampaignPurpose
from outreach.database import db
from outreach.delivery.letters import first_words, mime
from outreach.delivery.letters.campaign_letters import PIXEL, shown, tokens, variant_for
from outreach.delivery.letters.headers import Mailbox
from outreach.delivery.letters.layout import check_size
from outreach.delivery.letters.merging import Copy, Departure, departures
from outreach.delivery.letters.mime import Compiled, Stamp
from outreach.delivery.letters.notice_letters import OCTETS, notice_draft, packed, unpacked
from outreach.delivery.letters.signed_letters import get_letter
from outreach.delivery.models import Message, Notice
from outreach.delivery.outbox import Lease
from outreach.delivery.returns.verp import Door, ReturnAddresses
from outreach.delivery.writes import Table
from outreach.errors import Refusal
from outreach.events.models import Event, SessionKind
from outreach.institution.measuring import Pixel, strictest
from outreach.institution.queries import Face, institution
from outreach.invitations.models import Invitation
from outreach.links import Keyring, Purpose
from outreach.logs import log

USEFUL_BEFORE = timedelta(hours=2)
"""A message about an event is of no use later than this before it begins."""


class Ready(NamedTuple):
    """A leased row with all it takes to send it. `write` makes the same bytes every time; no `email`: nowhere to go."""

    lease: Lease
    email: str | None
    digest: str
    """The address's keyed hash."""
    merged: Mapping[str, Any]
    tries: int
    first_tried_at: datetime | None
    useful_until: datetime | None
    once_more: bool
    doubted: bool
    sender: str
    envid: str
    write: Callable[[], bytes]
    erased: bool = False
    """Whoever it was for is no longer in the directory: they asked, or it was time."""

    def is_useless(self, at: datetime) -> bool:
        """True when it would come too late to be of use: neither a first try nor a later one is made then."""
        return self.useful_until is not None and at > self.useful_until


@dataclass(frozen=True, slots=True)
class Prepared:
    """What may be sent, and of the campaigns that cannot be written, why not."""

    ready: Sequence[Ready]
    unfit: Mapping[int, str] = field(default_factory=dict)


class Composer(Protocol):
    """Prepares the rows of one table."""

    table: Table

    def prepare(self, leases: Sequence[Lease], at: datetime) -> Prepared:
        """What these leases need in order to leave; reads, changes nothing."""


class MessageComposer:
    """Messages of campaigns; each letter is compiled once for each variant, from what was signed."""

    table: Table = Message

    def __init__(self, keyring: Keyring, returns: ReturnAddresses) -> None:
        self._keyring = keyring
        self._returns = returns
        self._compiled: dict[tuple[int, str | None, str, bool], Compiled] = {}
        self._first: dict[int, first_words.First] = {}
        """What first messages say besides, by the identity of the compiled letter, which stays as long as this does."""
        self._alone: dict[int, bool] = {}
        self._crowd: dict[tuple[int, Sequence[str], str], str] = {}
        """What images that name nobody say: by campaign, languages and the key they are signed with."""

    def prepare(self, leases: Sequence[Lease], at: datetime) -> Prepared:
        """The messages of these leases, campaign by campaign: one that cannot be written holds up no other."""
        ids = {lease.campaign_id for lease in leases}
        options = (joinedload(Campaign.event).selectinload(Event.sessions), joinedload(Campaign.letters))
        campaigns = db.session.scalars(select(Campaign).where(Campaign.id.in_(ids)).options(*options)).unique().all()
        ready: list[Ready] = []
        unfit: dict[int, str] = {}
        for campaign in campaigns:
            try:
                ready += self._of(campaign, [lease for lease in leases if lease.campaign_id == campaign.id], at)
            except SQLAlchemyError:
                raise
            except Refusal as reason:
                unfit[campaign.id] = str(reason)
            except Exception:
                log.exception("a campaign could not be written", campaign=campaign.id)
                unfit[campaign.id] = "Its letter cannot be written."
        return Prepared(ready, unfit)

    def _of(self, campaign: Campaign, leases: Sequence[Lease], at: datetime) -> list[Ready]:
        until = useful_until(campaign)
        letters: dict[tuple[str | None, bool], tuple[Compiled, Sequence[str]]] = {}
        ready = []
        most = strictest((institution().measuring, campaign.event.measuring, campaign.measuring))
        found = departures(leases, most, at)
        told = self._told_already(campaign, found)
        for one in found:
            asked = one.language, one.pixel is not Pixel.NONE
            if asked not in letters:
                letters[asked] = self._letter(campaign, *asked)
            letter, languages = letters[asked]
            first = self._first[id(letter)]
            is_told = one.reader is None or one.reader.id in told
            notice = "" if is_told else first_words.code_of(first, one.source)
            copy = one.copy(letter.names, languages, at, notice)
            ready.append(self._ready(campaign, one, letter, languages, copy, until))
        return ready

    def _ready(
        self,
        campaign: Campaign,
        departure: Departure,
        letter: Compiled,
        languages: Sequence[str],
        copy: Copy,
        until: datetime | None,
    ) -> Ready:
        return Ready(
            lease=departure.lease,
            email=departure.email,
            digest=departure.digest,
            merged=copy.stored(),
            tries=departure.tries,
            first_tried_at=departure.first_tried_at,
            useful_until=until,
            once_more=campaign.retry_in_doubt,
            doubted=departure.doubted,
            sender=self._returns.make(Door.BOUNCE, f"m{departure.lease.id}"),
            envid=departure.message_id.strip("<>"),
            write=partial(self._splice, letter, languages, departure, copy),
            erased=departure.reader is not None and departure.reader.erased,
        )

    def _letter(self, campaign: Campaign, language: str | None, counted: bool) -> tuple[Compiled, Sequence[str]]:
        """What somebody gets who reads this language, and in which languages it is written."""
        variant = variant_for(campaign, language, counted=counted)
        key = (campaign.id, campaign.signed_digest, variant.name, variant.counted)
        if key not in self._compiled:
            signed = get_letter(campaign, variant)
            self._compiled[key] = mime.compile_letter(signed)
            self._first[id(self._compiled[key])] = signed.first
        return self._compiled[key], variant.languages

    def _told_already(self, campaign: Campaign, found: Sequence[Departure]) -> Collection[int]:
        """Whose first message this is not; nobody is asked about while no other campaign ever left."""
        if campaign.id not in self._alone:
            self._alone[campaign.id] = first_words.is_first_campaign(campaign)
        readers = [one.reader.id for one in found if one.reader is not None and one.frozen is None]
        return set() if self._alone[campaign.id] or not readers else first_words.told_already(readers, campaign.id)

    def _splice(self, letter: Compiled, languages: Sequence[str], departure: Departure, copy: Copy) -> bytes:
        keyring, returns = self._keyring, self._returns
        if copy.key not in {"", keyring.signs_as}:  # what is tried again was signed before the keys were changed
            keyring, returns = keyring.as_signed(copy.key), returns.as_signed(copy.key)
        signed = tokens(keyring, departure.key)
        stop = keyring.address(Purpose.STOP, signed["stop"]), stop_mail(returns, departure.key)
        stamp = Stamp(Mailbox(copy.to, departure.email or ""), departure.message_id, copy.date, stop)
        told = first_words.spelt(self._first[id(letter)], copy.values)
        if PIXEL in letter.names:
            signed[PIXEL] = self._image(keyring, languages, departure, copy)
        body = mime.splice(letter, stamp, {**copy.values, **told, **signed, "key": departure.key})
        check_size(body)
        return body

    def _image(self, keyring: Keyring, languages: Sequence[str], departure: Departure, copy: Copy) -> str:
        campaign = departure.lease.campaign_id or 0
        if copy.personal:
            return shown(keyring, campaign, languages, departure.key)
        asked = campaign, languages, copy.key
        if asked not in self._crowd:
            self._crowd[asked] = shown(keyring, campaign, languages, "")
        return self._crowd[asked]


class NoticeComposer:
    """Notices, each with words of its own."""

    table: Table = Notice

    def __init__(self, keyring: Keyring, returns: ReturnAddresses, sender: Mailbox) -> None:
        self._keyring = keyring
        self._returns = returns
        self._sender = sender

    def prepare(self, leases: Sequence[Lease], at: datetime) -> Prepared:
        """The notices of these leases, with their invitations and events."""
        by_id = {lease.id: lease for lease in leases}
        rows = db.session.execute(
            select(Notice, Invitation)
            .join(Invitation, Invitation.id == Notice.invitation_id)
            .where(Notice.id.in_(by_id))
            .options(joinedload(Invitation.event), joinedload(Invitation.contact))
            .order_by(Notice.id)
        ).all()
        face = institution()
        return Prepared([self._ready(by_id[notice.id], notice, invitation, face, at) for notice, invitation in rows])

    def _ready(self, lease: Lease, notice: Notice, invitation: Invitation, face: Face, at: datetime) -> Ready:
        merged = dict(notice.merged or {"date": at.isoformat()})
        return Ready(
            lease=lease,
            email=notice.email,
            digest=self._keyring.digest(notice.email or ""),
            merged=merged,
            tries=notice.tries,
            first_tried_at=notice.first_tried_at,
            useful_until=None,
            once_more=False,
            doubted=notice.doubted,
            sender=self._returns.make(Door.BOUNCE, f"n{notice.id}"),
            envid=notice.message_id.strip("<>"),
            write=partial(self._write, notice, invitation, face, merged),
        )

    def _write(self, notice: Notice, invitation: Invitation, face: Face, merged: dict[str, Any]) -> bytes:
        """The octets of its first try; written now where this is the first, and left in `merged` for the intent.

        A notice speaks of its event as it is now, and each has words of its own: only the whole of it can be frozen.
        """
        if OCTETS not in merged:
            stamp = Stamp(
                to=Mailbox(str(notice.values.get("name", "")), notice.email or ""),
                message_id=notice.message_id,
                date=datetime.fromisoformat(merged["date"]),
                stop=stop_addresses(self._keyring, self._returns, invitation.key),
            )
            draft = notice_draft(notice, invitation, face, self._keyring, self._sender)
            merged[OCTETS] = packed(mime.compose(draft, stamp))
        return unpacked(merged[OCTETS])


def stop_addresses(keyring: Keyring, returns: ReturnAddresses, key: str) -> tuple[str, str]:
    """How to stop: one click (RFC 8058), or a mail."""
    return keyring.url(Purpose.STOP, key), stop_mail(returns, key)


def stop_mail(returns: ReturnAddresses, key: str) -> str:
    """The address to write to for whoever wants no more."""
    return f"mailto:{returns.make(Door.STOP, key)}"


def useful_until(campaign: Campaign) -> datetime | None:
    """Until when it is worth trying to invite or remind: two hours before the last day begins that one can come to.

    What has changed and thanks are worth it as long as it takes.
    """
    if campaign.purpose in {CampaignPurpose.THANKS, CampaignPurpose.CHANGE}:
        return None
    sessions = campaign.event.sessions
    days = [one.starts_at for one in sessions if one.kind is SessionKind.DAY]
    last = max(days, default=min((one.starts_at for one in sessions), default=None))
    return last - USEFUL_BEFORE if last else None
