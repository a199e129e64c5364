"""What the clock does for lanes: looks up where the mail of domains goes, and forgets those that nobody uses."""

from datetime import timedelta
from typing import Final

import dns.exception
import dns.resolver
from flask import current_app

from outreach.database import db, now, transaction
from outreach.delivery.pacing import destinations
from outreach.delivery.pacing.lookups import look_up

IN_ONE_TICK: Final = 32
"""All at once, so that the tick takes no longer than one domain that does not answer."""
AT_ONCE: Final = 1_000
"""Dropped in one transaction, lest others wait."""
EVERY: Final = timedelta(days=30)
"""A domain is asked for again after that: town halls move."""


def look_up_destinations(resolver: dns.resolver.Resolver | None = None) -> int:
    """Look up some domains; returns how many were told. None where nothing may leave this machine, or without DNS."""
    if resolver is None and current_app.config["LOOPBACK_ONLY"]:
        return 0
    domains = destinations.unknown(IN_ONE_TICK, now() - EVERY)
    db.session.rollback()
    if not domains:
        return 0
    try:
        found = look_up(domains, resolver or dns.resolver.Resolver())
    except dns.exception.DNSException:  # no name server is configured here
        return 0
    with transaction():
        destinations.place(found, now())
    return len(found)


def forget_destinations() -> int:
    """Drop the domains at which nobody is written to any more; returns how many. Once a day: it reads every address."""
    unused = destinations.unused()
    db.session.rollback()
    for first in range(0, len(unused), AT_ONCE):
        with transaction():
            destinations.forget(unused[first : first + AT_ONCE])
    return len(unused)
