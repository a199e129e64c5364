"""The kinds of addressees and organisations, and how a person is addressed."""

from enum import StrEnum


class Kind(StrEnum):
    """In what quality we write to a contact; decides the form of address."""

    ASSOCIATION = "association"
    CCAS = "ccas"
    MAYOR = "mayor"
    DEPUTY_MAYOR = "deputy_mayor"
    DEPUTY = "deputy"
    SENATOR = "senator"
    MEP = "mep"
    DEPARTMENTAL_COUNCILLOR = "departmental_councillor"
    REGIONAL_COUNCILLOR = "regional_councillor"
    INTERCOMMUNALITY_PRESIDENT = "intercommunality_president"
    COUNCILLOR = "councillor"
    """Of another assembly: municipal, of Paris, of Lyon, of Corsica, overseas, of the French abroad."""
    PREFECT = "prefect"
    AUTHORITY = "authority"
    """Of the State, justice, the army, diplomacy, a church: the words for the office decide the form."""
    INSTITUTION = "institution"
    PARTNER = "partner"
    PRESS = "press"
    INDIVIDUAL = "individual"


class Gender(StrEnum):
    """What the contact's civility says; UNKNOWN is written to in the neutral form, never guessed from a given name."""

    FEMININE = "feminine"
    MASCULINE = "masculine"
    UNKNOWN = "unknown"


class OrganisationKind(StrEnum):
    """What sort of house a contact belongs to."""

    ASSOCIATION = "association"
    CCAS = "ccas"
    MAIRIE = "mairie"
    ASSEMBLY = "assembly"
    INTERCOMMUNALITY = "intercommunality"
    DEPARTMENT = "department"
    REGION = "region"
    INSTITUTION = "institution"
    COMPANY = "company"
    PRESS = "press"


class AddressRule(StrEnum):
    """Which of somebody's addresses a campaign writes to; `protocol.mailboxes` decides by it."""

    PREFERRED = "preferred"
    MANDATE = "mandate"
    ORGANISATION = "organisation"
