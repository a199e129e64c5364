"""Official lists are known by their columns."""

import pytest

from outreach.contacts.kinds import Kind
from outreach.contacts.sources.presets import recognised

_ELECTED = "Nom de l'élu;Prénom de l'élu;Code sexe;Date de naissance;Date de début du mandat"
_PLACE = "Code du département;Libellé du département"


@pytest.mark.parametrize(
    ("header", "kind", "whole"),
    [
        (f"{_PLACE};Libellé de la circonscription législative;{_ELECTED}", Kind.DEPUTY, True),
        (f"{_PLACE};{_ELECTED}", Kind.SENATOR, True),
        (_ELECTED, Kind.MEP, True),
        (
            f"{_PLACE};Code de la commune;Libellé de la commune;{_ELECTED};Date de début de la fonction",
            Kind.MAYOR,
            True,
        ),
        (f"{_PLACE};Libellé du canton;{_ELECTED};Libellé de la fonction", Kind.DEPARTMENTAL_COUNCILLOR, True),
        (f"Code de la région;Libellé de la région;{_ELECTED};Libellé de la fonction", Kind.REGIONAL_COUNCILLOR, True),
        (f"{_PLACE};Libellé de la commune;{_ELECTED};Libellé de la fonction", Kind.COUNCILLOR, False),
        (f"N° SIREN;Libellé de l'EPCI;{_ELECTED};Libellé de la fonction", Kind.COUNCILLOR, False),
        ("id;nom;prenom;circo;datePriseFonction;mail", Kind.DEPUTY, True),
        ("nom;prenom;circonscription;departement_id;email", Kind.SENATOR, True),
        ("id;nom;prenom;sexe;date_debut_mandat", Kind.MEP, True),
        ("code_insee;commune;nom;prenom;mairie_email", Kind.MAYOR, True),
        ("Raison Sociale;SIRET ou NIR;Commune", Kind.ASSOCIATION, False),
    ],
)
def test_a_published_list_is_known_by_its_columns(header: str, kind: Kind | None, whole: bool) -> None:
    found = recognised(header.split(";"))
    assert found is not None
    assert (found.kind, found.whole) == (kind, whole)


def test_capitals_and_spaces_in_a_header_do_not_hide_a_list() -> None:
    found = recognised(["CODE DU DEPARTEMENT ", *_ELECTED.upper().split(";")])
    assert found is not None
    assert found.kind is Kind.SENATOR


def test_a_list_of_the_town_hall_s_own_is_no_official_one() -> None:
    assert recognised(["Nom", "Prénom", "Courriel"]) is None
