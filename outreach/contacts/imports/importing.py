"""The way of a file into the directory: received, mapped, looked at, brought in or given up."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import PurePath

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.accounts.actions import record
from outreach.contacts.exporting import csv_bytes
from outreach.contacts.folding import squeeze
from outreach.contacts.imports.bringing.committing import Origin, commit
from outreach.contacts.imports.files import guarded
from outreach.contacts.imports.files.returned import REASON_COLUMNS, is_reason
from outreach.contacts.imports.files.shaping import Shape
from outreach.contacts.imports.files.sheets import UPLOAD, Limits, Sheet
from outreach.contacts.imports.models import ColumnMapping, Errand, ImportFile, ImportState
from outreach.contacts.imports.plans.planning import Plan, Watch, plan_for, silent
from outreach.contacts.imports.plans.registers import closes, who_left
from outreach.contacts.imports.rows import columns, reach
from outreach.contacts.imports.rows.columns import ColumnMap
from outreach.contacts.imports.rows.records import Defaults
from outreach.contacts.imports.rows.repairs import HARMLESS, RepairKind, chosen
from outreach.contacts.imports.rows.vocabulary import Field
from outreach.contacts.imports.rows.withheld import silenced, withheld
from outreach.contacts.kinds import Kind
from outreach.contacts.protocol.offices import read_office
from outreach.contacts.sources.departing import close
from outreach.contacts.sources.presets import recognised
from outreach.database import db, now
from outreach.errors import NotFound, Refusal

AT_ONCE = 3000
"""Rows that a page itself compares and brings in, and that are found by search at once; about half a second."""


def get_import(import_id: int) -> ImportFile:
    """A file that somebody sent. Raises NotFound."""
    file = db.session.get(ImportFile, import_id)
    if file is None:
        raise NotFound("This import is not here any more.")
    return file


def latest(most: int = 20) -> Sequence[ImportFile]:
    """The files that came last."""
    return db.session.scalars(select(ImportFile).order_by(ImportFile.id.desc()).limit(most)).all()


def has_refused(import_id: int) -> bool:
    """True when rows of a file that is in were refused, and are kept to be corrected."""
    kept = select(ImportFile.refused.is_not(None)).where(ImportFile.id == import_id)
    return bool(db.session.scalar(kept))


def pending(import_id: int) -> ImportFile:
    """A file that is neither in nor given up yet. Raises NotFound."""
    file = get_import(import_id)
    if file.state is not ImportState.UPLOADED or file.content is None:
        raise NotFound("This file was brought in or given up already.")
    if file.errand is not None:
        raise Refusal("This file is being worked on: wait until that is done, or cancel it.")
    return file


def table_of(import_id: int, tab: str | None = None) -> Sheet:
    """The table in a file that is neither in nor given up yet, or another sheet of it. Raises NotFound, Refusal.

    Parsing takes long: the file is fetched in a session of its own, and no lock is held meanwhile.
    """
    with Session(db.engine) as session:
        file = session.get(ImportFile, import_id)
        content, kept = (file.content, file.tab) if file else (None, "")
    if content is None:
        raise NotFound("This file was brought in or given up already.")
    return guarded.read(content, UPLOAD, kept if tab is None else tab)


def opened(
    filename: str, content: bytes, at: datetime, user_id: int | None = None, limits: Limits = UPLOAD, tab: str = ""
) -> tuple[ImportFile, Sheet]:
    """A file that can be read and its table, with the mapping used last for its shape, else a proposed one.

    It is for bringing in at once: nothing is kept yet, and its bytes never are. Raises Refusal when it cannot be read.
    """
    sheet = guarded.read(content, limits, tab)
    return _made(filename, None, sheet, at, user_id), sheet


def _made(filename: str, content: bytes | None, sheet: Sheet, at: datetime, user_id: int | None) -> ImportFile:
    name, preset = PurePath(filename).name[:200], recognised(sheet.header)
    file = ImportFile(
        state=ImportState.UPLOADED,
        filename=name,
        content=content,
        kind=preset.kind or "" if preset else proposed_kind(name),
        source=preset.source if preset else name,
        summary={},
        user_id=user_id,
        created_at=at,
    )
    _take(file, sheet)
    return file


def receive(
    filename: str, content: bytes, at: datetime, user_id: int | None = None, sheet: Sheet | None = None
) -> ImportFile:
    """Keep a file that somebody sent; `sheet` is its table where it was read before. Raises Refusal when it cannot."""
    file = _made(filename, content, sheet or guarded.read(content), at, user_id)
    db.session.add(file)
    db.session.flush()
    return file


def choose_tab(file: ImportFile, sheet: Sheet) -> None:
    """Take another sheet of the workbook, with a mapping of its own."""
    _take(file, sheet)


def _take(file: ImportFile, sheet: Sheet) -> None:
    file.tab, file.fingerprint = sheet.tab, fingerprint(sheet.header)
    file.mapping = _stored(remembered(sheet.header) or columns.propose(sheet))
    file.shape, file.outlook, file.fault = Shape.of(sheet).as_json(), None, None


def choose(file: ImportFile, header: Sequence[str], mapping: Mapping[Field, int], kind: str, source: str) -> None:
    """Settle which column holds what, and the kind and source where the file has none. Raises Refusal."""
    if not mapping:
        raise Refusal("Say what at least one column holds.")
    if not source.strip():
        raise Refusal("Say where this file comes from: everybody in it has the right to know.", field="source")
    if kind and kind not in set(Kind):
        raise Refusal("Choose a kind of contact in the list.", field="kind")
    if not kind and Field.KIND not in mapping and Field.OFFICE not in mapping:
        raise Refusal("No column says what kind of contacts these are: choose one.", field="kind")
    columns.checked(dict(mapping), header)
    file.mapping, file.kind, file.source = _stored(mapping), kind, source.strip()[:200]
    file.outlook, file.fault = None, None


def choose_repairs(file: ImportFile, names: Iterable[str]) -> None:
    """Settle which kinds of repair are made; without a word of this, the harmless ones are."""
    file.choices = {**(file.choices or {}), "repairs": sorted(chosen(names))}
    file.outlook, file.fault = None, None


def check_domains(file: ImportFile, sheet: Sheet) -> None:
    """Ask the DNS which domains of the file take no mail; their rows are refused."""
    taken = reach.unreachable(reach.domains_of(sheet, mapping_of(file)))
    file.choices = {**(file.choices or {}), "unreachable": sorted(taken)}
    file.outlook, file.fault = None, None


def shape_of(file: ImportFile) -> Shape:
    """The columns of a file and what stands in them; a file from before this was kept is read once more."""
    return Shape.stored(file.shape) if file.shape else Shape.of(sheet_of(file))


def is_long(file: ImportFile) -> bool:
    """True for a file that is left to the engine process: comparing it takes longer than a page may."""
    return Shape.stored(file.shape).rows > AT_ONCE


def repairs_of(file: ImportFile) -> frozenset[RepairKind]:
    """The kinds of repair that are made in a file."""
    return chosen(file.choices["repairs"]) if file.choices and "repairs" in file.choices else HARMLESS


def settled(file: ImportFile) -> tuple[object, ...]:
    """Everything that was chosen for a file: a plan holds for as long as this stays the same."""
    return file.tab, file.kind, file.source, tuple(sorted(file.mapping.items())), repairs_of(file), closes(file)


def sheet_of(file: ImportFile) -> Sheet:
    """The table in a file."""
    return guarded.read(file.content or b"", UPLOAD, file.tab)


def mapping_of(file: ImportFile) -> ColumnMap:
    """The mapping chosen for a file."""
    return {Field(name): int(index) for name, index in file.mapping.items()}


def preview(
    file: ImportFile, sheet: Sheet, reserved: bool = False, watch: Watch = silent, each_repair: bool = False
) -> Plan:
    """What bringing this file in would do; reads only. `reserved` accepts the domains of demonstrations."""
    kind = Kind(file.kind) if file.kind else None
    unreachable = frozenset((file.choices or {}).get("unreachable", ()))
    defaults = Defaults(kind=kind, reserved=reserved, repairs=repairs_of(file), unreachable=unreachable)
    plan = plan_for(sheet, mapping_of(file), defaults, watch, each_repair)
    plan.departed = who_left(file, sheet, plan, now().date())
    return plan


def bring_in(
    file: ImportFile,
    sheet: Sheet,
    plan: Plan,
    at: datetime,
    reasons: Sequence[tuple[int, str]],
    language: str = "en",
    user_id: int | None = None,
) -> None:
    """Keep the rows that are not refused, all of them together, and what was refused as a file to correct.

    `reasons` are the sentences of the refused rows in the `language` of whoever reads them. Raises Refusal when another
    sheet was chosen since this one was read.
    """
    if sheet.tab != file.tab:
        raise Refusal("Another sheet of this file was chosen meanwhile: look at what would happen again.")
    at_once = len(plan.entries) <= AT_ONCE
    commit(plan, Origin(file.id, file.source, at), index=at_once)
    departed = plan.departed if closes(file) else []
    close(departed, file.id, at)
    file.errand = None if at_once else Errand.INDEX
    file.refused = refused_rows(sheet, reasons, language) if reasons else None
    file.summary = {**plan.counts(), "repairs": plan.repaired, "departed": len(departed)}
    _end(file, ImportState.DONE, at)
    _remember(file, sheet, at)
    record("contacts.imported", "import_file", file.id, user_id or file.user_id, **plan.counts())


def give_up(file: ImportFile, at: datetime) -> None:
    """Forget a file without bringing it in."""
    _end(file, ImportState.DROPPED, at)
    file.refused = None


def _end(file: ImportFile, state: ImportState, at: datetime) -> None:
    """What was kept of the file for the way in is dropped."""
    file.state, file.ended_at = state, at
    file.content, file.shape, file.outlook, file.fault = None, None, None, None


def refused_rows(sheet: Sheet, reasons: Sequence[tuple[int, str]], language: str) -> bytes:
    """The refused rows as they came, each with its reasons, as a CSV that French Excel opens.

    Reasons from an earlier time are left out: rows may go and come as often as it takes. So are columns that are never
    imported.
    """
    why: dict[int, list[str]] = {}
    for row, sentence in reasons:
        why.setdefault(row, []).append(sentence)
    cells = {row.number: row.cells for rows in (sheet.rows, sheet.misfits) for row in rows if row.number in why}
    width, private = len(sheet.header), withheld(sheet)
    kept = [index for index, name in enumerate(sheet.header) if index not in private and not is_reason(name)]
    said = {row: silenced(written, private, width) for row, written in cells.items()} if private else cells
    rows = (_with_reasons(said[row], width, kept, sentences) for row, sentences in sorted(why.items()))
    return csv_bytes([*(sheet.header[index] for index in kept), REASON_COLUMNS[language]], rows)


def _with_reasons(cells: Sequence[str], width: int, kept: Sequence[int], sentences: Sequence[str]) -> list[str]:
    """The cells that are kept with the reasons; cells for which the header has no column stand behind them."""
    row = [*cells, *[""] * (width - len(cells))]
    return [*(row[index] for index in kept), " ".join(sentences), *row[width:]]


def fingerprint(header: Sequence[str]) -> str:
    """What tells files of one shape, also once their refused rows come back with a column of reasons."""
    return columns.fingerprint([name for name in header if not is_reason(name)])


def remembered(header: Sequence[str]) -> ColumnMap | None:
    """The mapping used last for files of this shape."""
    known = db.session.get(ColumnMapping, fingerprint(header))
    return columns.by_name({name: str(column) for name, column in known.mapping.items()}, header) if known else None


def proposed_kind(filename: str) -> str:
    """The kind that the name of a file speaks of, if it does: "maires-2026.csv"."""
    words = squeeze(PurePath(filename).stem)
    plural = {"deputeseuropeens": Kind.MEP, "depute": Kind.DEPUTY, "senateur": Kind.SENATOR}
    plural |= {"maire": Kind.MAYOR, "ccas": Kind.CCAS}
    found = next((kind for word, kind in plural.items() if words.startswith((word, f"rneelus{word}"))), None)
    return found or read_office(PurePath(filename).stem.replace("-", " ").replace("_", " ")).kind or ""


def _remember(file: ImportFile, sheet: Sheet, at: datetime) -> None:
    """For files of this shape, and for the refused rows of this one, which lack what is never imported."""
    names, private = {name: sheet.header[index] for name, index in file.mapping.items()}, withheld(sheet)
    of_refused = fingerprint([name for index, name in enumerate(sheet.header) if index not in private])
    for shape in {file.fingerprint, of_refused}:
        db.session.merge(ColumnMapping(fingerprint=shape, mapping=names, used_at=at))


def _stored(mapping: Mapping[Field, int]) -> dict[str, int]:
    return {field.value: index for field, index in mapping.items()}
