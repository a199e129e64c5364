"""Reads how far an invitation travelled: who passed it on, through whom, how deep, where to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, column, func, literal, literal_column, select, tuple_, values
from sqlalchemy.orm import aliased

from outreach.contacts.models import Contact, Organisation
from outreach.database import db
from outreach.errors import NotFound
from outreach.invitations.models import Channel, Invitation, InvitationState

LEVEL = 50
"""So many are shown of one level at a time."""


@dataclass(frozen=True, slots=True)
class Node:
    """Somebody in the chain, and how many came through them."""

    id: int
    event_id: int
    contact_id: int | None
    name: str
    organisation: str
    depth: int
    brought: int
    channel: Channel | None
    came_at: datetime
    answered: bool
    through_id: int | None


@dataclass(frozen=True, slots=True)
class Level:
    """Some of those who came through one person, in order, and where the next ones begin."""

    nodes: list[Node]
    following: str | None


@dataclass(frozen=True, slots=True)
class Chain:
    """How far an invitation travelled, in numbers."""

    newcomers: int
    relays: int
    by_depth: dict[int, int]
    by_channel: dict[Channel, int]
    reached_again: int
    unconfirmed: int


@dataclass(frozen=True, slots=True)
class Journey:
    """The same with its places and its most active people."""

    chain: Chain
    relays: list[Node]
    by_department: dict[str, int]
    fresh: set[str]
    """Départements reached only through others."""


def journey(event_id: int) -> Journey:
    """How far the invitation of an event travelled, and where to."""
    places = newcomers_by_department(event_id)
    fresh = only_through_others(event_id, sorted(places))
    return Journey(chain(event_id), top_relays(event_id), places, fresh)


def passed_on(event_id: int) -> list[ColumnElement[bool]]:
    """The confirmed newcomers of an event; led by the index on depth, which few invitations are in beyond 0."""
    still_open = func.coalesce(Invitation.state, "") == InvitationState.OPEN.value
    return [Invitation.event_id == event_id, Invitation.depth > 0, still_open]


def chain(event_id: int) -> Chain:
    """Newcomers by depth and by channel, relays, and those reached again."""
    statement = (
        select(Invitation.depth, Invitation.channel, func.count())
        .where(*passed_on(event_id))
        .group_by(Invitation.depth, Invitation.channel)
    )
    by_depth: dict[int, int] = {}
    by_channel: dict[Channel, int] = {}
    for depth, channel, count in db.session.execute(statement):
        by_depth[depth] = by_depth.get(depth, 0) + count
        way = channel or Channel.LINK
        by_channel[way] = by_channel.get(way, 0) + count
    return Chain(
        newcomers=sum(by_depth.values()),
        relays=db.session.scalar(select(func.count(Invitation.parent_id.distinct())).where(*passed_on(event_id))) or 0,
        by_depth=dict(sorted(by_depth.items())),
        by_channel=dict(sorted(by_channel.items(), key=lambda pair: -pair[1])),
        reached_again=_reached_again(event_id),
        unconfirmed=_in_state(event_id, InvitationState.PENDING),
    )


def top_relays(event_id: int, most: int = 5) -> list[Node]:
    """Those whose share link brought most newcomers."""
    relay = aliased(Invitation)
    parents = select(Invitation.parent_id).where(*passed_on(event_id))
    chosen = (
        select(relay.id)
        .where(relay.id.in_(parents), relay.brought > 0)
        .order_by(relay.brought.desc(), relay.id)
        .limit(most)
    )
    return nodes(db.session.scalars(chosen).all())


def roots(event_id: int, after: str | None, size: int = LEVEL) -> Level:
    """The invited of the office whose chains are longest, by how many came directly through them."""
    root = aliased(Invitation)
    found = select(root.id, root.brought).where(root.id.in_(select(Invitation.root_id).where(*passed_on(event_id))))
    key = tuple_(-root.brought, root.id)
    place = _place(after)
    if place is not None:
        found = found.where(key > place)
    rows = db.session.execute(found.order_by(-root.brought, root.id).limit(size + 1)).all()
    return _level([(number, -brought) for number, brought in rows], size)


def children(invitation_id: int, after: str | None, size: int = LEVEL) -> Level:
    """Those who came through one person: the most active first."""
    statement = select(Invitation.id, Invitation.brought).where(
        Invitation.parent_id == invitation_id,
        func.coalesce(Invitation.state, "") == InvitationState.OPEN.value,
    )
    place = _place(after)
    if place is not None:
        statement = statement.where(tuple_(-Invitation.brought, Invitation.id) > place)
    rows = db.session.execute(statement.order_by(-Invitation.brought, Invitation.id).limit(size + 1)).all()
    return _level([(number, -brought) for number, brought in rows], size)


def get_node(invitation_id: int) -> Node:
    """One person of the chain. Raises NotFound."""
    found = nodes([invitation_id])
    if not found:
        raise NotFound("This invitation does not exist.")
    return found[0]


def line_of(invitation_id: int, most: int = 50) -> list[Node]:
    """From the office's own invitation down to whoever passed it on to this person."""
    above: list[int] = []
    parent = db.session.scalar(select(Invitation.parent_id).where(Invitation.id == invitation_id))
    while parent is not None and parent not in above and len(above) < most:
        above.append(parent)
        parent = db.session.scalar(select(Invitation.parent_id).where(Invitation.id == parent))
    return nodes(above[::-1])


