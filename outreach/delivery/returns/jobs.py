"""What the clock does about what comes back: read the mailbox, finish what had to wait."""

from flask import current_app

from outreach.delivery.returns import intake, mailbox
from outreach.errors import Refusal
from outreach.logs import log


def read_mailbox() -> None:
    """Take in what lies unread in the mailbox of the settings, if there is one; then do what had to wait.

    A mailbox that cannot be reached is tried again at the next tick.
    """
    if url := current_app.config["BOUNCES_IMAP_URL"]:
        try:
            _read(url)
        except Refusal as reason:
            log.warning("the mailbox of what comes back was not read", reason=str(reason))
    intake.follow_up()


def _read(url: str) -> None:
    place = mailbox.parse_place(url, loopback_only=current_app.config["LOOPBACK_ONLY"])
    kept = read = 0
    with mailbox.opened(place) as box:
        for letter in box.unread():
            taken = intake.take(letter.found)
            box.put_away(letter, sound=taken.sound)
            read, kept = read + 1, kept + taken.kept
    if read:
        log.info("the mailbox of what comes back was read", mails=read, kept=kept)
