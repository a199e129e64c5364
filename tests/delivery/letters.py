"""Letters for the tests of delivery."""

from datetime import UTC, datetime

from outreach.delivery.letters.headers import Mailbox
from outreach.delivery.letters.mime import Draft, Stamp
from outreach.delivery.letters.slots import Kind, slot

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CITY = Mailbox("Ville du Mans, Vie associative", "congres@mairie.test")
ADA = Mailbox("Ada Béranger", "ada@association.test")

CALENDAR = f"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Outreach//FR
METHOD:PUBLISH
BEGIN:VEVENT
UID:{slot("key")}-1@mairie.test
DTSTAMP:{slot("dtstamp")}
DTSTART;TZID=Europe/Paris:20240202T090000
SUMMARY:Congrès européen des associations de solidarité\\, deux journées au Palais des Congrès et de la Culture
URL:{slot("answer_url")}
END:VEVENT
END:VCALENDAR
"""

LETTER = Draft(
    language="fr",
    sender=CITY,
    reply_to=Mailbox("", "congres@mairie.test"),
    subject="Congrès européen : invitation",
    text=f"{slot('salutation')}\n\nVous êtes conviés.\n.\nFrom ici\nRépondre : {slot('answer_url')}\n",
    html=f'<html lang="fr"><p>{slot("salutation")}</p><p>é.</p><a href="{slot("answer_url")}">Répondre</a></html>\n',
    calendar=CALENDAR,
    list_id="congres.mairie.test",
    feedback_id="c12:invitation:mairie72",
    slots={"salutation": Kind.WORDS, "answer_url": Kind.URL, "key": Kind.WORDS},
)

VALUES = {
    "salutation": "Madame la Députée,",
    "answer_url": "https://congres.mairie.test/i/abcdefghijklmnop.dGhpcyBpcyBhIHNpZ25hdHVyZSBvZiA0MyBjaGFycw",
    "key": "abcdefghijklmnop",
}


def stamp(to: Mailbox = ADA, number: int = 1) -> Stamp:
    """What the row of message `number` would say."""
    return Stamp(
        to,
        f"<m{number}.k2v@mairie.test>",
        NOON,
        (f"https://congres.mairie.test/u/{'k' * 60}", "mailto:u+abcdef@rebond.mairie.test?subject=stop"),
    )
