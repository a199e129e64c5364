"""The addresses written in one cell."""

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from outreach.contacts.imports.rows.mailboxes import Mend, is_plain, read_mailboxes
from outreach.contacts.imports.rows.repairs import HARMLESS, RepairKind


@pytest.mark.parametrize(
    ("cell", "addresses"),
    [
        ("mairie@le-mans.fr", ["mairie@le-mans.fr"]),
        ("  mairie@le-mans.fr\u00a0", ["mairie@le-mans.fr"]),
        (": ccas@biarritz.fr", ["ccas@biarritz.fr"]),
        ("mailto:ccas@biarritz.fr", ["ccas@biarritz.fr"]),
        ("mailto:ccas@biarritz.fr?subject=Bonjour", ["ccas@biarritz.fr"]),
        ("mairie.sthippolytedecaton@bbox.fr.", ["mairie.sthippolytedecaton@bbox.fr"]),
        ("Mail : ccas@biarritz.fr", ["ccas@biarritz.fr"]),
        ("Anne Dupont <a.dupont@x.fr>", ["a.dupont@x.fr"]),
        ('"Dupont, Anne" <a.dupont@x.fr>; b@x.fr', ["a.dupont@x.fr", "b@x.fr"]),
        ("a@x.fr ; b@y.fr", ["a@x.fr", "b@y.fr"]),
        ("a@x.fr, b@y.fr", ["a@x.fr", "b@y.fr"]),
        ("a@x.fr ou b@y.fr", ["a@x.fr", "b@y.fr"]),
        ("a@x.fr / b@y.fr", ["a@x.fr", "b@y.fr"]),
        ("a@x.fr - b@y.fr", ["a@x.fr", "b@y.fr"]),
        ("a@x.fr b@y.fr", ["a@x.fr", "b@y.fr"]),
        ("a@x.fr\nb@y.fr\n", ["a@x.fr", "b@y.fr"]),
        ("a@x.fr; a@x.fr", ["a@x.fr"]),
        ("Mairie@Ville.FR", ["Mairie@ville.fr"]),
        ("mairie@taisnières-en-thierache.fr", ["mairie@xn--taisnires-en-thierache-s7b.fr"]),
        ("o'brien@x.fr", ["o'brien@x.fr"]),
        ("", []),
        ("   ", []),
        ("inconnu", []),
        ("#N/D", []),
        ("Néant", []),
        ("-", []),
    ],
)
def test_noise_is_taken_off_and_reported(cell: str, addresses: list[str]) -> None:
    mailboxes = read_mailboxes(cell)
    assert list(mailboxes.addresses) == addresses
    assert mailboxes.refusal is None
    written = "; ".join(addresses)
    if cell == written or not cell.strip():
        assert mailboxes.mend is None
    else:
        assert mailboxes.mend is not None
        assert (mailboxes.mend.after, mailboxes.mend.applied) == (written, True)
        assert mailboxes.mend.kind in HARMLESS


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("mairie@@ville.fr", "The @ is not written as it should be: is it mairie@ville.fr?"),
        ("mairie(at)ville.fr", "The @ is not written as it should be: is it mairie@ville.fr?"),
        ("mairie [at] ville.fr", "The @ is not written as it should be: is it mairie@ville.fr?"),
        ("mairie at ville.fr", "The @ is not written as it should be: is it mairie@ville.fr?"),
        ("secrétariat@mairiedecuvry.fr", "There is an accent before the @: is it secretariat@mairiedecuvry.fr?"),
        ("mairie.estrebœuf@wanadoo.fr", "There is an accent before the @: is it mairie.estreboeuf@wanadoo.fr?"),
        ("mairie @ville.fr", "There is a space inside this address: is it mairie@ville.fr?"),
        ("jean dupont@ville.fr", "There is a space inside this address: is it jeandupont@ville.fr?"),
        ("le matin seulement : a@x.fr", "There are words beside the address: leave only the address."),
        ("http://www.ville.fr/contact", "This is a web page, not an e-mail address."),
        ("www.ville.fr", "This is a web page, not an e-mail address."),
        ("mairie", "There is no @ in this address."),
        ("mairie.rahay72gmail.com", "There is no @ in this address."),
        ("mairie@oisy-le-verger@xilan.fr", "There are two @ in this address."),
        ("mairie.villereau@orange", "The part after the @ is incomplete: its end is missing (.fr, for instance)."),
        ("mairieavelesges@orange.", "The part after the @ is incomplete: its end is missing (.fr, for instance)."),
        ("accueils@.fr", "This is not a valid e-mail address."),
        ("a..b@x.fr", "This is not a valid e-mail address."),
        ("a@x.fr; b@@y.fr", "The @ is not written as it should be: is it a@x.fr; b@y.fr?"),
        ("ada@association.test", "No mail can be received at association.test: it is reserved for tests."),
        ("a@x.fr\r\nBcc: b@y.fr", "There are words beside the address: leave only the address."),
    ],
)
def test_a_guess_is_proposed_and_never_made(cell: str, sentence: str) -> None:
    mailboxes = read_mailboxes(cell)
    assert mailboxes.addresses == ()
    assert str(mailboxes.refusal) == sentence
    assert mailboxes.mend is not None
    assert not mailboxes.mend.applied
    assert mailboxes.mend.kind not in HARMLESS


