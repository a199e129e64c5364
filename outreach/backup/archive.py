"""The file of a backup: a ZIP of parts, and last a manifest that seals every one of them."""

import contextlib
import hashlib
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

from outreach.errors import Refusal
from outreach.journal.files import sync_folder

FORMAT: Final = 1
"""What this version writes; it reads this and all before."""
MANIFEST: Final = "manifest.json"
STRETCH: Final = 2**20
Told = Callable[[int], object]
"""Called with how many octets more are done."""


class Damaged(Refusal):
    """A file that is not a whole backup."""


class FromLater(Refusal):
    """A backup that a later version made."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one member of the archive holds."""

    octets: int
    sha256: str


@dataclass(slots=True)
class Manifest:
    """What a backup says of itself. It holds no key: `suppression` and `link` only tell whether a key is the same."""

    name: str
    taken_at: str
    """ISO, UTC."""
    database: str
    """`sqlite` or `postgresql`."""
    revision: str
    """Of the tables (Alembic)."""
    journal_octets: int
    """How long the journal was when the copy was begun."""
    journal_digest: str
    """SHA-256 of all of it."""
    suppression: str
    link: str
    format: int = FORMAT
    columns: dict[str, list[str]] = field(default_factory=dict)
    """Of each table that is a part of its own, in the order in which they are put back."""
    numbers: dict[str, int] = field(default_factory=dict)
    """The last number given out in each of these tables."""
    parts: dict[str, Part] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        """When it was taken."""
        return datetime.fromisoformat(self.taken_at)


class Writing:
    """A new backup. It appears under its name when it is whole and on the disk, readable by its owner alone.

    Raises Refusal when there is a file of that name already.
    """

    def __init__(self, path: Path) -> None:
        if path.exists():
            raise Refusal("%(path)s is there already: choose another name.", path=path)
        self._path = path
        self._partial = path.with_name(f".{path.name}.partial")
        self._parts: dict[str, Part] = {}

    def __enter__(self) -> Self:
        self._partial.unlink(missing_ok=True)
        opened = os.open(self._partial, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self._file = os.fdopen(opened, "w+b")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError, ValueError) if kind else contextlib.nullcontext():
            self._zip.close()
            self._file.close()
        self._partial.unlink(missing_ok=True)

    @contextlib.contextmanager
    def part(self, name: str, told: Told) -> Iterator[Callable[[bytes], None]]:
        """Write one part; the block is given what to call with its octets."""
        digest, octets = hashlib.sha256(), 0
        with self._zip.open(name, "w", force_zip64=True) as member:

            def write(stretch: bytes) -> None:
                nonlocal octets
                digest.update(stretch)
                member.write(stretch)
                octets += len(stretch)
                told(len(stretch))

            yield write
        self._parts[name] = Part(octets, digest.hexdigest())

    def seal(self, manifest: Manifest) -> None:
        """Write the manifest, and give the file its name."""
        manifest.parts = self._parts
        told = asdict(manifest)
        self._zip.writestr(MANIFEST, json.dumps({**told, "seal": _seal(told)}, indent=1))
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._partial.rename(self._path)
        sync_folder(self._path.parent)


class Reading:
    """A backup that was checked from end to end. Raises Damaged or FromLater: then nothing of it can be relied upon."""

    def __init__(self, path: Path, told: Told = lambda _octets: None) -> None:
        self._path = path
        try:
            self._zip = zipfile.ZipFile(path)
            self.manifest = self._read_manifest()
            self._check(told)
        except FileNotFoundError:
            raise Refusal("%(path)s is not there.", path=path) from None
        except _FAULTS as error:
            raise Damaged("%(path)s is damaged, or is no backup: nothing was changed.", path=path) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._zip.close()

    def part(self, name: str) -> IO[bytes]:
        """One part, to be read."""
        return self._zip.open(name)

    def _read_manifest(self) -> Manifest:
        told: dict[str, Any] = json.loads(self._zip.read(MANIFEST))
        if told["format"] > FORMAT:
            raise FromLater("%(path)s was made by a later version of Outreach: restore it with that.", path=self._path)
        if told.pop("seal") != _seal(told):
            raise ValueError("the seal is broken")
        parts = {name: Part(**part) for name, part in told.pop("parts").items()}
        return Manifest(**told, parts=parts)

    def _check(self, told: Told) -> None:
        if sorted(self._zip.namelist()) != sorted([*self.manifest.parts, MANIFEST]):
            raise ValueError("parts are missing, or are too many")
        for name, part in self.manifest.parts.items():
            digest, octets = hashlib.sha256(), 0
            with self._zip.open(name) as member:
                while stretch := member.read(STRETCH):
                    digest.update(stretch)
                    octets += len(stretch)
                    told(len(stretch))
            if Part(octets, digest.hexdigest()) != part:
                raise ValueError(f"{name} has changed")


_FAULTS: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    TypeError,
    ValueError,
    OSError,
)
"""Whatever the standard library says about a ZIP that is none any more."""


def _seal(told: dict[str, Any]) -> str:
    canonical = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
