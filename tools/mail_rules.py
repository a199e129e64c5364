"""Checks the HTML of our messages against what mail programs know; fails on what one of them does not, unless excused.

Read: the campaign's letter and every notice, in both languages. Comments for Outlook are not read: it alone knows them.
"""

import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from config import Config
from outreach.app import create_app
from outreach.campaigns.models import Campaign
from outreach.database import db, now, transaction
from outreach.delivery.letters import preview
from outreach.delivery.letters.headers import Mailbox
from outreach.delivery.letters.notice_letters import notice_draft
from outreach.delivery.models import Notice, NoticePurpose
from outreach.delivery.notices import notify
from outreach.i18n import LANGUAGES
from outreach.institution.queries import institution
from outreach.invitations.models import Invitation
from outreach.invitations.queries import get_by_key
from outreach.links import links
from tests import people
from tests.delivery.test_notice_letters import values_of
from tools import migrations
from tools.caniemail import known

_DARK = "the message stays light, as it is written"
_NARROW = "the message is one fluid column; only its margins stay wide"
_PLAIN = "paragraphs, lists and links keep the look that the program gives them"
_READ_ALOUD = "the text says the same; only the name of the whole is not read"
EXCUSED: Final[Mapping[str, str]] = {
    "css-at-media": _NARROW,
    "css-at-media-prefers-color-scheme": _DARK,
    "css-border-radius": "buttons have corners",
    "css-cursor": "the renderer writes it; a link shows its own",
    "css-display-none": "the first words are also hidden by their size",
    "css-height": "the bands above and below the sheet are thinner",
    "css-important": _DARK,
    "css-max-height": "the first words are also hidden by their size and display",
    "css-opacity": "the first words are also hidden by their size and display",
    "css-outline": "there is no picture that could have one",
    "css-overflow": "the first words are also hidden by their size and display",
    "css-pseudo-class-last-child": "the last paragraph leaves a little more room",
    "css-selector-child": _DARK,
    "css-selector-class": _PLAIN,
    "css-selector-descendant": _PLAIN,
    "css-selector-grouping": _PLAIN,
    "css-selector-id": "Outlook alone is meant",
    "css-table-layout": "columns take the width that their words need",
    "css-text-decoration": "a button's words are underlined",
    "css-white-space": "a button's words may take two lines",
    "css-word-break": "a very long word widens its line",
    "css-word-spacing": "it says what is so without it",
    "html-aria-label": _READ_ALOUD,
    "html-body": "the renderer sets its colour on the first box too",
    "html-lang": "the words are the same; a screen reader may read them with the accent of the page around",
    "html-meta-color-scheme": _DARK,
    "html-role": "tables of the layout may be announced; their order is that of reading",
    "html-style": _PLAIN,
    "html-target": "the link opens where the program likes",
}
"""What some program does not know, and why the message stands without it."""

_RULE: Final = re.compile(r"([^{}]+)\{([^{}]*)\}")
_UNITS: Final = re.compile(r"(?<![\w#.-])-?\d*\.?\d+(px|pt|em|rem|vh|vw|ch|%)")
_PSEUDO: Final = re.compile(r"(?<!:):([a-z-]+)")
_SIDES: Final = re.compile(r"^(margin|padding|border)-(?:top|right|bottom|left)(?:-(?:color|style|width))?$")
_UNKNOWN_TO_THE_LIST: Final = re.compile(r"^(?:-webkit-|-ms-|-moz-|mso-)")
_ELEMENTS: Final = {
    **{f"h{level}": "html-h1-h6" for level in range(1, 7)},
    **dict.fromkeys(("ul", "ol", "li", "dl"), "html-lists"),
    **dict.fromkeys(("article", "section", "header", "footer", "main", "nav"), "html-semantics"),
}


class _Reader(HTMLParser):
    """Gathers the features that one document uses."""

    def __init__(self) -> None:
        super().__init__()
        self.features: set[str] = set()
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.features.add(_ELEMENTS.get(tag, f"html-{tag}"))
        self._style = tag == "style"
        for name, value in attrs:
            self.features.add(f"html-{name}")
            if name == "style":
                self.features.update(declared(value or ""))
            if name == "href" and (value or "").startswith("mailto:"):
                self.features.add("html-mailto-links")
            if (name, value) == ("name", "color-scheme"):
                self.features.add("html-meta-color-scheme")

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def handle_data(self, data: str) -> None:
        if self._style:
            self.features.update(styled(data))


