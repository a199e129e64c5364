"""What the engine process is asked to do with a file: asked, claimed, its progress told, cancelled, failed.

One process at a time does errands. A claim names its runner, so that one that was thought dead finds its file claimed
by another, or done, and changes nothing: every word of a runner is an UPDATE under its name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach.contacts.imports.importing import get_import, pending
from outreach.contacts.imports.models import Errand, ImportFile, ImportState, Step
from outreach.database import affected, db
from outreach.errors import NotFound, Refusal
from outreach.links import new_key

MOST_TRIES: Final = 3
"""How often an errand may be begun: a file that kills whoever reads it must not do so for ever."""

_AT_REST: Final[dict[str, Any]] = {
    "errand": None,
    "runner": None,
    "cancelled": False,
    "tries": 0,
    "step": Step.WAITING,
    "steps_done": 0,
    "steps_in_all": 0,
}


class Stopped(Exception):  # noqa: N818 - it reads as a sentence
    """Somebody cancelled the errand, or the process is about to end."""


class Superseded(Exception):  # noqa: N818 - it reads as a sentence
    """The errand is not this runner's any more."""


@dataclass(frozen=True, slots=True)
class Claim:
    """An errand in hand."""

    import_id: int
    errand: Errand
    runner: str
    user_id: int | None
    language: str


def ask(import_id: int, errand: Errand, user_id: int | None, language: str) -> None:
    """Leave a file to the engine process. Raises Refusal while it is being worked on."""
    file = pending(import_id)
    for name, value in _AT_REST.items():
        setattr(file, name, value)
    file.errand, file.errand_by_id, file.errand_language, file.fault = errand, user_id, language, None


def cancel(import_id: int) -> None:
    """Have an errand stopped: at once when nobody has begun it. Raises Refusal when there is none."""
    file = get_import(import_id)
    if file.errand is None or file.state is not ImportState.UPLOADED:
        raise Refusal("There is nothing to cancel: this is done already.")
    if file.runner is None:
        for name, value in _AT_REST.items():
            setattr(file, name, value)
    else:
        file.cancelled = True


def release() -> int:
    """Leave the errands of runners that are no more to the next one; how many there were."""
    left = update(ImportFile).where(ImportFile.runner.is_not(None)).values(runner=None, step=Step.WAITING)
    return affected(db.session.execute(left))


def claim(at: datetime, only: int | None = None) -> Claim | None:
    """Take the errand that waits longest, or that of one file. One that was begun too often fails instead."""
    of_whom = [ImportFile.id == only] if only is not None else []
    for file in _waiting([ImportFile.errand.is_not(None), ImportFile.runner.is_(None), *of_whom]):
        if file.cancelled or file.tries >= MOST_TRIES:
            _fail(file, None if file.cancelled else _too_often())
            continue
        file.runner, file.beat_at, file.tries = new_key(), at, file.tries + 1
        return Claim(file.id, Errand(file.errand or Errand.LOOK), file.runner, file.errand_by_id, file.errand_language)
    return None


def _waiting(conditions: Sequence[Any]) -> Sequence[ImportFile]:
    return db.session.scalars(select(ImportFile).where(*conditions).order_by(ImportFile.id)).all()


def count_not_found() -> int:
    """How many contacts are in that search does not find yet: what is left of the files that are being indexed."""
    columns = (ImportFile.summary, ImportFile.steps_in_all, ImportFile.steps_done)
    files = db.session.execute(select(*columns).where(ImportFile.errand == Errand.INDEX)).all()
    return sum((in_all or summary.get("new", 0)) - done for summary, in_all, done in files)


def beat(claimed: Claim, at: datetime, step: Step, done: int, in_all: int) -> None:
    """Tell how far it is, in a transaction of its own. Raises Stopped when cancelled, Superseded when not ours."""
    told = (
        update(ImportFile)
        .where(ImportFile.id == claimed.import_id, ImportFile.runner == claimed.runner)
        .values(beat_at=at, step=step, steps_done=done, steps_in_all=in_all)
        .returning(ImportFile.cancelled)
    )
    with Session(db.engine) as session, session.begin():
        cancelled = session.execute(told).scalar_one_or_none()
    if cancelled is None:
        raise Superseded
    if cancelled:
        raise Stopped


def settle(claimed: Claim) -> None:
    """The errand is done, if the transaction of whoever calls is kept. Raises Stopped, Superseded."""
    mine = (ImportFile.id == claimed.import_id, ImportFile.runner == claimed.runner)
    done = update(ImportFile).where(*mine, ImportFile.cancelled.is_(False)).values(**_AT_REST)
    if not affected(db.session.execute(done)):
        raise Stopped if db.session.scalar(select(ImportFile.id).where(*mine)) else Superseded


def let_go(claimed: Claim) -> None:
    """Leave the errand to whoever comes next, as if it had not been begun; if it was cancelled, it is over."""
    file = _mine(claimed)
    if file and file.cancelled:
        _fail(file, None)
    elif file:
        file.runner, file.step, file.tries = None, Step.WAITING, file.tries - 1


def fail(claimed: Claim, reason: Refusal) -> None:
    """The errand is over and nothing came of it; the pages say why."""
    if file := _mine(claimed):
        _fail(file, reason)


def _mine(claimed: Claim) -> ImportFile | None:
    try:
        file = get_import(claimed.import_id)
    except NotFound:
        return None
    return file if file.runner == claimed.runner else None


def _fail(file: ImportFile, reason: Refusal | None) -> None:
    for name, value in _AT_REST.items():
        setattr(file, name, value)
    values = {name: one if isinstance(one, int) else str(one) for name, one in reason.values.items()} if reason else {}
    file.fault = {"message": reason.message, "values": values} if reason else None


def fault_of(file: ImportFile) -> Refusal | None:
    """Why the last errand with a file failed."""
    return Refusal(file.fault["message"], **file.fault["values"]) if file.fault else None


def _too_often() -> Refusal:
    return Refusal("This was begun %(times)d times and interrupted each time: nothing was changed.", times=MOST_TRIES)