def everyone(event_id: int, size: int = 1000) -> Iterator[tuple[Node, str]]:
    """Every newcomer with the name of whoever passed it on, depth by depth, a thousand at a time."""
    place = (0, 0)
    while True:
        statement = (
            select(Invitation.depth, Invitation.id)
            .where(*passed_on(event_id), tuple_(Invitation.depth, Invitation.id) > place)
            .order_by(Invitation.depth, Invitation.id)
            .limit(size)
        )
        found = [tuple(row) for row in db.session.execute(statement)]
        if not found:
            return
        some = nodes([number for _depth, number in found])
        names = {one.id: one.name for one in nodes([one.through_id for one in some if one.through_id])}
        yield from ((one, names.get(one.through_id or 0, "")) for one in some)
        place = (found[-1][0], found[-1][1])


def newcomers_by_department(event_id: int) -> dict[str, int]:
    """Where those who came through others are, by département."""
    statement = (
        select(Contact.department, func.count())
        .select_from(Invitation)
        .join(Contact, Contact.id == Invitation.contact_id)
        .where(*passed_on(event_id), Contact.department.is_not(None))
        .group_by(Contact.department)
    )
    return {code: count for code, count in db.session.execute(statement) if code}


def only_through_others(event_id: int, departments: Sequence[str]) -> set[str]:
    """Those of these départements where the office itself has invited nobody.

    Asked of each département apart, and led by its contacts: the question stops at the first whom the office invited.
    """
    if not departments:
        return set()
    asked = values(column("code", String)).data([(code,) for code in departments]).cte("asked")
    by_the_office = (
        select(literal(1))
        .select_from(Contact)
        .join(Invitation, Invitation.contact_id == Contact.id)
        .where(
            Contact.department == asked.c.code,
            func.coalesce(Invitation.event_id, literal(0)) == event_id,
            func.coalesce(Invitation.depth, literal(0)) == 0,
            func.coalesce(Invitation.state, "") == InvitationState.OPEN.value,
        )
    )
    return set(db.session.scalars(select(asked.c.code).where(~by_the_office.exists())))


def nodes(ids: Sequence[int]) -> list[Node]:
    """These invitations as places in the chain, in this order."""
    name = func.trim(Contact.given_name + " " + Contact.family_name, type_=String)
    statement = (
        select(Invitation, name, Organisation.name)
        .outerjoin(Contact, Contact.id == Invitation.contact_id)
        .outerjoin(Organisation, Organisation.id == Contact.organisation_id)
        .where(Invitation.id.in_(ids))
    )
    found = {one.id: _node(one, person or "", house or "") for one, person, house in db.session.execute(statement)}
    return [found[number] for number in ids if number in found]


def _node(one: Invitation, person: str, house: str) -> Node:
    return Node(
        id=one.id,
        event_id=one.event_id,
        contact_id=one.contact_id,
        name=person or house,
        organisation=house if person else "",
        depth=one.depth,
        brought=one.brought,
        channel=one.channel,
        came_at=one.created_at,
        answered=one.reply is not None,
        through_id=one.parent_id,
    )


def _in_state(event_id: int, state: InvitationState) -> int:
    statement = select(func.count()).where(Invitation.event_id == event_id, Invitation.state == state)
    return db.session.scalar(statement) or 0


def _reached_again(event_id: int) -> int:
    """How often somebody invited already came through somebody else; led by the index on those few."""
    statement = select(func.sum(Invitation.reached_again)).where(
        Invitation.event_id == event_id, Invitation.reached_again > literal_column("0")
    )
    return db.session.scalar(statement) or 0


def _place(after: str | None) -> tuple[int, int] | None:
    """Where a level goes on: how many the last one shown brought, and its number."""
    brought, _dash, number = (after or "").partition("-")
    if not (brought.isdecimal() and number.isdecimal() and len(after or "") < 32):
        return None
    return -int(brought), int(number)


def _level(rows: Sequence[tuple[int, int]], size: int) -> Level:
    shown = rows[:size]
    following = f"{-shown[-1][1]}-{shown[-1][0]}" if len(rows) > size else None
    return Level(nodes([number for number, _brought in shown]), following)
