"""Tables of the files that contacts came from."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.database import Base, Numbered


class ImportState(enum.StrEnum):
    """How far a file has come."""

    UPLOADED = "uploaded"
    DONE = "done"
    DROPPED = "dropped"


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


class ColumnMapping(Base):
    """The mapping last used for files of one shape."""

    __tablename__ = "column_mapping"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    mapping: Mapped[dict[str, Any]]
    """Field -> header of the column."""
    used_at: Mapped[datetime]
