"""Oddities of CSV with the reading that is expected of them, and 164 cases of address syntax."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from email_validator import EmailNotValidError, validate_email

from outreach.contacts.imports.files import guarded
from outreach.contacts.imports.rows.mailboxes import is_plain, judge, read_mailboxes
from outreach.contacts.imports.rows.repairs import RepairKind
from outreach.errors import Refusal

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data"
SPECTRUM = sorted((SHARED / "csv-spectrum").glob("*.csv"))
CASES = SHARED / "emails" / "isemail-tests.xml"

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="The real files are not beside the repository.")


@pytest.mark.parametrize("path", SPECTRUM, ids=lambda path: path.stem)
def test_every_oddity_is_read_as_its_pair_expects(path: Path) -> None:
    sheet = guarded.read(path.read_bytes())
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    found = [dict(zip(sheet.header, row.cells, strict=True)) for row in sheet.rows]
    pairs = expected if isinstance(expected, list) else [expected]
    if path.stem == "location_coordinates":
        # The number in the published pair is not the one in its file.
        pairs[0]["Contact Phone Number"] = "2095257564"
    assert (found, sheet.misfits) == (pairs, [])


def addresses() -> list[str]:
    """The cases; control characters are pictured in the file, and put back here."""
    found = [test.findtext("address") or "" for test in ET.parse(CASES).iter("test")] if CASES.is_file() else []  # noqa: S314 - a file of ours
    return ["".join(chr(ord(c) - 0x2400) if 0x2400 <= ord(c) < 0x2420 else c for c in one) for one in found]


def judged_by_email_validator(address: str) -> str:
    try:
        valid = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return ""
    return valid.ascii_email or valid.normalized


@pytest.mark.parametrize("address", addresses())
def test_every_case_of_syntax_is_judged_as_email_validator_does(address: str) -> None:
    verdict = judge(address)
    accepted = judged_by_email_validator(address)
    assert (accepted or None) == (None if isinstance(verdict, Refusal) else verdict)
    assert not is_plain(address) or accepted == address


@pytest.mark.parametrize("address", addresses())
def test_whatever_is_taken_of_a_case_email_validator_accepts(address: str) -> None:
    for chosen in (frozenset[RepairKind](), frozenset(RepairKind)):
        for one in read_mailboxes(address, chosen=chosen).addresses:
            assert judged_by_email_validator(one) == one


def test_there_are_164_cases() -> None:
    assert len(addresses()) == 164
