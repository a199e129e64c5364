"""The states of a message, and what each answer of a relay makes of it."""

from enum import StrEnum
from typing import Final


class MessageState(StrEnum):
    """Where one message stands. Open ones still ask for something; ended ones never change but `sent`, which may bounce."""

    QUEUED = "queued"
    LEASED = "leased"
    RETRY = "retry"
    IN_DOUBT = "in_doubt"
    SENT = "sent"
    FAILED = "failed"
    REJECTED = "rejected"
    BOUNCED = "bounced"
    CANCELLED = "cancelled"
    SUPPRESSED = "suppressed"


OPEN: Final = frozenset({MessageState.QUEUED, MessageState.LEASED, MessageState.RETRY, MessageState.IN_DOUBT})
ENDED: Final = frozenset(MessageState) - OPEN