@pytest.mark.parametrize(
    ("cell", "kind", "addresses", "note", "website"),
    [
        ("mairie@@ville.fr", RepairKind.DOUBLED_AT, ["mairie@ville.fr"], "", ""),
        ("mairie(at)ville.fr", RepairKind.WRITTEN_AT, ["mairie@ville.fr"], "", ""),
        ("mairie arobase ville.fr", RepairKind.WRITTEN_AT, ["mairie@ville.fr"], "", ""),
        ("Anne <anne(at)ville.fr>", RepairKind.WRITTEN_AT, ["anne@ville.fr"], "", ""),
        ("secrétariat@ville.fr", RepairKind.ACCENTS, ["secretariat@ville.fr"], "", ""),
        ("mairie @ ville.fr", RepairKind.INNER_SPACE, ["mairie@ville.fr"], "", ""),
        ("mairie@ ville.fr", RepairKind.INNER_SPACE, ["mairie@ville.fr"], "", ""),
        ("a@x.fr (le matin)", RepairKind.NOTE_BESIDE, ["a@x.fr"], "le matin", ""),
        ("ne plus écrire à a@x.fr", RepairKind.NOTE_BESIDE, ["a@x.fr"], "ne plus écrire à", ""),
        ("www.ville.fr", RepairKind.WEB_PAGE, [], "", "www.ville.fr"),
        ("https://ville.fr voir contact", RepairKind.WEB_PAGE, [], "https://ville.fr voir contact", ""),
        ("mairie.rahay72gmail.com", RepairKind.NO_ADDRESS, [], "mairie.rahay72gmail.com", ""),
        ("accueils@.fr", RepairKind.NO_ADDRESS, [], "accueils@.fr", ""),
    ],
)
def test_a_guess_is_made_once_its_kind_is_chosen(
    cell: str, kind: RepairKind, addresses: list[str], note: str, website: str
) -> None:
    assert read_mailboxes(cell).refusal is not None
    mailboxes = read_mailboxes(cell, chosen=HARMLESS | {kind})
    assert mailboxes.mend == Mend("; ".join(addresses), kind, applied=True)
    assert (list(mailboxes.addresses), mailboxes.note, mailboxes.website) == (addresses, note, website)


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        (" a@x.fr", RepairKind.SPACES),
        ("mailto:a@x.fr", RepairKind.PUNCTUATION),
        ("a@X.fr", RepairKind.DOMAIN),
        ("a@x.fr ; b@x.fr", RepairKind.SEVERAL),
        ("inconnu", RepairKind.NOTHING),
    ],
)
def test_a_harmless_repair_that_is_not_wanted_refuses_the_cell(cell: str, kind: RepairKind) -> None:
    mailboxes = read_mailboxes(cell, chosen=HARMLESS - {kind})
    assert mailboxes.addresses == ()
    assert str(mailboxes.refusal).startswith("This is not an address as it stands")


def test_two_guesses_in_one_cell_need_both() -> None:
    cell = "secrétariat@@ville.fr"
    one = read_mailboxes(cell, chosen=HARMLESS | {RepairKind.DOUBLED_AT})
    assert one.mend == Mend("secretariat@ville.fr", RepairKind.ACCENTS, applied=False)
    both = read_mailboxes(cell, chosen=HARMLESS | {RepairKind.DOUBLED_AT, RepairKind.ACCENTS})
    assert both.addresses == ("secretariat@ville.fr",)


def test_a_word_for_nothing_beside_an_address_is_no_note() -> None:
    assert read_mailboxes("a@x.fr ; inconnu").addresses == ("a@x.fr",)


@pytest.mark.parametrize(
    "address",
    ["ada@association.test", "Ada@ville.example", "ada@ville.invalid", "a+b@sub.ville.test", "o'ada@ville.example"],
)
def test_reserved_domains_are_taken_in_the_demonstration_only(address: str) -> None:
    assert read_mailboxes(address, reserved=True).addresses == (address,)


_plain_local = st.text("abcz0189._+-", min_size=1, max_size=70)
_plain_domain = st.text("abcz0189.-", min_size=1, max_size=80)


@given(_plain_local, _plain_domain)
def test_what_is_plain_email_validator_accepts_unchanged(local: str, domain: str) -> None:
    address = f"{local}@{domain}"
    if is_plain(address):
        assert validate_email(address, check_deliverability=False, allow_smtputf8=False).normalized == address


@given(st.from_regex(r"[a-z0-9]{1,70}([._+-][a-z0-9]{1,5}){0,3}@([a-z0-9-]{1,66}\.){1,4}[a-z]{1,5}", fullmatch=True))
def test_long_and_odd_addresses_are_judged_alike(address: str) -> None:
    try:
        valid = validate_email(address, check_deliverability=False, allow_smtputf8=False).normalized == address
    except EmailNotValidError:
        valid = False
    assert valid or not is_plain(address)


@given(st.text(max_size=60) | st.text("a@. ;,<>()é/:\"'-", max_size=40), st.sets(st.sampled_from(RepairKind)))
def test_any_cell_gets_an_answer(cell: str, chosen: set[RepairKind]) -> None:
    mailboxes = read_mailboxes(cell, chosen=frozenset(chosen))
    assert mailboxes.refusal is None or not mailboxes.addresses
    for address in mailboxes.addresses:
        assert validate_email(address, check_deliverability=False)
