"""The French catalogues: `update` gathers strings by room, `compile` makes them readable, `check` judges them."""

import re
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import TemplateError

from config import Config
from outreach.app import create_app
from tools import strings

FOLDER = strings.PACKAGE / "translations" / "fr" / "LC_MESSAGES"
HEADER = "# French of one room. Strings come and go with `make translations`; the French is written by hand."
DATED = datetime(2026, 1, 1, tzinfo=UTC)
"""The catalogues are dated by their commits."""
SLOT = re.compile(r"%\((\w+)\)[sd]")
TYPOGRAPHY = (
    (re.compile(r"(?<![\u202f\d&])[;!?](?=[\s»”)]|$)"), "a narrow no-break space goes before ; ! ?"),
    (re.compile(r"(?<!\u202f):(?=\s|$)"), "a narrow no-break space goes before :"),
    (re.compile(r"(?<!\u00a0)%%"), "a no-break space goes before %"),
    (re.compile(r"«(?![\u202f\u00a0])|(?<![\u202f\u00a0])»"), "a no-break space goes inside « »"),
    (re.compile(r"\.\.\."), "an ellipsis is one character, …"),
)


def read(path: Path) -> Catalog:
    """One catalogue; an empty one when it is not there."""
    if not path.exists():
        return Catalog("fr", domain=path.stem)
    with path.open("rb") as file:
        return read_po(file, locale="fr", domain=path.stem)


def update(only: list[str]) -> None:
    """Put what the sources say into the catalogues; hand-made French stays, and moves with its string."""
    wanted = strings.catalogues()
    memory = _memory()
    for room in sorted({*wanted, *(path.stem for path in FOLDER.glob("*.po"))}):
        if only and room not in only:
            continue
        path = FOLDER / f"{room}.po"
        catalogue = read(path)
        before = _content(catalogue)
        catalogue.update(wanted.get(room, Catalog()), no_fuzzy_matching=True)
        for message in _messages(catalogue):
            if not message.string or not any(message.string):
                message.string = memory.get((message.context, message.id), message.string)
        if _content(catalogue) != before:
            _write(path, catalogue)
        missing = sum(1 for message in _messages(catalogue) if not all(_forms(message)))
        print(f"  {room}: {len(catalogue)} strings, {missing} to translate.")


def compile_all() -> None:
    """Write the .mo files that the service reads."""
    for path in sorted(FOLDER.glob("*.po")):
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, read(path))
    print("Translations are compiled.")


def check() -> list[str]:
    """What is wrong with the catalogues and the templates."""
    return [*_incomplete(), *_disagreeing(), *_unreadable_templates()]


def faults(message: Message) -> list[str]:
    """What is wrong with one translation."""
    if message.fuzzy:
        return ["the translation is fuzzy"]
    if not all(_forms(message)):
        return ["there is no French"]
    found = []
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    allowed = {name for text in ids for name in SLOT.findall(text)}
    for text in _forms(message):
        slots = set(SLOT.findall(text))
        if slots - allowed or (slots != allowed and not message.pluralizable):
            found.append(f"the slots differ: {sorted(slots ^ allowed)}")
        plain = re.sub(r"https?://\S+", "", text)
        found += [rule for pattern, rule in TYPOGRAPHY if pattern.search(plain)]
    return found


def _incomplete() -> Iterator[str]:
    for room, wanted in strings.catalogues().items():
        written = read(FOLDER / f"{room}.po")
        for message in _messages(wanted):
            here = written.get(message.id, message.context)
            if here is None:
                yield f"{room}.po lacks {message.id!r}: run make translations"
            else:
                yield from (f"{room}.po: {message.id!r}: {fault}" for fault in faults(here))


def _disagreeing() -> Iterator[str]:
    """The catalogues are read as one: the same English may not have two translations."""
    seen: dict[tuple[object, object], tuple[str, object]] = {}
    for path in sorted(FOLDER.glob("*.po")):
        for message in _messages(read(path)):
            room, french = seen.setdefault((message.context, message.id), (path.stem, message.string))
            if french != message.string:
                yield f"{path.stem}.po and {room}.po translate {message.id!r} differently"


def _unreadable_templates() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Config(("-",), "-", "http://localhost", data_dir=Path(folder), loopback_only=True)
        environment = create_app(settings).jinja_env
        for path in strings.templates():
            try:
                environment.get_template(path.relative_to(strings.TEMPLATES).as_posix())
            except (TemplateError, UnicodeDecodeError) as error:
                yield f"{path.relative_to(strings.ROOT)}: {error}"


def _memory() -> dict[tuple[object, object], str | list[str] | tuple[str, ...] | None]:
    """Every translation there is, so that a string that moves to another room keeps its French."""
    return {
        (message.context, message.id): message.string
        for path in FOLDER.glob("*.po")
        for catalogue in [read(path)]
        for message in [*catalogue, *catalogue.obsolete.values()]
        if message.id and all(_forms(message))
    }


def _messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def _forms(message: Message) -> list[str]:
    return [message.string or ""] if isinstance(message.string, str | None) else list(message.string)


def _content(catalogue: Catalog) -> list[object]:
    live = [(message.id, message.context, message.string, message.locations) for message in _messages(catalogue)]
    return [*live, *((message.id, message.string) for message in catalogue.obsolete.values())]


def _write(path: Path, catalogue: Catalog) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.header_comment = HEADER
    catalogue.project, catalogue.version, catalogue.msgid_bugs_address = "outreach", path.stem, ""
    catalogue.last_translator, catalogue.language_team = "by hand", "French"
    catalogue.creation_date = catalogue.revision_date = DATED
    catalogue.fuzzy = False
    fresh = path.with_suffix(".fresh")  # whoever reads it meanwhile finds the old one whole, and loses no French
    with fresh.open("wb") as file:
        write_po(file, catalogue, width=100, include_lineno=False, ignore_obsolete="--prune" in sys.argv)
    fresh.replace(path)


def main() -> int:
    """Do what is asked: update, compile or check."""
    match sys.argv[1:]:
        case ["update", *arguments]:
            update([room for room in arguments if not room.startswith("-")])
        case ["compile"]:
            compile_all()
        case ["check"]:
            wrong = check()
            for sentence in wrong:
                print(sentence, file=sys.stderr)
            print(f"  {sum(len(one) for one in strings.catalogues().values())} strings, {len(wrong)} faults.")
            return 1 if wrong else 0
        case _:
            print("usage: python -m tools.translations update|compile|check", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
