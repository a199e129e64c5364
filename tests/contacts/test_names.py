"""Names of people and places, and civilities."""

import pytest

from outreach.contacts.kinds import Gender
from outreach.contacts.names import gender_of, of_place, person_name, place_name, split_full_name


@pytest.mark.parametrize(
    ("civility", "gender"),
    [
        ("Mme", Gender.FEMININE),
        ("Madame", Gender.FEMININE),
        ("Mlle", Gender.FEMININE),
        ("F", Gender.FEMININE),
        ("Féminin", Gender.FEMININE),
        ("Ms", Gender.FEMININE),
        ("Madame la Maire", Gender.FEMININE),
        ("M", Gender.MASCULINE),
        ("M.", Gender.MASCULINE),
        ("Mr", Gender.MASCULINE),
        ("Monsieur", Gender.MASCULINE),
        ("H", Gender.MASCULINE),
        ("", Gender.UNKNOWN),
        ("M. et Mme", Gender.UNKNOWN),
        ("Mme/M.", Gender.UNKNOWN),
        ("Dr", Gender.UNKNOWN),
    ],
)
def test_a_civility_says_the_gender_or_nothing(civility: str, gender: Gender) -> None:
    assert gender_of(civility) is gender


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("BÉCHU", "Béchu"),
        ("LE GOFF", "Le Goff"),
        ("D'HERIN", "d'Herin"),
        ("D’HÉRIN", "d’Hérin"),
        ("DE LA PROVÔTÉ", "de La Provôté"),
        ("DU BELLAY", "Du Bellay"),
        ("DES FORÊTS", "Des Forêts"),
        ("BLANCHARD DE LA BROSSE", "Blanchard de La Brosse"),
        ("SAINT-HILAIRE", "Saint-Hilaire"),
        ("L'HUILLIER", "L'Huillier"),
        ("O'BRIEN", "O'Brien"),
        ("ŒUVRARD", "Œuvrard"),
        ("  BLATRIX   CONTAT ", "Blatrix Contat"),
        ("de La Provôté", "de La Provôté"),
        ("McDonald", "McDonald"),
        ("DE", "De"),
        ("", ""),
    ],
)
def test_a_name_in_capitals_is_written_as_in_a_letter(written: str, name: str) -> None:
    assert person_name(written) == name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("LE BOURG D'IRE", "Le Bourg d'Ire"),
        ("SAINT-JEAN-DE-LUZ", "Saint-Jean-de-Luz"),
        ("L'ILE-ROUSSE", "L'Ile-Rousse"),
        ("VOIVRES LES LE MANS", "Voivres les le Mans"),
        ("VENCE CEDEX", "Vence Cedex"),
        ("Ajaccio", "Ajaccio"),
    ],
)
def test_a_commune_in_capitals_is_written_as_on_an_envelope(written: str, name: str) -> None:
    assert place_name(written) == name


@pytest.mark.parametrize(
    ("full_name", "parts"),
    [
        ("Sophie SAUBION", ("Sophie", "Saubion")),
        ("BENSI Saveria", ("Saveria", "Bensi")),
        ("CELLAN Jean Michel", ("Jean Michel", "Cellan")),
        ("EL BADRI Amel", ("Amel", "El Badri")),
        ("Dessinet Hubert", ("", "Dessinet Hubert")),
        ("BERNARDIN GILLES", ("", "Bernardin Gilles")),
        ("Alain Auvigne/ Jean Coibion", ("", "Alain Auvigne/ Jean Coibion")),
        ("Marianne LACAZETTE & Pascal LARRICART", ("", "Marianne LACAZETTE & Pascal LARRICART")),
        ("Boulanger Guy (Directeur SDSEI)", ("", "Boulanger Guy (Directeur SDSEI)")),
        ("", ("", "")),
    ],
)
def test_a_whole_name_is_split_only_when_capitals_tell(full_name: str, parts: tuple[str, str]) -> None:
    assert split_full_name(full_name) == parts


@pytest.mark.parametrize(
    ("place", "phrase"),
    [
        ("Allonnes", "d'Allonnes"),
        ("Angers", "d'Angers"),
        ("Écouflant", "d'Écouflant"),
        ("Œuilly", "d'Œuilly"),
        ("Le Mans", "du Mans"),
        ("Les Sables-d'Olonne", "des Sables-d'Olonne"),
        ("Les Ponts-de-Cé", "des Ponts-de-Cé"),
        ("La Flèche", "de La Flèche"),
        ("L'Étang-Salé", "de L'Étang-Salé"),
        ("Lens", "de Lens"),
        ("Tours", "de Tours"),
        ("Hyères", "d'Hyères"),
        ("Hérouville-Saint-Clair", "d'Hérouville-Saint-Clair"),
        ("Haguenau", "de Haguenau"),
        ("Yvetot", "d'Yvetot"),
        ("Yerres", "d'Yerres"),
        ("Yutz", "de Yutz"),
    ],
)
def test_de_is_contracted_and_elided(place: str, phrase: str) -> None:
    assert of_place(place) == phrase