def declared(block: str) -> Iterator[str]:
    """The features of declarations: properties, units, functions."""
    for declaration in block.split(";"):
        name, colon, value = declaration.partition(":")
        name = name.strip().lower()
        if not colon or _UNKNOWN_TO_THE_LIST.match(name):
            continue
        sides = _SIDES.match(name)
        yield f"css-{sides[1] if sides else name}"
        if name.startswith("border-") and name.endswith(("color", "style", "width")):
            yield "css-border"
        yield from (f"css-unit-{'percent' if unit == '%' else unit}" for unit in _UNITS.findall(value))
        yield from (f"css-{word}" for word in ("rgb", "rgba", "linear-gradient") if f"{word}(" in value)
        if "!important" in value:
            yield "css-important"
        if value.strip().startswith("none") and name == "display":
            yield "css-display-none"


def styled(sheet: str) -> Iterator[str]:
    """The features of a style sheet: media, selectors, declarations."""
    for query in re.findall(r"@media([^{]*)\{", sheet):
        yield "css-at-media-prefers-color-scheme" if "prefers-color-scheme" in query else "css-at-media"
    for selectors, block in _RULE.findall(re.sub(r"@media[^{]*\{", "", sheet)):
        yield from declared(block)
        if "," in selectors:
            yield "css-selector-grouping"
        yield from (f"css-pseudo-class-{word}" for word in _PSEUDO.findall(selectors))
        kinds = {".": "class", "#": "id", ">": "child", "[": "attribute", "+": "adjacent-sibling", "*": "universal"}
        yield from (f"css-selector-{kind}" for sign, kind in kinds.items() if sign in selectors)
        if any(re.search(r"[\w\])] +[\w.#\[]", one.strip()) for one in selectors.split(",")):
            yield "css-selector-descendant"


def features(html: str) -> set[str]:
    """All that a document uses, by the names of caniemail; also what that does not list."""
    reader = _Reader()
    reader.feed(html)
    return reader.features


def unknown(used: set[str], table: Mapping[str, Mapping[str, str]]) -> dict[str, list[str]]:
    """What some programs do not know, with their names."""
    found = {name: [program for program, said in table[name].items() if said == "n"] for name in used & table.keys()}
    return {name: programs for name, programs in sorted(found.items()) if programs}


def documents() -> Iterator[tuple[str, str]]:
    """Every sort of message in both languages, with its name."""
    with tempfile.TemporaryDirectory() as folder:
        config = Config(("a key",), "a key", "https://invitations.ville.example", data_dir=Path(folder))
        migrations.upgrade(config.database)
        with create_app(config).app_context():
            world = people.world()
            campaign = db.session.get_one(Campaign, world.campaign)
            yield "letter", preview.shown(campaign, preview.first_recipient(campaign)).html
            db.session.rollback()
            for purpose in NoticePurpose:
                for language in LANGUAGES:
                    yield f"{purpose} {language}", _notice(purpose, language, world.answered)
            db.session.remove()
            db.engine.dispose()


def _notice(purpose: NoticePurpose, language: str, key: str) -> str:
    with transaction():
        invitation = get_by_key(key)
        values = values_of(purpose, invitation)
        number = notify(purpose, invitation, language, language, "jeanne@voisins.test", values, now()).id
    notice = db.session.get_one(Notice, number)
    about = db.session.get_one(Invitation, notice.invitation_id)
    html = notice_draft(notice, about, institution(), links(), Mailbox("", "congres@ville.example")).html
    db.session.rollback()
    return html


def main() -> int:
    """Print what is wrong; 1 when anything is."""
    table = known()
    where: dict[str, list[str]] = defaultdict(list)
    found: dict[str, list[str]] = {}
    count = 0
    for name, html in documents():
        count += 1
        for feature, programs in unknown(features(html), table).items():
            found[feature] = programs
            where[feature].append(name)
    wrong = [name for name in found if name not in EXCUSED]
    for name in wrong:
        print(f"{name} is not known to {', '.join(found[name])} (in {', '.join(where[name][:3])}).")
    for name in sorted(EXCUSED.keys() - found.keys()):
        print(f"{name} is excused and not used, or known to all by now.")
    print(f"{count} messages, {len(found)} features some program does not know, {len(wrong)} of them not excused.")
    return 1 if wrong or EXCUSED.keys() - found.keys() else 0


if __name__ == "__main__":
    sys.exit(main())
