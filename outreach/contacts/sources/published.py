"""Official lists that are published as JSON, laid out as a table: the National Assembly's deputies, the directory.

One document, or a ZIP of them as the National Assembly publishes. Political groups, dates of birth and professions are
left where they are.
"""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from outreach.contacts.imports.files.sheets import Limits
from outreach.errors import Refusal

DEPUTIES: Final = (
    "Civilité",
    "Prénom",
    "Nom",
    "Fonction",
    "Département",
    "Circonscription",
    "Date de début du mandat",
    "Courriel",
    "Téléphone",
    "Permanence",
    "Site internet",
)
SERVICES: Final = (
    "Nom de la structure",
    "Type de structure",
    "Commune",
    "Courriel",
    "Téléphone",
    "Adresse complète",
    "Site internet",
)
_MAIL, _PHONE, _SITE = "15", "11", "22"
_OFFICE, _ASSEMBLY = "2", "0"
"""What the National Assembly calls the sorts of addresses: a constituency office, the Palais-Bourbon."""
_KINDS: Final = {"ccas": "CCAS", "cias": "CCAS"}

Document = Mapping[str, Any]


def is_archive(content: bytes) -> bool:
    """True for a ZIP that holds JSON documents and is no workbook."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        return False
    return "[Content_Types].xml" not in names and any(name.endswith(".json") for name in names)


def records(content: bytes, limits: Limits) -> Iterator[list[str]]:
    """The header and one record for each deputy, or each service. Raises Refusal for any other JSON."""
    documents = _documents(content, limits)
    first = next(documents, {})
    if "acteur" in first:
        return _table(DEPUTIES, (one for document in _again(first, documents) for one in _deputies(document)))
    if "service" in first:
        return _table(SERVICES, (one for document in _again(first, documents) for one in _services(document)))
    raise Refusal("This is a JSON file, written for programs: ask for the same list as CSV or XLSX.")


def _again(first: Document, others: Iterable[Document]) -> Iterator[Document]:
    yield first
    yield from others


def _table(header: Sequence[str], rows: Iterable[list[str]]) -> Iterator[list[str]]:
    yield list(header)
    yield from rows


def _documents(content: bytes, limits: Limits) -> Iterator[Document]:
    """Each document that is an object; in an archive, those about people come before all others."""
    for octets in _unpacked(content, limits) if content.startswith(b"PK") else [content]:
        try:
            document = json.loads(octets)
        except (ValueError, RecursionError):
            raise Refusal("This JSON file is damaged: fetch it once more.") from None
        if isinstance(document, dict) and ("acteur" in document or "service" in document):
            yield document


def _unpacked(content: bytes, limits: Limits) -> Iterator[bytes]:
    left = limits.characters
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for one in archive.infolist():
            if not one.filename.endswith(".json") or "/organe/" in f"/{one.filename}":
                continue
            with archive.open(one) as member:
                octets = member.read(left + 1)
            left -= len(octets)
            if left < 0:
                raise Refusal("The file holds too much text: cut it into several files.")
            yield octets


def _deputies(document: Document) -> Iterator[list[str]]:
    """The deputy of one document, if the mandate lasts."""
    person = _of(document, "acteur")
    seat = next(filter(_lasts, _each(person, "mandats", "mandat")), None)
    if seat is None:
        return
    who, addresses = _of(person, "etatCivil", "ident"), _each(person, "adresses", "adresse")
    place = _of(seat, "election", "lieu")
    abroad = "hors de France" in _text(place, "departement")
    yield [
        _text(who, "civ"),
        _text(who, "prenom"),
        _text(who, "nom"),
        "Députée" if _text(who, "civ") == "Mme" else "Député",
        _text(place, "departement") if abroad else _text(place, "numDepartement"),
        _text(place, "numCirco"),
        _text(_of(seat, "mandature"), "datePriseFonction") or _text(seat, "dateDebut"),
        " ; ".join(_said(addresses, _MAIL)),
        next(iter(_said(addresses, _PHONE)), ""),
        next((_postal(one) for sort in (_OFFICE, _ASSEMBLY) for one in addresses if one.get("type") == sort), ""),
        next(iter(_said(addresses, _SITE)), ""),
    ]


def _lasts(mandate: Document) -> bool:
    return mandate.get("typeOrgane") == "ASSEMBLEE" and not _text(mandate, "dateFin")


def _said(addresses: Iterable[Document], sort: str) -> list[str]:
    return [_text(one, "valElec") for one in addresses if one.get("type") == sort and _text(one, "valElec")]


def _postal(address: Document) -> str:
    street = " ".join(filter(None, (_text(address, "numeroRue"), _text(address, "nomRue")))).strip(" ,")
    town = " ".join(filter(None, (_text(address, "codePostal"), _text(address, "ville"))))
    lines = (_text(address, "intitule").strip(" ,"), street, _text(address, "complementAdresse"), town)
    return "\n".join(filter(None, lines))


def _services(document: Document) -> Iterator[list[str]]:
    for service in _each(document, "service"):
        sort = _text(next(iter(_each(service, "pivot")), {}), "type_service_local")
        place = next(iter(_each(service, "adresse")), {})
        street = " ".join(filter(None, (_text(place, "numero_voie"), _text(place, "complement1"))))
        town = " ".join(filter(None, (_text(place, "code_postal"), _text(place, "nom_commune"))))
        emails = service.get("adresse_courriel") or []
        yield [
            _text(service, "nom"),
            _KINDS.get(sort, "Institution"),
            _text(place, "nom_commune"),
            " ; ".join(str(one) for one in (emails if isinstance(emails, list) else [emails])),
            _text(next(iter(_each(service, "telephone")), {}), "valeur"),
            "\n".join(filter(None, (street, town))),
            _text(next(iter(_each(service, "site_internet")), {}), "valeur").strip(),
        ]


def _each(document: Document, *path: str) -> list[Document]:
    """The objects at the end of a path, where one alone stands without a list around it."""
    found = _of(document, *path[:-1]).get(path[-1]) or []
    return [one for one in (found if isinstance(found, list) else [found]) if isinstance(one, dict)]


def _of(document: Document, *path: str) -> Document:
    for name in path:
        inner = document.get(name)
        document = inner if isinstance(inner, dict) else {}
    return document


def _text(document: Document, name: str) -> str:
    """A text; "" for nothing, and for the objects that stand for nothing."""
    found = document.get(name)
    return str(found).strip() if isinstance(found, str | int) else ""
