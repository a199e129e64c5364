"""How long a file of contacts takes, from its bytes to committed contacts, beside what csv.DictReader alone takes."""

import csv
import random
import statistics
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from outreach.contacts.imports import importing
from outreach.contacts.imports.bringing import entering
from outreach.contacts.imports.bringing.entering import Bringer
from outreach.contacts.imports.files.sheets import SHELL
from outreach.contacts.imports.jobs import index_now
from outreach.database import db, now
from outreach.delivery.bench.campaign import check_empty
from outreach.delivery.bench.house import house
from outreach.delivery.bench.sink import peak_mb

_HEADER: Final = (
    "Nom de l'association;Civilité;Nom;Prénom;Fonction;Courriel;Téléphone;Adresse;Code postal;Commune;Site;Objet"
)
_GIVEN: Final = ("Léa", "Zoé", "Jean-Luc", "Anne", "Hélène", "Noël", "Marie-Thérèse", "Yann", "Inès", "Paul")
_FAMILY: Final = ("Martin", "Bernard", "Le Goff", "Lefèvre", "Roux", "d'Hérin", "Béchu", "Durand", "Petit", "Guérin")
_TOWNS: Final = (("Le Mans", 72), ("Angers", 49), ("Laval", 53), ("La Roche-sur-Yon", 85), ("Saint-Nazaire", 44))
_SORTS: Final = ("Amicale", "Comité des fêtes", "Les Amis", "Secours", "Club", "Union sportive", "Foyer rural")
_TWICE: Final = 0.02
"""The share of rows that speak of somebody whom an earlier row has."""


@dataclass(frozen=True, slots=True)
class Imported:
    """One file brought in twice. Seconds; and the most memory that this process held."""

    rows: int
    database: str
    megabytes: float
    dict_reader_seconds: float
    """csv.DictReader over the same bytes, the median of three."""
    seconds: float
    read_seconds: float
    compare_seconds: float
    write_seconds: float
    """On SQLite, whoever wants to write waits for this."""
    ratio: float
    """Of `seconds` to csv.DictReader."""
    index_seconds: float
    """Until search finds everybody: afterwards, in small transactions."""
    new: int
    duplicates: int
    again_seconds: float
    """The same file once more."""
    again_identical: int
    again_changed: int
    empty_mb: float
    """Before anything was read."""
    peak_mb: float
    again_peak_mb: float
    """In the end: the second file finds the memory of the first one in pieces."""

    def as_dict(self) -> dict[str, Any]:
        """For --json, rounded."""
        values = asdict(self).items()
        return {name: round(value, 3) if isinstance(value, float) else value for name, value in values}


def measure(rows: int, database_url: str = "") -> Imported:
    """Bring a file of that many invented rows in, twice.

    Raises Refusal when the database is not an empty one; it is empty again in the end.
    """
    with house(1, 1, database_url, check_empty), tempfile.TemporaryDirectory(prefix="outreach-bench-") as folder:
        path = Path(folder) / "associations.csv"
        write(path, rows)
        plain = statistics.median(_dict_reader(path) for _ in range(3))
        empty = peak_mb()
        first, counts, searchable = _bring_in(path)
        peak = peak_mb()
        second, again, _none = _bring_in(path)
        return Imported(
            rows=rows,
            database=db.engine.dialect.name,
            megabytes=path.stat().st_size / 1_000_000,
            dict_reader_seconds=plain,
            seconds=sum(first),
            read_seconds=first[0],
            compare_seconds=first[1],
            write_seconds=first[2],
            ratio=sum(first) / plain,
            index_seconds=searchable,
            new=counts["new"],
            duplicates=counts["duplicates"],
            again_seconds=sum(second),
            again_identical=again["identical"] + again["duplicates"],
            again_changed=again["new"] + again["changed"],
            empty_mb=empty,
            peak_mb=peak,
            again_peak_mb=peak_mb(),
        )


def write(path: Path, rows: int) -> None:
    """A file as an office has it: UTF-8, semicolons, accents, some mailboxes shared, some people twice."""
    chance = random.Random(72)  # noqa: S311 - the same file every time
    earlier: list[list[str]] = []
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(_HEADER.split(";"))
        for number in range(rows):
            row = chance.choice(earlier) if earlier and chance.random() < _TWICE else _row(number, chance)
            writer.writerow(row)
            if len(earlier) < 1000:
                earlier.append(row)


def _row(number: int, chance: random.Random) -> list[str]:
    given, family = chance.choice(_GIVEN), chance.choice(_FAMILY)
    town, department = chance.choice(_TOWNS)
    title, office = ("Mme", "Présidente") if given[-1] in "aeés" else ("M.", "Président")
    return [
        f"{chance.choice(_SORTS)} de {town} {number}",
        title,
        f"{family}-{number % 977}",
        given,
        office,
        f"contact{number}@association{number % 5003}.example.fr",
        f"02 {number % 90 + 10} {number % 89 + 10} {number % 83 + 10} {number % 79 + 10}",
        f"{number % 200 + 1} rue de la République",
        f"{department}{number % 10 * 10:03}",
        town,
        f"https://association{number}.example.fr",
        "Entraide et vie du quartier",
    ]


def _dict_reader(path: Path) -> float:
    begun = time.perf_counter()
    with path.open(encoding="utf-8", newline="") as file:
        for _ in csv.DictReader(file, delimiter=";"):
            pass
    return time.perf_counter() - begun


def _bring_in(path: Path) -> tuple[tuple[float, float, float], dict[str, int], float]:
    """The way of `outreach contacts import`: seconds for reading, comparing, writing; counts; seconds for the index."""
    begun = time.perf_counter()
    file, sheet = importing.opened(path.name, path.read_bytes(), now(), limits=SHELL)
    importing.choose(file, sheet.header, importing.mapping_of(file), "association", "bench")
    db.session.rollback()
    read = time.perf_counter()
    seen = entering.standing()
    plan = importing.preview(file, sheet)
    db.session.rollback()
    compared = time.perf_counter()
    plan = entering.enter(file, sheet, plan, seen, Bringer(False, lambda refused: [(one.row, "") for one in refused]))
    written = time.perf_counter()
    counts = plan.counts()
    del plan, sheet
    index_now(file.id)
    db.session.close()
    return (read - begun, compared - read, written - compared), counts, time.perf_counter() - written
