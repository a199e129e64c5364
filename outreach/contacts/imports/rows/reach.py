"""Whether the domains of addresses take mail: a question to the DNS, asked only where somebody wants it asked."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from dns.resolver import Resolver
from email_validator import EmailUndeliverableError
from email_validator.deliverability import validate_email_deliverability

from outreach.contacts.imports.files.sheets import Sheet
from outreach.contacts.imports.rows.columns import ColumnMap
from outreach.contacts.imports.rows.mailboxes import read_mailboxes
from outreach.contacts.imports.rows.vocabulary import Field

AT_ONCE = 16
SECONDS = 5


def domains_of(sheet: Sheet, mapping: ColumnMap) -> set[str]:
    """The domains of the addresses in a sheet."""
    index = mapping.get(Field.EMAIL)
    if index is None:
        return set()
    found = (address for row in sheet.rows for address in read_mailboxes(row.cells[index]).addresses)
    return {address.rpartition("@")[2] for address in found}


def unreachable(domains: Iterable[str], resolver: Resolver | None = None) -> frozenset[str]:
    """The domains that are not there or that take no mail (RFC 5321, 7505). One that the DNS is silent about may.

    Each is asked once, several at a time; `resolver` is by default the machine's own, five seconds patient.
    """
    asked = sorted(set(domains))
    if resolver is None:
        resolver = Resolver()
        resolver.lifetime = SECONDS
    with ThreadPoolExecutor(AT_ONCE) as threads:
        verdicts = threads.map(partial(_takes_mail, resolver), asked)
        return frozenset(domain for domain, takes in zip(asked, verdicts, strict=True) if not takes)


def _takes_mail(resolver: Resolver, domain: str) -> bool:
    try:
        validate_email_deliverability(domain, domain, dns_resolver=resolver)
    except EmailUndeliverableError:
        return False
    return True
