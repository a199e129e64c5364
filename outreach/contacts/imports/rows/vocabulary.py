"""What the columns of French and English files are called, and which are left where they are."""

import re
from enum import StrEnum


class Field(StrEnum):
    """What a column may hold."""

    EMAIL = "email"
    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    FULL_NAME = "full_name"
    GENDER = "gender"
    OFFICE = "office"
    KIND = "kind"
    ORGANISATION = "organisation"
    STREET = "street"
    STREET_MORE = "street_more"
    POSTAL_CODE = "postal_code"
    COMMUNE = "commune"
    POSTAL_BLOCK = "postal_block"
    DEPARTMENT = "department"
    COUNTRY = "country"
    PHONE = "phone"
    WEBSITE = "website"
    LANGUAGE = "language"
    CONSTITUENCY = "constituency"
    SINCE = "since"
    NOTES = "notes"
    TAGS = "tags"


# A row per field: the names it goes by, without spaces, accents or punctuation, the surest first.
_NAMES = """
email         email mail courriel adresseemail adressemail adressecourriel adresseelectronique emails mails courriels
email         mel emailaddress mailaddress adressemel courrielelectronique mairieemail requestemail
given_name    prenom prenoms firstname givenname forename prenomdelelu prenomusuel
family_name   nom nomdefamille lastname surname familyname nomdelelu nomusuel nomdusage
full_name     nometprenom nomprenom prenomnom prenometnom fullname nomcomplet contact interlocuteur referent responsable
gender        civilite sexe civ codesexe genre gender sex civilitesexe title
office        fonction mandat titre qualite office role position jobtitle libelledelafonction
kind          kind categorie category type typedecontact typedestructure
organisation  organisation organization organisme structure association raisonsociale denomination nomdelastructure
organisation  nomdelassociation nomdelorganisme nomdeladministration nombeneficiaire titredelassociation name
street        rue adresse voie street adressepostale adresse1 addressline1 address adresseligne1
street_more   complementdadresse complementadresse adresse2 addressline2 adresseligne2 complement
postal_code   codepostal cp postcode postalcode zip zipcode codepost
commune       commune ville localite city town municipality libelledelacommune nomdelacommune
postal_block  adressecomplete mairieadresse codepostalville cpville adressepostale adresse
department    departement codedudepartement codedepartement departementcode dep dept libelledudepartement
country       pays country
phone         telephone tel phone telephonefixe numerodetelephone ndetelephone portable mobile
website       siteinternet siteweb site website url homepage web
language      langue language lang
constituency  circonscription libelledelacirconscriptionlegislative circo constituency canton libelleducanton
since         depuis since datedebutfonction datedebutmandat datedeprisedefonction datepriseFonction datedebut
since         datededebutdumandat datededebutdelafonction
notes         notes note remarques remarque observations commentaire commentaires comments
tags          tags tag etiquettes motscles keywords
"""

NAMES: dict[Field, tuple[str, ...]] = {
    field: tuple(
        name.lower()
        for line in _NAMES.splitlines()
        if line.split(" ", 1)[0] == field.value
        for name in line.split()[1:]
    )
    for field in Field
}

PARTS: dict[Field, re.Pattern[str]] = {
    Field.EMAIL: re.compile(r"mail|courriel|electronique"),
    Field.GIVEN_NAME: re.compile(r"^prenom"),
    Field.FAMILY_NAME: re.compile(r"^nom(?!br|de|du|et)"),
    Field.FULL_NAME: re.compile(r"nometprenom|prenometnom|referente?|interlocuteur"),
    Field.ORGANISATION: re.compile(r"nomde(la|l)?(structure|organisme|association|administration)|raisonsociale(?!2)"),
    Field.STREET: re.compile(r"adresse"),
    Field.STREET_MORE: re.compile(r"complement"),
    Field.POSTAL_BLOCK: re.compile(r"adresse|codepostalville"),
    Field.DEPARTMENT: re.compile(r"departement"),
    Field.PHONE: re.compile(r"telephone"),
    Field.WEBSITE: re.compile(r"site"),
}
"""Parts of a name, when the whole is not in the list above."""

PRIVATE = re.compile(
    r"naissance|birth|profession|socio|groupe|\bparti\b|politi|nuance|religion|syndica|sensibilit|mouvance"
)
"""Columns that are never imported, even when asked for."""

NEVER_PROPOSED = re.compile(
    PRIVATE.pattern + r"|_id$|^#?id(?!ent)|score|^result_|insee|siret|siren|attribuant|population|montant|^age$"
)
"""Columns that a mapping is not proposed for: internal numbers, amounts, what a geocoder added."""
