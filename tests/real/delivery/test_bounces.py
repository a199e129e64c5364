"""Reports of real servers: none is too odd to be read, and those that are plain are understood."""

from collections import Counter
from pathlib import Path

import pytest

from outreach.delivery.returns import reports
from outreach.delivery.returns.outcomes import Kind

FILES = Path(__file__).resolve().parents[4] / "shared" / "data"
CORPUS = FILES / "bounces" / "sisimai"

pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason="the folder of real files is not here")


def kinds(name: str) -> Counter[Kind]:
    return Counter(one.kind for one in reports.read((CORPUS / name).read_bytes()).outcomes)


@pytest.mark.parametrize("name", ["lhost-postfix-04", "rhost-franceptt-01", "lhost-qmail-21", "lhost-gmail-18"])
def test_somebody_unknown_is_a_final_bounce(name: str) -> None:
    (said,) = reports.read((CORPUS / f"{name}.eml").read_bytes()).outcomes
    assert said.permanent
    assert said.ends_address


@pytest.mark.parametrize("name", ["lhost-postfix-63", "lhost-receivingses-04", "lhost-mailfoundry-02", "lhost-x2-04"])
def test_a_full_mailbox_ends_no_address(name: str) -> None:
    (said,) = reports.read((CORPUS / f"{name}.eml").read_bytes()).outcomes
    assert said.kind is Kind.BOUNCE
    assert not any([said.permanent, said.ends_address, said.suspect])


def test_complaints_absences_and_receipts_are_no_bounces() -> None:
    assert kinds("arf-15.eml") == {Kind.COMPLAINT: 1}
    assert kinds("rfc3834-02.eml") == {Kind.AUTO_REPLY: 1}
    assert kinds("rfc3464-28.eml") == {Kind.OTHER: 1}
    assert kinds("rfc3464-07.eml") == {Kind.DELAY: 1}


def test_answers_of_people_are_no_bounces() -> None:
    for path in (FILES / "reponses").glob("email_*.txt"):
        head = b"From: ada@association.example\nSubject: Re: Congres\nContent-Type: text/plain; charset=utf-8\n\n"
        assert [one.kind for one in reports.read(head + path.read_bytes()).outcomes] == [Kind.OTHER], path.name


def test_subjects_of_absences_are_no_bounces() -> None:
    lines = (FILES / "reponses" / "SUJETS-REELS-reponses-auto-fr.txt").read_text("utf-8").splitlines()
    for subject in (line for line in lines if line.strip() and not line.startswith("#")):
        raw = f"From: ada@association.example\nReturn-Path: <>\nSubject: {subject}\n\nJe suis absente.\n".encode()
        assert [one.kind for one in reports.read(raw).outcomes] == [Kind.AUTO_REPLY], subject
