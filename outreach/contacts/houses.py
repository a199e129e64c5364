"""The organisation somebody belongs to by their office, when the file does not name one."""

import re

from outreach.contacts.geography import DEPARTMENTS
from outreach.contacts.kinds import Kind, OrganisationKind
from outreach.contacts.names import of_place

_HOUSE_OF: dict[Kind, OrganisationKind | None] = {
    Kind.ASSOCIATION: OrganisationKind.ASSOCIATION,
    Kind.CCAS: OrganisationKind.CCAS,
    Kind.MAYOR: OrganisationKind.MAIRIE,
    Kind.DEPUTY_MAYOR: OrganisationKind.MAIRIE,
    Kind.DEPUTY: OrganisationKind.ASSEMBLY,
    Kind.SENATOR: OrganisationKind.ASSEMBLY,
    Kind.MEP: OrganisationKind.ASSEMBLY,
    Kind.DEPARTMENTAL_COUNCILLOR: OrganisationKind.DEPARTMENT,
    Kind.REGIONAL_COUNCILLOR: OrganisationKind.REGION,
    Kind.INTERCOMMUNALITY_PRESIDENT: OrganisationKind.INTERCOMMUNALITY,
    Kind.COUNCILLOR: OrganisationKind.ASSEMBLY,
    Kind.PREFECT: OrganisationKind.INSTITUTION,
    Kind.AUTHORITY: OrganisationKind.INSTITUTION,
    Kind.INSTITUTION: OrganisationKind.INSTITUTION,
    Kind.PARTNER: OrganisationKind.COMPANY,
    Kind.PRESS: OrganisationKind.PRESS,
    Kind.INDIVIDUAL: None,
}
_BY_NAME = re.compile(
    r"(?P<mairie>(?:mairie|commune|ville) d)"
    r"|(?P<ccas>(?:ccas|cias)\b|centre (?:inter)?communal d['’]action sociale)"
    r"|(?P<intercommunality>communaut[eé] (?:de communes|d['’]agglom[eé]ration|urbaine)|m[eé]tropole\b)"
    r"|(?P<department>(?:conseil d[eé]partemental|d[eé]partement)\b)"
    r"|(?P<region>(?:conseil r[eé]gional|r[eé]gion)\b)"
    r"|(?P<association>association\b)",
    re.IGNORECASE,
)
_HOUSES: dict[str | None, OrganisationKind] = {house.value: house for house in OrganisationKind}
_ASSEMBLIES = {Kind.DEPUTY: "Assemblée nationale", Kind.SENATOR: "Sénat", Kind.MEP: "Parlement européen"}


def organisation_of(kind: Kind, commune: str, department: str) -> str:
    """« Mairie d'Angers », « Sénat », « Conseil départemental (Sarthe) »; "" when the office alone does not tell."""
    place = DEPARTMENTS.get(department)
    if kind in _ASSEMBLIES:
        return _ASSEMBLIES[kind]
    if kind in {Kind.MAYOR, Kind.DEPUTY_MAYOR} and commune:
        return f"Mairie {of_place(commune)}"
    if kind is Kind.CCAS and commune:
        return f"CCAS {of_place(commune)}"
    if kind is Kind.DEPARTMENTAL_COUNCILLOR and place:
        return f"Conseil départemental ({place.name})"
    if kind is Kind.REGIONAL_COUNCILLOR and place and place.region:
        return f"Conseil régional ({place.region})"
    return ""


def house_of(kind: Kind, name: str) -> OrganisationKind | None:
    """What sort of house a name stands for: a mairie by its name, else what the office implies."""
    if not name:
        return None
    found = _BY_NAME.match(name)
    return _HOUSES[found.lastgroup] if found else _HOUSE_OF[kind]
