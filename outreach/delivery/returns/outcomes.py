"""What a mail that came back says, about each recipient."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What came."""

    BOUNCE = "bounce"  # given up: the message was not placed in the mailbox
    DELAY = "delay"  # not yet: the other side still tries
    COMPLAINT = "complaint"  # the reader called it unwanted, or asked for no more through their provider
    AUTO_REPLY = "auto_reply"  # a machine answered in somebody's place
    STOP = "stop"  # a mail to the address that stops
    OTHER = "other"


class Cause(StrEnum):
    """Why a message was not placed."""

    NO_ADDRESS = "no_address"  # nobody of that name there
    NO_DOMAIN = "no_domain"  # the domain is not there
    NO_MAIL = "no_mail"  # the domain, or the host, takes no mail at all
    MOVED = "moved"
    DISABLED = "disabled"  # the mailbox is there, and closed
    FULL = "full"
    TOO_LARGE = "too_large"
    REFUSED = "refused"  # we are refused, or the message: sender, reputation, policy, contents
    UNREACHED = "unreached"  # time ran out, or the way was blocked
    BROKEN = "broken"  # the other side has a fault
    UNKNOWN = "unknown"


FINAL: Final = frozenset({Cause.NO_ADDRESS, Cause.NO_DOMAIN, Cause.NO_MAIL, Cause.MOVED})
"""Causes that tomorrow will not mend."""

_ENDS_ADDRESS: Final = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
_SAYS_NOTHING: Final = frozenset({"", "5.0.0"})
_ABOUT_ADDRESS: Final = FINAL | {Cause.DISABLED, Cause.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is said about one recipient. `status` is the enhanced code (RFC 3463) or an empty string."""

    recipient: str
    kind: Kind
    cause: Cause = Cause.UNKNOWN
    status: str = ""
    code: int | None = None
    reason: str = ""
    temporary: bool = False
    """The last reply was a 4yz: given up for lack of time, not because of the address."""

    @property
    def permanent(self) -> bool:
        """True when the address itself is at fault, and will be tomorrow."""
        return self.kind is Kind.BOUNCE and self.cause in FINAL and not self.temporary

    @property
    def ends_address(self) -> bool:
        """True when the address must not be written to any more: few codes say that, and no other words may deny it."""
        return (
            self.kind is Kind.BOUNCE
            and not self.temporary
            and self.status in _ENDS_ADDRESS
            and self.cause in _ABOUT_ADDRESS
        )

    @property
    def suspect(self) -> bool:
        """True for an unknown address without a code that says so: two campaigns of those end it."""
        return self.permanent and not self.ends_address and self.status in _SAYS_NOTHING
