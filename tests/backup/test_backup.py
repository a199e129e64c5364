"""A backup taken while others work is whole and private; what is none is refused before anything changes."""

import json
import os
import random
import resource
import subprocess
import sys
import threading
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from config import Config
from outreach.app import create_app
from outreach.backup.archive import Damaged, FromLater, Manifest, Reading, Writing
from outreach.contacts import actions as contacts
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact, Suppression, SuppressionReason
from outreach.database import db, now, transaction
from outreach.delivery.models import Message
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from outreach.presence import only_engine
from tests import people
from tests.conftest import Runner
from tests.delivery.campaigns import launched
from tests.relay import Relay
from tests.server import environment


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "monday.zip"


@pytest.fixture
def taken(app: Flask, runner: Runner, file: Path) -> Path:
    """A backup of one of everything."""
    people.world()
    runner.run("backup", file)
    return file


def number_of_contacts() -> int:
    db.session.rollback()
    found = db.session.scalar(select(func.count(Contact.id))) or 0
    db.session.rollback()
    return found


def refused(runner: Runner, *arguments: str | Path) -> str:
    """What a restore that is refused says; nothing has changed."""
    before = number_of_contacts()
    said = runner.run("restore", *arguments, status=1).stderr
    assert number_of_contacts() == before
    return said


@pytest.mark.both
def test_only_its_owner_can_read_it_and_it_holds_no_key(app: Flask, taken: Path, config: Config) -> None:
    assert taken.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in taken.parent.glob(".*")] == []
    with zipfile.ZipFile(taken) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"ada@association.test" in everything
    for key in (*config.secret_keys, config.suppression_key):
        assert key.encode() not in everything


def test_help_says_that_it_holds_personal_data(runner: Runner) -> None:
    assert "PERSONAL DATA" in runner.run("backup", "--help").stdout
    assert "outreach restore" in runner.run("restore", "--help").stdout


def test_without_a_name_it_is_named_after_the_instant(app: Flask, runner: Runner, config: Config) -> None:
    told = json.loads(runner.run("backup", "--json").stdout)
    assert [str(path) for path in (config.data_dir / "backups").iterdir()] == [told["file"]]
    assert (config.data_dir / "backups").stat().st_mode & 0o777 == 0o700


def test_it_takes_nobodys_place(runner: Runner, taken: Path) -> None:
    before = taken.read_bytes()
    assert "choose another name" in runner.run("backup", taken, status=1).stderr
    assert taken.read_bytes() == before


@pytest.mark.both
def test_a_database_that_holds_something_is_replaced_only_on_demand(runner: Runner, taken: Path) -> None:
    assert "--replace" in refused(runner, taken)
    runner.run("restore", taken, "--yes")


@pytest.mark.both
def test_nothing_is_put_back_while_an_engine_or_a_sender_works(
    runner: Runner, taken: Path, config: Config, relay: Relay
) -> None:
    with only_engine(config.data_dir):
        assert "engine already works" in refused(runner, taken, "--replace")
    with sender():
        assert "stop every engine" in refused(runner, taken, "--replace")
    runner.run("restore", taken, "--replace")


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_file_is_refused_or_says_the_same(runner: Runner, taken: Path, seed: int) -> None:
    chance = random.Random(seed)
    octets = bytearray(taken.read_bytes())
    with zipfile.ZipFile(taken) as archive:
        whole = {name: archive.read(name) for name in archive.namelist()}
    if seed % 2:
        place = chance.randrange(len(octets))
        octets[place] ^= 1 << chance.randrange(8)
    else:
        del octets[chance.randrange(len(octets)) :]
    taken.write_bytes(octets)
    try:
        with Reading(taken) as read:
            assert {name: read.part(name).read() for name in read.manifest.parts}.items() <= whole.items()
    except Damaged:
        assert "damaged, or is no backup" in refused(runner, taken, "--replace")


