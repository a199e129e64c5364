"""The states of an event and the kinds of its sessions."""

import enum


class EventState(enum.StrEnum):
    """Whether the event is on."""

    OPEN = "open"
    CANCELLED = "cancelled"


class SessionKind(enum.StrEnum):
    """A day to attend, or a workshop within it."""

    DAY = "day"
    WORKSHOP = "workshop"


class News(enum.StrEnum):
    """What those who come are told of an event."""

    CHANGED = "changed"
    CANCELLED = "cancelled"
    REINSTATED = "reinstated"
