"""Which official list a table is: told by its columns, so that its kind and its source need not be typed.

A register is whole: whoever is in the directory with that office, and not in it, holds the office no more. Other lists
name some of those there are, and nobody has left because they do not name them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from outreach.contacts.folding import squeeze
from outreach.contacts.kinds import Kind
from outreach.errors import N_


@dataclass(frozen=True, slots=True)
class Preset:
    """One published list: what it is called, whom it holds, the columns it always has and those it never has."""

    title: str
    source: str
    """Told to its people as where their address comes from."""
    kind: Kind | None
    """What those are of whom the list says no more; mayors and deputy mayors are found among councillors."""
    columns: frozenset[str]
    without: frozenset[str] = frozenset()
    whole: bool = False
    """It is a register: nobody who holds this office where it speaks of is missing from it."""

    def fits(self, squeezed: Collection[str]) -> bool:
        """True for a table with these columns, their names without case, accents or spaces."""
        return self.columns <= set(squeezed) and self.without.isdisjoint(squeezed)


def _columns(*names: str) -> frozenset[str]:
    return frozenset(map(squeeze, names))


_RNE = "Répertoire national des élus (ministère de l’Intérieur, data.gouv.fr)"
_ASSEMBLY = "Assemblée nationale (données ouvertes)"
_SENATE = "Sénat (données ouvertes)"
_PARLIAMENT = "Parlement européen, élus de France (données ouvertes)"
_DIRECTORY = "Annuaire de l’administration (DILA, service-public.fr)"
_GRANTS = "Subventions publiées (données ouvertes)"

_ELECTED = _columns("Nom de l'élu", "Prénom de l'élu", "Code sexe")
_FUNCTION = squeeze("Libellé de la fonction")
_DISTRICT = squeeze("Libellé de la circonscription législative")
_TOWN = squeeze("Libellé de la commune")

PRESETS: tuple[Preset, ...] = (
    Preset(N_("Register of elected officials: deputies"), _RNE, Kind.DEPUTY, _ELECTED | {_DISTRICT}, whole=True),
    Preset(
        N_("Register of elected officials: departmental councillors"),
        _RNE,
        Kind.DEPARTMENTAL_COUNCILLOR,
        _ELECTED | _columns("Libellé du canton"),
        whole=True,
    ),
    Preset(
        N_("Register of elected officials: regional councillors"),
        _RNE,
        Kind.REGIONAL_COUNCILLOR,
        _ELECTED | _columns("Libellé de la région"),
        whole=True,
    ),
    Preset(
        N_("Register of elected officials: councillors of intercommunalities"),
        _RNE,
        Kind.COUNCILLOR,
        _ELECTED | _columns("Libellé de l'EPCI"),
    ),
    Preset(
        N_("Register of elected officials: municipal councillors"),
        _RNE,
        Kind.COUNCILLOR,
        _ELECTED | {_TOWN, _FUNCTION},
    ),
    Preset(
        N_("Register of elected officials: mayors"),
        _RNE,
        Kind.MAYOR,
        _ELECTED | {_TOWN, squeeze("Date de début de la fonction")},
        frozenset({_FUNCTION}),
        whole=True,
    ),
    Preset(
        N_("Register of elected officials: senators"),
        _RNE,
        Kind.SENATOR,
        _ELECTED | _columns("Code du département", "Date de début du mandat"),
        frozenset({_DISTRICT, _TOWN, _FUNCTION}),
        whole=True,
    ),
    Preset(
        N_("Register of elected officials: members of the European Parliament"),
        _RNE,
        Kind.MEP,
        _ELECTED | _columns("Date de début du mandat"),
        frozenset({squeeze("Code du département"), _TOWN, _FUNCTION}),
        whole=True,
    ),
    Preset(
        N_("Mayors with the addresses of their town halls"),
        _RNE,
        Kind.MAYOR,
        _columns("commune", "nom", "prenom", "mairie_email"),
        whole=True,
    ),
    Preset(
        N_("Members of a municipal council"),
        _RNE,
        Kind.COUNCILLOR,
        _columns("code_insee", "commune", "nom", "prenom", "fonction", "ordre_fonction"),
    ),
    Preset(
        N_("National Assembly: deputies"),
        _ASSEMBLY,
        Kind.DEPUTY,
        _columns("Civilité", "Prénom", "Nom", "Circonscription", "Date de début du mandat", "Courriel", "Permanence"),
        whole=True,
    ),
    Preset(
        N_("National Assembly: deputies"),
        _ASSEMBLY,
        Kind.DEPUTY,
        _columns("nom", "prenom", "circo", "datePriseFonction", "mail"),
        whole=True,
    ),
    Preset(
        N_("Senate: senators"),
        _SENATE,
        Kind.SENATOR,
        _columns("nom", "prenom", "circonscription", "departement_id", "email"),
        whole=True,
    ),
    Preset(
        N_("European Parliament: members elected in France"),
        _PARLIAMENT,
        Kind.MEP,
        _columns("id", "nom", "prenom", "sexe", "date_debut_mandat"),
        _columns("circonscription", "commune"),
        whole=True,
    ),
    Preset(
        N_("Directory of the administration"),
        _DIRECTORY,
        None,
        _columns("Nom de la structure", "Type de structure", "Courriel", "Adresse complète"),
    ),
    Preset(
        N_("Directory of the administration"),
        _DIRECTORY,
        Kind.INSTITUTION,
        _columns("id", "name", "request_email", "tag_string"),
    ),
    Preset(
        N_("Associations that were granted a subsidy"),
        _GRANTS,
        Kind.ASSOCIATION,
        _columns("nomAttribuant", "nomBeneficiaire", "idBeneficiaire"),
    ),
    Preset(
        N_("Associations that were granted a subsidy"),
        _GRANTS,
        Kind.ASSOCIATION,
        _columns("Raison Sociale", "SIRET ou NIR"),
    ),
)
"""The first that fits is meant."""


def recognised(header: Sequence[str]) -> Preset | None:
    """The official list that has these columns, if it is one we know."""
    squeezed = {squeeze(name) for name in header}
    return next((one for one in PRESETS if one.fits(squeezed)), None)
