"""What the engine process does with files of contacts: the errands that the pages leave to it, and forgetting."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import select, update

from outreach.contacts.imports import errands, importing
from outreach.contacts.imports.bringing import entering
from outreach.contacts.imports.bringing.entering import Bringer
from outreach.contacts.imports.errands import Claim, Stopped, Superseded
from outreach.contacts.imports.models import Errand, ImportFile, ImportState, Step
from outreach.contacts.imports.plans.planning import SLICE
from outreach.contacts.imports.rows.records import Refused
from outreach.contacts.searching.indexing import reindex
from outreach.database import Unavailable, affected, db, now, transaction
from outreach.errors import Refusal
from outreach.i18n import sentence
from outreach.logs import log

TELL_EVERY: Final = 0.5
"""Seconds between two words about progress: each is a small transaction."""
UNFINISHED_DAYS: Final = 14
"""How long a file is kept that nobody brings in."""


def reasons(refused: Sequence[Refused]) -> list[tuple[int, str]]:
    """The sentences of the refused rows in the language in force, each behind the name of its column."""
    return [(one.row, " – ".join(filter(None, [one.column, sentence(one.reason)]))) for one in refused]


@dataclass(slots=True)
class Errands:
    """Does what the pages ask for, one after the other, until it is told to leave off.

    There is one at a time: what others had in hand was left behind by an engine that is no more, and is begun anew.
    """

    is_leaving: bool = False
    _is_first: bool = field(default=True, init=False)
    _told: float = field(default=0.0, init=False)

    def leave_off(self) -> None:
        """Stop at the next word about progress; what was under way is begun again by the next engine."""
        self.is_leaving = True

    def run(self) -> None:
        """Do every errand that waits."""
        if self._is_first:
            _release()
            self._is_first = False
        while not self.is_leaving and (claimed := _claim()):
            self._do(claimed)

    def _do(self, claimed: Claim) -> None:
        try:
            with force_locale(claimed.language):
                _WORK[claimed.errand](claimed, lambda step, done, of: self._watch(claimed, step, done, of))
        except (Stopped, Unavailable) as fault:
            _settled(lambda: errands.let_go(claimed))
            if isinstance(fault, Unavailable):
                raise
        except Superseded:
            log.error("an errand was taken over", import_id=claimed.import_id)
        except Refusal as refusal:
            reason = refusal
            _settled(lambda: errands.fail(claimed, reason))
        except Exception:
            log.exception("an errand failed", import_id=claimed.import_id)
            _settled(lambda: errands.fail(claimed, _broken()))

    def _watch(self, claimed: Claim, step: Step, done: int, in_all: int) -> None:
        if self.is_leaving:
            raise Stopped
        if done and time.monotonic() - self._told < TELL_EVERY:
            return
        errands.beat(claimed, now(), step, done, in_all)
        self._told = time.monotonic()


def _claim() -> Claim | None:
    waiting = db.session.scalar(select(ImportFile.id).where(ImportFile.errand.is_not(None)).limit(1))
    db.session.rollback()
    if waiting is None:
        return None
    with transaction():
        return errands.claim(now())


def _release() -> None:
    waiting = db.session.scalar(select(ImportFile.id).where(ImportFile.runner.is_not(None)).limit(1))
    db.session.rollback()
    if waiting is not None:
        with transaction():
            errands.release()


def _settled(change: Callable[[], None]) -> None:
    db.session.rollback()
    with transaction():
        change()


def _look(claimed: Claim, watch: Callable[[Step, int, int], None]) -> None:
    outlook, sheet, plan = entering.look(claimed.import_id, _reserved(), watch)
    refused = importing.refused_rows(sheet, why, claimed.language) if (why := reasons(plan.to_correct)) else None
    with transaction():
        errands.settle(claimed)
        file = importing.get_import(claimed.import_id)
        file.outlook, file.refused = outlook.as_json(), refused


def _bring_in(claimed: Claim, watch: Callable[[Step, int, int], None]) -> None:
    settle: Callable[[], None] = lambda: errands.settle(claimed)  # noqa: E731 - a closure with a name reads better here
    by = Bringer(_reserved(), reasons, claimed.language, claimed.user_id, watch, settle)
    entering.bring_in(claimed.import_id, by)


def _index(claimed: Claim, watch: Callable[[Step, int, int], None]) -> None:
    """Have those found by search who came with a file, some at a time, so that others write in between."""
    came = entering.not_found_yet(claimed.import_id)
    for place in range(0, len(came), SLICE):
        watch(Step.WRITING, place, len(came))
        db.session.rollback()
        with transaction():
            reindex(entering.not_found_among(came[place : place + SLICE]), fresh=True)
    db.session.rollback()
    with transaction():
        errands.settle(claimed)


_WORK: Final = {Errand.LOOK: _look, Errand.BRING_IN: _bring_in, Errand.INDEX: _index}


def index_now(import_id: int) -> None:
    """Have those found by search whom a file has brought, unless the engine process is at it: for a command."""
    with transaction():
        claimed = errands.claim(now(), import_id)
    if claimed is not None:
        _index(claimed, lambda *_told: None)


def _reserved() -> bool:
    return bool(current_app.config["DEMONSTRATION"])


def _broken() -> Refusal:
    return Refusal("Something went wrong on our side: nothing was changed. The log of the service says what.")


def forget_files(at: datetime) -> int:
    """Drop files that nobody brought in; how many of them. How long refused rows are kept the office decides."""
    late = at - timedelta(days=UNFINISHED_DAYS)
    nothing = {"content": None, "shape": None, "outlook": None, "refused": None, "fault": None}
    unfinished = (ImportFile.state == ImportState.UPLOADED, ImportFile.created_at < late, ImportFile.errand.is_(None))
    dropped = update(ImportFile).where(*unfinished).values(state=ImportState.DROPPED, ended_at=at, **nothing)
    return affected(db.session.execute(dropped))
