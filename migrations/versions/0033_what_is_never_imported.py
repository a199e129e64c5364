"""Takes what is never imported out of the samples and the refused rows that are kept: opinions, births, professions."""

import csv
import io
import re
import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

PRIVATE = re.compile(
    r"naissance|birth|profession|socio|groupe|\bparti\b|politi|nuance|religion|syndica|sensibilit|mouvance"
)
files = sa.table(
    "import_file", sa.column("id", sa.Integer), sa.column("refused", sa.LargeBinary), sa.column("shape", sa.JSON)
)


def upgrade() -> None:
    """Go through the files one by one; the columns are told by their names."""
    bind = op.get_bind()
    for number in bind.scalars(sa.select(files.c.id)).all():
        refused, shape = bind.execute(sa.select(files.c.refused, files.c.shape).where(files.c.id == number)).one()
        changed: dict[str, Any] = {}
        if refused is not None and (fewer := _fewer(refused)) != refused:
            changed["refused"] = fewer
        if shape and (private := _private(shape["header"])):
            samples = [[] if index in private else kept for index, kept in enumerate(shape["samples"])]
            changed["shape"] = {**shape, "samples": samples, "withheld": sorted(private)}
        if changed:
            bind.execute(files.update().where(files.c.id == number).values(**changed))


def downgrade() -> None:
    """What is gone stays gone."""


def _private(header: list[str]) -> set[int]:
    plain = ("".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)) for name in header)
    return {index for index, name in enumerate(plain) if PRIVATE.search(name.casefold())}


def _fewer(refused: bytes) -> bytes:
    csv.field_size_limit(max(len(refused), 131_072))
    rows = list(csv.reader(io.StringIO(refused.decode("utf-8-sig", "replace"), newline=""), delimiter=";"))
    private = _private(rows[0]) if rows else set()
    if not private:
        return refused
    written = io.StringIO()
    kept = ([cell for index, cell in enumerate(row) if index not in private] for row in rows)
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerows(kept)
    return ("\ufeff" + written.getvalue()).encode()
