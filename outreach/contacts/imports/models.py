"""Tables of the files that contacts came from."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from outreach.database import Base, Numbered


class ImportState(enum.StrEnum):
    """How far a file has come."""

    UPLOADED = "uploaded"
    DONE = "done"
    DROPPED = "dropped"
    UNDONE = "undone"


class Errand(enum.StrEnum):
    """What the engine process is asked to do with a file."""

    LOOK = "look"
    BRING_IN = "bring_in"
    INDEX = "index"
    """Have those found by search whom a long file has brought; everything else is done."""


class Step(enum.StrEnum):
    """What an errand is at."""

    WAITING = "waiting"
    READING = "reading"
    COMPARING = "comparing"
    WRITING = "writing"


class ImportFile(Numbered, Base):
    """A file on its way in, with the mapping chosen for it; its content is dropped once it is in or given up."""

    __tablename__ = "import_file"

    state: Mapped[ImportState] = mapped_column(default=ImportState.UPLOADED)
    filename: Mapped[str] = mapped_column(String(200))
    tab: Mapped[str] = mapped_column(String(200), default="")
    """The sheet of a workbook that was chosen."""
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(32), default="")
    source: Mapped[str] = mapped_column(String(200), default="")
    mapping: Mapped[dict[str, Any]]
    """Field -> column index."""
    summary: Mapped[dict[str, Any]]
    """Counts once done."""
    refused: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """The rows that were refused, as CSV, to be corrected and sent again."""
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    shape: Mapped[dict[str, Any] | None]
    """What the pages show of the sheet without reading the file again; emptied with the content."""
    choices: Mapped[dict[str, Any] | None]
    """What whoever sent it decided: which kinds of repairs are made."""
    outlook: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    """What the engine process found would happen; emptied when something is chosen anew, and with the content."""
    errand: Mapped[Errand | None] = mapped_column(index=True)
    """What it is asked to do, until that is done, cancelled or has failed."""
    errand_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    errand_language: Mapped[str] = mapped_column(String(2), default="fr", server_default="fr")
    """In which reasons are written into the file of refused rows."""
    runner: Mapped[str | None] = mapped_column(String(40))
    """Who is at it; with `tries`, what a runner that was thought dead finds changed."""
    beat_at: Mapped[datetime | None]
    """When the runner gave its last sign."""
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    step: Mapped[Step] = mapped_column(default=Step.WAITING, server_default=Step.WAITING.value)
    steps_done: Mapped[int] = mapped_column(default=0, server_default="0")
    steps_in_all: Mapped[int] = mapped_column(default=0, server_default="0")
    cancelled: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Somebody asked the runner to stop."""
    fault: Mapped[dict[str, Any] | None]
    """Why the last errand failed: `message` and `values` of a Refusal."""
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class ColumnMapping(Base):
    """The mapping last used for files of one shape."""

    __tablename__ = "column_mapping"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    mapping: Mapped[dict[str, Any]]
    """Field -> header of the column."""
    used_at: Mapped[datetime]
