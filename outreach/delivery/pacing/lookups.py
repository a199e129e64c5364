"""Asks the DNS which host receives for a domain (MX, RFC 5321 5.1): between requests and sends, never within."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import dns.exception
import dns.resolver

from outreach.delivery.pacing.families import Family, family_of_hosts

AT_ONCE: Final = 32
PATIENCE: Final = 2.0
"""Seconds for one domain, all its name servers together."""
_ANSWERED: Final = (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer)


def look_up(domains: Sequence[str], resolver: dns.resolver.Resolver) -> Mapping[str, Family]:
    """The families that receive for these domains; nothing where the DNS answered for none of them.

    A domain without an answer among others that have one, or without an MX, is left to the others.
    """
    with ThreadPoolExecutor(AT_ONCE, "dns") as threads:
        found = list(threads.map(lambda domain: _hosts(domain, resolver), domains))
    if all(hosts is None for hosts in found):
        return {}
    return {domain: family_of_hosts(hosts or ()) for domain, hosts in zip(domains, found, strict=True)}


def _hosts(domain: str, resolver: dns.resolver.Resolver) -> list[str] | None:
    """The hosts that receive, the most preferred first; None without an answer."""
    try:
        answer = resolver.resolve(domain, "MX", lifetime=PATIENCE)
    except _ANSWERED:
        return []
    except dns.exception.DNSException:
        return None
    return [str(one.exchange) for one in sorted(answer, key=lambda one: int(one.preference))]
