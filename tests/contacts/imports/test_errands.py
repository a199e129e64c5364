"""Long files: looked at and brought in by the engine process, followed, cancelled, begun again after a kill."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from outreach.contacts.imports import errands, jobs
from outreach.contacts.imports.errands import MOST_TRIES
from outreach.contacts.imports.jobs import Errands
from outreach.contacts.imports.models import Errand, ImportFile, ImportState, Step
from outreach.contacts.models import Contact
from outreach.database import db, now, transaction
from tests.contacts.imports.files import give, kept, latest, long_file, short_file
from tests.snapshots import changed, snapshot

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("app", "database_kind")]


@pytest.fixture
def office(signed_in: type[FlaskClient], app: Flask) -> FlaskClient:
    return signed_in()


def contacts() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Contact)) or 0


def ask(number: int, errand: Errand) -> None:
    db.session.rollback()
    with transaction():
        errands.ask(number, errand, None, "fr")


def test_a_long_file_goes_through_the_pages_and_the_engine(office: FlaskClient) -> None:
    preview = give(office, long_file(["Durand;Luc;M;pas une adresse;Angers;49000;"]))
    waiting = office.get(preview).text
    assert "Le fichier est en cours d’examen" in waiting
    assert "En attente de son tour" in waiting
    assert 'http-equiv="refresh"' in waiting
    Errands().run()
    shown = office.get(preview).text
    assert "pas une adresse" in shown
    assert "Importer 3\u202f001 lignes" in shown or "Importer 3001 lignes" in shown
    assert contacts() == 0
    refused = office.get(f"{preview}/refused.csv").data.decode("utf-8-sig")
    assert refused.splitlines()[0].endswith(";Motif du refus")
    office.post(preview)
    assert "Le fichier est en cours d’importation" in office.get(preview).text
    assert contacts() == 0
    Errands().run()
    assert contacts() == 3001
    assert "Le fichier est importé" in office.get(preview).text
    file = latest()
    assert (file.state, file.errand, file.shape, file.outlook) == (ImportState.DONE, None, None, None)
    assert file.summary["refused"] == 1
    assert office.get(f"{preview}/refused.csv").data.decode("utf-8-sig") == refused


def test_a_page_that_follows_gets_its_piece_and_is_led_on_in_the_end(office: FlaskClient) -> None:
    preview = give(office, long_file())
    piece = office.get(preview, headers={"HX-Request": "true"}).text
    assert piece.count("<html") == 0
    assert 'id="live"' in piece
    Errands().run()
    assert office.get(preview, headers={"HX-Request": "true"}).headers["HX-Redirect"] == preview


def test_nothing_is_chosen_or_given_up_while_the_engine_is_at_it(office: FlaskClient) -> None:
    preview = give(office, long_file())
    assert office.post(f"{preview}/give-up").status_code == 400
    assert office.post(f"{preview}/columns", data={"kind": "press", "source": "x"}).status_code == 400
    assert office.get(f"{preview}/columns").location == preview
    assert latest().errand is Errand.LOOK


def test_what_nobody_has_begun_is_cancelled_at_once(office: FlaskClient) -> None:
    preview = give(office, long_file())
    office.post(f"{preview}/cancel")
    assert latest().errand is None
    assert office.get(preview).location == f"{preview}/columns"
    assert office.post(f"{preview}/cancel").status_code == 400


@pytest.mark.parametrize("errand", list(Errand)[:2])
def test_what_is_under_way_stops_at_the_next_word_and_changes_nothing(errand: Errand) -> None:
    number = kept(long_file())
    before = snapshot(db.engine)
    ask(number, errand)

    class Watched(Errands):
        """Somebody presses the button while rows are read."""

        def _watch(self, claimed: errands.Claim, step: Step, done: int, in_all: int) -> None:
            if done:
                self._told = 0.0
            if done >= 2000 and not latest_cancelled(number):
                cancel(number)
            super()._watch(claimed, step, done, in_all)

    Watched().run()
    assert changed(before, snapshot(db.engine)) == ["import_file"]
    file = latest()
    assert (file.errand, file.runner, file.cancelled, file.outlook) == (None, None, False, None)


def latest_cancelled(number: int) -> bool:
    with db.engine.connect() as connection:
        return bool(connection.scalar(select(ImportFile.cancelled).where(ImportFile.id == number)))


def cancel(number: int) -> None:
    with db.engine.begin() as connection:
        connection.execute(update(ImportFile).where(ImportFile.id == number).values(cancelled=True))


def test_an_engine_that_was_killed_leaves_nothing_half_and_the_next_one_begins_anew() -> None:
    number = kept(long_file())
    ask(number, Errand.BRING_IN)
    db.session.rollback()
    with transaction():
        claimed = errands.claim(now())
    assert claimed is not None
    errands.beat(claimed, now(), Step.READING, 2000, 3001)
    assert contacts() == 0
    Errands().run()
    assert contacts() == 3001
    with pytest.raises(errands.Superseded):
        errands.beat(claimed, now(), Step.READING, 3000, 3001)
    db.session.rollback()
    with pytest.raises(errands.Superseded), transaction():
        errands.settle(claimed)


def test_an_engine_that_leaves_off_leaves_the_file_to_the_next_one() -> None:
    number = kept(long_file())
    ask(number, Errand.BRING_IN)

    class Leaving(Errands):
        """Asked to end while rows are read."""

        def _watch(self, claimed: errands.Claim, step: Step, done: int, in_all: int) -> None:
            if done >= 2000:
                self.leave_off()
            super()._watch(claimed, step, done, in_all)

    Leaving().run()
    file = latest()
    assert (contacts(), file.errand, file.runner, file.tries) == (0, Errand.BRING_IN, None, 0)
    Errands().run()
    assert contacts() == 3001


def test_a_file_that_kills_whoever_reads_it_does_so_three_times_at_most(office: FlaskClient) -> None:
    preview = give(office, long_file())
    for _again in range(MOST_TRIES):
        db.session.rollback()
        with transaction():
            assert errands.claim(now()) is not None
        db.session.rollback()
        with transaction():
            errands.release()
    Errands().run()
    assert latest().errand is None
    assert "interrompu chaque fois" in office.get(f"{preview}/columns").text


def test_a_fault_is_said_and_changes_nothing(office: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    preview = give(office, long_file())
    before = snapshot(db.engine)

    def broken(*_arguments: object) -> None:
        raise RuntimeError("the power is cut")

    monkeypatch.setitem(jobs._WORK, Errand.LOOK, broken)
    Errands().run()
    assert changed(before, snapshot(db.engine)) == ["import_file"]
    assert "rien n’a été modifié" in office.get(f"{preview}/columns").text


def test_a_short_file_never_waits(office: FlaskClient) -> None:
    preview = give(office, short_file("Béchu;Zoé;F;zoe@a.example;Allonnes;49650;"))
    assert "Importer 1 ligne" in office.get(preview).text
    office.post(preview)
    assert contacts() == 1
