"""Decides what can be done about a message that did not go through: a sentence for the person who reads the list."""

from typing import Final

from outreach.delivery.states import MessageState
from outreach.errors import N_

IN_DOUBT: Final = N_(
    "The relay never said whether it took this message. Look in its log for the number of the message, then say here."
)
NO_SUCH_ADDRESS: Final = N_("The address does not exist: correct it on the contact’s page, or write on paper.")
MAILBOX_FULL: Final = N_("The mailbox is full: telephone, or try another address of this contact.")
POLICY: Final = N_(
    "The relay refuses what we send, not this address: check SPF, DKIM and the sender with whoever runs it."
)
TOO_LARGE: Final = N_("The message is too large for this relay: shorten the letter.")
SPELLING: Final = N_("The relay cannot write to an address with accents: ask this contact for another one.")
TOO_LATE: Final = N_("We tried for three days, or until it was of no more use: telephone, or write on paper.")
CLOSED: Final = N_("Somebody of the office gave it up.")
LATER: Final = N_("Nothing: the next try is made by itself.")
ASK: Final = N_("Read what the relay said; if the address is right, telephone or write on paper.")

_STATUSES: Final = (
    (("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"), NO_SUCH_ADDRESS),
    (("5.2.2", "4.2.2"), MAILBOX_FULL),
    (("5.7.", "5.1.7", "5.1.8"), POLICY),
    (("5.3.4", "5.2.3"), TOO_LARGE),
    (("5.6.7",), SPELLING),
)
_NOTHING_TO_DO: Final = frozenset(
    {MessageState.QUEUED, MessageState.LEASED, MessageState.SENT, MessageState.SUPPRESSED, MessageState.CANCELLED}
)
_WORDS: Final = (("needs_smtputf8", SPELLING), ("too_large", TOO_LARGE), ("malformed", ASK))


def remedy(state: MessageState, status: str | None, text: str | None, closed_by_staff: bool = False) -> str:
    """What to do about a message in that state, from the relay's enhanced status (RFC 3463) and its words.

    Empty where there is nothing to do.
    """
    if state in _NOTHING_TO_DO:
        return ""
    if state is MessageState.IN_DOUBT:
        return IN_DOUBT
    if closed_by_staff:
        return CLOSED
    for statuses, sentence in _STATUSES:
        if status and any(status == one or (one.endswith(".") and status.startswith(one)) for one in statuses):
            return sentence
    for word, sentence in _WORDS:
        if text and word in text:
            return sentence
    if state is MessageState.RETRY:
        return LATER
    return TOO_LATE if state is MessageState.FAILED else ASK