def test_what_is_no_backup_is_refused(runner: Runner, taken: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Madame, Monsieur")
    assert "is no backup" in refused(runner, tmp_path / "letter.txt", "--replace")
    assert "is not there" in refused(runner, tmp_path / "nothing.zip", "--replace")


def _rewritten(taken: Path, **changes: object) -> Path:
    """The same backup, saying something else of itself, and sealed."""
    other = taken.with_name("other.zip")
    with Reading(taken) as read, Writing(other) as archive:
        for name in read.manifest.parts:
            with archive.part(name, lambda _octets: None) as write:
                write(read.part(name).read())
        manifest: Manifest = read.manifest
        for name, value in changes.items():
            setattr(manifest, name, value)
        archive.seal(manifest)
    return other


@pytest.mark.both
def test_a_backup_of_a_later_version_is_refused(runner: Runner, taken: Path) -> None:
    with pytest.raises(FromLater):
        Reading(_rewritten(taken, format=2))
    taken.with_name("other.zip").unlink()
    assert "later version" in refused(runner, _rewritten(taken, revision="9999"), "--replace")


def test_a_backup_of_another_kind_of_database_is_refused(runner: Runner, taken: Path) -> None:
    assert "postgresql" in refused(runner, _rewritten(taken, database="postgresql"), "--replace")


def test_a_backup_under_another_suppression_key_is_refused(runner: Runner, taken: Path, config: Config) -> None:
    other = create_app(replace(config, suppression_key="another key"))
    said = Runner(other, config).run("restore", taken, "--replace", status=1).stderr
    assert "OUTREACH_SUPPRESSION_KEY" in said


def test_other_link_keys_are_told(taken: Path, config: Config) -> None:
    other = create_app(replace(config, secret_keys=("a key of another time",)))
    with other.app_context():
        told = json.loads(Runner(other, config).run("restore", taken, "--replace", "--json").stdout)
    assert told["same_links"] is False


def test_a_database_that_is_none_any_more_is_moved_aside(
    app: Flask, runner: Runner, taken: Path, config: Config
) -> None:
    path = config.data_dir / "outreach.db"
    db.session.remove()
    db.engine.dispose()
    for left in config.data_dir.glob("outreach.db-*"):
        left.unlink()
    path.write_bytes(b"not a database at all, but long enough to look like one " * 100)
    assert "--replace" in runner.run("restore", taken, status=1).stderr
    runner.run("restore", taken, "--replace")
    assert number_of_contacts() > 0
    assert (config.data_dir / "outreach.db.damaged").exists()


def test_a_web_server_that_runs_meanwhile_sees_the_change(
    app: Flask, runner: Runner, taken: Path, config: Config
) -> None:
    other = create_app(config)
    with other.app_context():
        before = number_of_contacts()
        with transaction():
            people.contact(Kind.MAYOR, "Someone", "New", "new@commune.test")
        assert number_of_contacts() == before + 1
        with app.app_context():
            runner.run("restore", taken, "--replace")
        assert number_of_contacts() == before
        with transaction():
            people.contact(Kind.MAYOR, "Someone", "Else", "else@commune.test")
    assert number_of_contacts() == before + 1


@pytest.mark.both
def test_a_backup_taken_while_messages_leave_is_one_instant(
    app: Flask, runner: Runner, relay: Relay, file: Path, config: Config
) -> None:
    number = launched(batch_size=5)
    relay.delay = 0.05
    over = threading.Event()

    def work() -> None:
        with app.app_context():
            with sender() as post:
                post.send_due()
            for place in range(40):
                with transaction():
                    contacts.suppress(f"nobody{place}@association.test", SuppressionReason.OPT_OUT, now())
        over.set()

    worker = threading.Thread(target=work)
    worker.start()
    files: list[Path] = []
    while not over.is_set():
        files.append(file.with_name(f"{len(files)}.zip"))
        runner.run("backup", files[-1])
    worker.join(60)
    for one in (files[0], files[len(files) // 2], files[-1]):
        runner.run("restore", one, "--replace")
        states = set(db.session.scalars(select(Message.state).where(Message.campaign_id == number)))
        assert states <= {MessageState.SENT, MessageState.IN_DOUBT}
        assert db.session.scalar(select(func.count(Suppression.id))) == 40
        assert sorted(set(relay.recipients)) == sorted(relay.recipients)
        db.session.rollback()
    if config.database.startswith("sqlite"):
        assert db.session.scalar(text("PRAGMA integrity_check")) == "ok"


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


def test_a_full_disk_leaves_no_half_backup(app: Flask, file: Path, config: Config) -> None:
    people.world()
    db.session.remove()
    command = [
        sys.executable,
        "-c",
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);from outreach.cli import main; main()",
        "backup",
        str(file),
    ]
    done = subprocess.run(
        command, env={**os.environ, **environment(config)}, capture_output=True, text=True, preexec_fn=_limited
    )
    assert done.returncode == 1
    assert "could not be done" in done.stderr
    assert list(file.parent.glob("*.zip*")) == []
    assert list(file.parent.glob(".*")) == []
