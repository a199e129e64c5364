"""Which family receives for a domain."""

import pytest

from outreach.delivery.pacing.families import DOMAINS, Family, domain_of, family_of_hosts


@pytest.mark.parametrize(
    ("domain", "family"),
    [
        ("orange.fr", Family.ORANGE),
        ("wanadoo.fr", Family.ORANGE),
        ("laposte.net", Family.LAPOSTE),
        ("free.fr", Family.FREE),
        ("neuf.fr", Family.SFR),
        ("club-internet.fr", Family.SFR),
        ("gmail.com", Family.GMAIL),
        ("hotmail.fr", Family.MICROSOFT),
        ("yahoo.fr", Family.YAHOO),
    ],
)
def test_the_domains_of_the_great_providers_are_known_by_name(domain: str, family: Family) -> None:
    assert DOMAINS[domain] is family


@pytest.mark.parametrize(
    ("hosts", "family"),
    [
        (["aspmx.l.google.com.", "alt1.aspmx.l.google.com."], Family.GMAIL),
        (["mairie-fr.mail.protection.outlook.com."], Family.MICROSOFT),
        (["mairie-fr.o-v1.mx.microsoft."], Family.MICROSOFT),
        (["smtp-in.orange.fr."], Family.ORANGE),
        (["MX1.FREE.FR."], Family.FREE),
        (["mta5.am0.yahoodns.net."], Family.YAHOO),
        (["mx.commune.test."], Family.OTHERS),
        (["notgoogle.com."], Family.OTHERS),
        (["mx.secours.test.", "aspmx.l.google.com."], Family.GMAIL),
        ([], Family.OTHERS),
    ],
)
def test_any_other_domain_is_known_by_the_host_that_receives_for_it(hosts: list[str], family: Family) -> None:
    assert family_of_hosts(hosts) is family


def test_every_family_but_the_others_has_a_domain_and_none_two() -> None:
    assert set(DOMAINS.values()) == set(Family) - {Family.OTHERS}


def test_a_domain_is_what_follows_the_last_at() -> None:
    assert domain_of('"odd@local"@Orange.FR') == "orange.fr"
