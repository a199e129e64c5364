"""The two hundred recipients, and what their mail servers do with a message."""

from enum import StrEnum

from outreach.campaigns.models import Campaign
from outreach.contacts.kinds import Gender, Kind
from outreach.database import now
from tests import people
from tests.mailloop.dovecot import Mailboxes
from tests.mailloop.postfix import Plan
from tests.server import ROOT

RETURNS = "retours.ville.example"
RETURN_BOX = f"b@{RETURNS}"
"""Where reports lie: everything after the `+` of their address is of no matter to the mailbox."""
STOP_BOX, COMPLAINTS = f"u@{RETURNS}", f"plaintes@{RETURNS}"
"""Other names of that mailbox: of wishes to stop by mail, and the address that a provider's feedback loop knows."""
_LISTED, _TRUSTING, _SLOW = "association.test", "commune.test", "lent.test"


class Fate(StrEnum):
    """What becomes of a message to somebody."""

    READ = "read"  # it lies in the mailbox
    REFUSED = "refused"  # the relay knows that nobody has this address, and says so in the dialogue
    NOBODY = "nobody"  # taken by the relay; then the server of the mailboxes says that nobody has this address
    PASSED_ON = "passed_on"  # taken, and passed on to an address that nobody has
    FULL = "full"  # taken; then the mailbox is full
    SLOW = "slow"  # taken; the next server does not answer at first
    AWAY = "away"  # in the mailbox, and a machine answers
    POLITE = "polite"  # in the mailbox; the machine there answers no mailing list


NUMBERS = {
    Fate.READ: 166,
    Fate.REFUSED: 8,
    Fate.NOBODY: 8,
    Fate.PASSED_ON: 2,
    Fate.FULL: 4,
    Fate.SLOW: 3,
    Fate.AWAY: 5,
    Fate.POLITE: 4,
}
_DOMAINS = {Fate.REFUSED: _LISTED, Fate.SLOW: _SLOW}
_ELSEWHERE = frozenset({Fate.REFUSED, Fate.NOBODY, Fate.PASSED_ON})
_PERSONS = (
    (Kind.ASSOCIATION, "Ada", "Lefèvre", "Les Jardins partagés", Gender.FEMININE, "fr"),
    (Kind.CCAS, "", "", "CCAS d’Exemple", Gender.UNKNOWN, "fr"),
    (Kind.DEPUTY, "Inès", "Durand", "", Gender.FEMININE, "fr"),
    (Kind.MAYOR, "Paul", "Bêche", "Mairie d’Exemple-sur-Sarthe", Gender.MASCULINE, None),
    (Kind.MEP, "Maeve", "O’Brien", "", Gender.FEMININE, "en"),
)


def addresses(*fates: Fate) -> list[str]:
    """Of everybody whose message ends so; of all when none is named."""
    return [address(fate, number) for fate in fates or Fate for number in range(NUMBERS[fate])]


def address(fate: Fate, number: int) -> str:
    """The address of one of them."""
    domain = _DOMAINS.get(fate) or (_LISTED if number % 2 and fate is Fate.READ else _TRUSTING)
    return f"{fate.value.replace('_', '.')}.{number}@{domain}"


READERS = {language: address(Fate.READ, number) for language, number in (("fr", 0), ("en", 4), ("both", 3))}
"""One who reads each letter."""


def mailboxes() -> Mailboxes:
    """Who has one, beside the mailbox of the reports."""
    ordinary = [RETURN_BOX, *addresses(Fate.READ, Fate.SLOW)]
    away, polite, others = addresses(Fate.AWAY), addresses(Fate.POLITE), (STOP_BOX, COMPLAINTS)
    return Mailboxes(ordinary, addresses(Fate.FULL), away, polite, others)


def plan() -> Plan:
    """What the relay knows about them."""
    listed = [one for one in mailboxes().everybody() if one.endswith(f"@{_LISTED}")]
    passed_on = {one: f"plus.personne.{one}" for one in addresses(Fate.PASSED_ON)}
    return Plan({_LISTED: listed}, [_TRUSTING], _SLOW, RETURNS, passed_on)


def campaign() -> Campaign:
    """The invitation of the demonstration, to all of them, in one batch that is due now. Whoever calls commits."""
    people.city()
    for number, to in enumerate(addresses()):
        kind, given_name, family_name, house, gender, language = _PERSONS[number % len(_PERSONS)]
        people.contact(kind, given_name, family_name, to, house=house, gender=gender, language=language)
    made = people.campaign(people.congress())
    for letter in made.letters:
        letter.body = (ROOT / "outreach" / "demo" / "congress" / f"{letter.language}.md").read_text()
    made.starts_at, made.any_hour, made.batch_size = now(), True, len(addresses())
    return made
