"""Why a message was refused, as mail servers say it."""

import pytest

from outreach.delivery.returns import causes
from outreach.delivery.returns.outcomes import Cause, Kind, Outcome


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        ("550 5.1.1 <X>: Recipient address rejected: User unknown in virtual mailbox table", Cause.NO_ADDRESS),
        ("550 Requested action not taken: mailbox unavailable", Cause.NO_ADDRESS),
        ("550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR204_416", Cause.NO_ADDRESS),
        ("550 Utilisateur inconnu", Cause.NO_ADDRESS),
        ("550 5.4.1 Recipient address rejected: Access denied.", Cause.NO_ADDRESS),
        ("550 5.1.1 Address rejected", Cause.NO_ADDRESS),
        ("Host or domain name not found. Name service error for name=asso.example", Cause.NO_DOMAIN),
        ("all relevant MX records point to non-existent hosts", Cause.NO_DOMAIN),
        ("556 5.1.10 recipient address has null MX", Cause.NO_MAIL),
        ("551 5.1.6 Destination mailbox has moved, no forwarding address", Cause.MOVED),
        ("552 5.2.2 Boîte du destinataire pleine. Recipient overquota. OFR_417", Cause.FULL),
        ("452 4.2.2 The email account that you tried to reach is over quota", Cause.FULL),
        ("552 sorry, mailbox a@b.example is over quota temporarily (#5.1.1)", Cause.FULL),
        ("550 5.2.1 The email account that you tried to reach is disabled", Cause.DISABLED),
        ("552 5.3.4 Message size exceeds fixed limit", Cause.TOO_LARGE),
        ("550 5.7.1 Unable to relay", Cause.REFUSED),
        ("550 5.7.1 User unknown", Cause.REFUSED),
        ("553 5.1.8 Domain of sender address x@y.example does not exist", Cause.REFUSED),
        ("553 http://www.spamhaus.org/query/bl?ip=192.0.2.1", Cause.REFUSED),
        ("550 User unknown (in reply to MAIL FROM command)", Cause.REFUSED),
        ("550 User unknown (in reply to end of DATA command)", Cause.REFUSED),
        ("550 5.2.0 Mail rejete. Mail rejected. ofr_506 [506]", Cause.REFUSED),
        ("connect to mx.example[192.0.2.1]:25: Connection timed out", Cause.UNREACHED),
        ("554 5.4.6 Too many hops", Cause.UNREACHED),
        ("550 something else", Cause.UNKNOWN),
    ],
)
def test_the_words_of_a_server_say_why(words: str, cause: Cause) -> None:
    assert causes.cause(words, causes.enhanced(words)) is cause


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("550 5.1.1 unknown", "5.1.1"),
        ("550 5.0.0 failed: 550 5.1.10 not found", "5.1.10"),
        ("5.1.1 first, 5.0.0 last", "5.1.1"),
        ("no mailbox here (#5.1.1)", "5.1.1"),
        ("host 5.12.33.4 and version 5.1.1.2", ""),
        ("", ""),
    ],
)
def test_the_most_telling_code_is_read(text: str, status: str) -> None:
    assert causes.enhanced(text) == status


@pytest.mark.parametrize(
    ("cause", "status", "code", "permanent", "ends", "suspect"),
    [
        (Cause.NO_ADDRESS, "5.1.1", 550, True, True, False),
        (Cause.NO_DOMAIN, "5.1.2", 550, True, True, False),
        (Cause.NO_ADDRESS, "5.1.3", 501, True, True, False),
        (Cause.MOVED, "5.1.6", 551, True, True, False),
        (Cause.NO_MAIL, "5.1.10", 556, True, True, False),
        (Cause.DISABLED, "5.2.1", 550, False, True, False),
        (Cause.UNKNOWN, "5.1.1", None, False, True, False),
        (Cause.FULL, "5.1.1", 552, False, False, False),
        (Cause.REFUSED, "5.1.1", 550, False, False, False),
        (Cause.NO_ADDRESS, "", 550, True, False, True),
        (Cause.NO_ADDRESS, "5.0.0", 550, True, False, True),
        (Cause.NO_ADDRESS, "5.1.0", 550, True, False, False),
        (Cause.NO_DOMAIN, "5.4.4", None, True, False, False),
        (Cause.NO_ADDRESS, "5.1.1", 450, False, False, False),
        (Cause.REFUSED, "5.1.7", 550, False, False, False),
        (Cause.REFUSED, "5.1.8", 550, False, False, False),
        (Cause.REFUSED, "5.7.1", 550, False, False, False),
        (Cause.FULL, "5.2.2", 552, False, False, False),
    ],
)
def test_few_codes_end_an_address(
    cause: Cause, status: str, code: int | None, permanent: bool, ends: bool, suspect: bool
) -> None:
    said = Outcome("a@b.example", Kind.BOUNCE, cause, status, code, temporary=bool(code and code < 500))
    assert (said.permanent, said.ends_address, said.suspect) == (permanent, ends, suspect)
    delayed = Outcome("a@b.example", Kind.DELAY, cause, status, code)
    assert not any([delayed.permanent, delayed.ends_address, delayed.suspect])
