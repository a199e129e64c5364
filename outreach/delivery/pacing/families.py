"""Which family of destinations a domain belongs to: what is sent to one family passes through one lane.

The domains are those under which the providers themselves give mailboxes; any other domain is known by the host that
receives its mail (its MX, RFC 5321 5.1).
"""

import enum
from collections.abc import Iterable, Mapping
from typing import Final


class Family(enum.StrEnum):
    """Mailboxes that one provider receives, and whose limits it sets."""

    ORANGE = "orange"  # and Wanadoo
    LAPOSTE = "laposte"
    FREE = "free"
    SFR = "sfr"  # and what it bought: Neuf, Cegetel, Club-Internet, Numericable; Red
    GMAIL = "gmail"
    MICROSOFT = "microsoft"
    YAHOO = "yahoo"  # and AOL
    OTHERS = "others"


_NAMES: Final[Mapping[Family, str]] = {
    Family.ORANGE: "orange.fr wanadoo.fr voila.fr orange.com",
    Family.LAPOSTE: "laposte.net",
    Family.FREE: "free.fr libertysurf.fr aliceadsl.fr alice.fr freesbee.fr infonie.fr online.fr worldonline.fr",
    Family.SFR: "sfr.fr neuf.fr cegetel.net club-internet.fr numericable.fr noos.fr 9online.fr 9business.fr "
    "red-by-sfr.fr",
    Family.GMAIL: "gmail.com googlemail.com",
    Family.MICROSOFT: "hotmail.com hotmail.fr hotmail.be hotmail.co.uk hotmail.de hotmail.it hotmail.es "
    "live.com live.fr live.be live.co.uk live.nl outlook.com outlook.fr outlook.be outlook.de outlook.es "
    "outlook.it msn.com windowslive.com passport.com",
    Family.YAHOO: "yahoo.fr yahoo.com yahoo.co.uk yahoo.de yahoo.es yahoo.it yahoo.ca yahoo.in ymail.com "
    "rocketmail.com myyahoo.com aol.com aol.fr aim.com",
}
DOMAINS: Final[Mapping[str, Family]] = {name: family for family, names in _NAMES.items() for name in names.split()}
"""Every domain that is known without asking."""

_HOSTS: Final[Mapping[str, Family]] = {
    "orange.fr": Family.ORANGE,
    "wanadoo.fr": Family.ORANGE,
    "laposte.net": Family.LAPOSTE,
    "free.fr": Family.FREE,
    "proxad.net": Family.FREE,
    "sfr.fr": Family.SFR,
    "neuf.fr": Family.SFR,
    "google.com": Family.GMAIL,
    "googlemail.com": Family.GMAIL,
    "outlook.com": Family.MICROSOFT,
    "mx.microsoft": Family.MICROSOFT,
    "hotmail.com": Family.MICROSOFT,
    "yahoodns.net": Family.YAHOO,
}
"""How the names of the hosts end that receive for others."""


def domain_of(address: str) -> str:
    """What follows the last @, in small letters."""
    return address.rpartition("@")[2].lower()


def family_of_hosts(hosts: Iterable[str]) -> Family:
    """The family that receives at these hosts, the most preferred first."""
    for host in hosts:
        labels = host.lower().rstrip(".").split(".")
        for start in range(len(labels)):
            if family := _HOSTS.get(".".join(labels[start:])):
                return family
    return Family.OTHERS
