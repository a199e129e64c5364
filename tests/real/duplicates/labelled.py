"""People of published lists, labelled: who is the same, by name and date of birth, or by commune and name.

Dates of birth and codes only make the labels; what is compared is what an import would bring.
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from outreach.contacts.folding import fold, words
from outreach.contacts.geography import department_of
from outreach.contacts.kinds import Kind
from outreach.contacts.names import gender_of
from outreach.merging.bench.crowd import Card


def members_of_parliament(folder: Path) -> list[Card]:
    """Deputies of two legislatures and senators of two lists: a person may stand in all four files."""
    cards = [
        *_register(folder / "rne-elus-deputes-dep.csv", Kind.DEPUTY),
        *_deputies_of_2021(folder / "datan-deputes-2021-avec-mail.csv"),
        *_register(folder / "rne-elus-senateurs-sen.csv", Kind.SENATOR),
        *_senators(folder / "senateurs-data-france-avec-email.csv"),
    ]
    return _labelled(cards)


def councillors(folder: Path) -> list[Card]:
    """The mayors of a département, and all its councillors, among whom they are; families sit in one council."""
    return [*_mayors(folder / "maires-2026-dept49.csv"), *_council(folder / "elus-municipaux-2026-dept49.csv")]


def write(cards: Iterable[Card], file: Path) -> Path:
    """The labelled people as the command reads them."""
    with file.open("w", encoding="utf-8", newline="") as lines:
        rows = csv.DictWriter(lines, list(Card.__annotations__))
        rows.writeheader()
        for one in cards:
            rows.writerow({name: getattr(one, name) for name in Card.__annotations__})
    return file


def _labelled(cards: list[tuple[Card, date]]) -> list[Card]:
    """The same day of birth and a word of the name in common, given name's first letter included: the same person."""
    labels: dict[date, list[tuple[set[str], str]]] = {}
    found = []
    for card, born in cards:
        told = set(words(card.family)) | {fold(card.given)[:1]}
        known = labels.setdefault(born, [])
        label = next((name for other, name in known if len(told & other) >= 2), None)
        if label is None:
            label = f"{born} {card.given} {card.family}"
        known.append((told, label))
        found.append(Card(**{**{name: getattr(card, name) for name in Card.__annotations__}, "person": label}))
    return found


def _rows(file: Path, delimiter: str) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines, delimiter=delimiter)


def _register(file: Path, kind: Kind) -> Iterator[tuple[Card, date]]:
    for row in _rows(file, ";"):
        born = date.fromisoformat("-".join(reversed(row["Date de naissance"].split("/"))))
        seat = row.get("Libellé de la circonscription législative", "")
        yield (
            Card(
                "",
                kind,
                row["Prénom de l'élu"],
                row["Nom de l'élu"],
                department=department_of(row["Code du département"]),
                gender=gender_of(row["Code sexe"]).value,
                constituency=seat,
            ),
            born,
        )


def _deputies_of_2021(file: Path) -> Iterator[tuple[Card, date]]:
    for row in _rows(file, ","):
        yield (
            Card(
                "",
                Kind.DEPUTY,
                row["prenom"],
                row["nom"],
                department=department_of(row["departementCode"]),
                gender=gender_of(row["civ"]).value,
                constituency=row["circo"],
                email=row["mail"],
            ),
            date.fromisoformat(row["naissance"]),
        )


def _senators(file: Path) -> Iterator[tuple[Card, date]]:
    for row in _rows(file, ","):
        yield (
            Card(
                "",
                Kind.SENATOR,
                row["prenom"],
                row["nom"],
                department=department_of(row["circonscription"]),
                gender=gender_of(row["sexe"]).value,
                email=row["email"],
            ),
            date.fromisoformat(row["date_naissance"]),
        )


def _mayors(file: Path) -> Iterator[Card]:
    return (_of_commune(row, Kind.MAYOR, row["civilite_sexe"], row["mairie_email"]) for row in _rows(file, ","))


def _council(file: Path) -> Iterator[Card]:
    return (_of_commune(row, Kind.INDIVIDUAL, row["sexe"]) for row in _rows(file, ","))


def _of_commune(row: dict[str, str], kind: Kind, sex: str, email: str = "") -> Card:
    label = f"{row['code_insee']} {fold(row['nom'])} {fold(row['prenom'])}"
    names, place = (row["prenom"], row["nom"]), {"locality": row["commune"], "department": "49"}
    return Card(label, kind, *names, **place, gender=gender_of(sex).value, email=email)
