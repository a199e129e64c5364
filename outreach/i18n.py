"""French and English: which one a page speaks, and how numbers, days and times read in it."""

import re
from datetime import date, datetime
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_locale, get_timezone
from flask_babel import gettext as _

from outreach.errors import Refusal

LANGUAGES = ("fr", "en")
_LOCALES = {one: Locale.parse(one) for one in LANGUAGES}
CATALOGUES = Path(__file__).parent / "translations"
_FIRST = re.compile(r"(?<!\d)1(?=[ \u00a0](?:janv|févr|mars|avr|mai|juin|juil|août|sept|oct|nov|déc))")

babel = Babel()


def rooms() -> list[str]:
    """The names of the message catalogues, one for each room."""
    return sorted(path.stem for path in (CATALOGUES / "fr" / "LC_MESSAGES").glob("*.po"))


def choose_language() -> str:
    """Asked for in the address, else set by the room (`g.language`), else the reader's browser's, else French."""
    if has_request_context() and request.args.get("lang") in LANGUAGES:
        return request.args["lang"]
    if chosen := g.get("language"):
        return str(chosen)
    if has_request_context():
        return request.accept_languages.best_match(LANGUAGES) or "fr"
    return "fr"


def _locale() -> Locale | str:
    chosen = choose_language()
    return _LOCALES.get(chosen, chosen)  # of a name Babel looks at every page whether there are files


def speak(known: str | None) -> None:
    """From here on the page speaks that language, if it is one of ours and none was asked for in the address."""
    if known in LANGUAGES:
        g.language = known


def language() -> str:
    """The language in force: `fr` or `en`."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "fr"


def other_language() -> str:
    """The language that the switch of this page leads to."""
    return "fr" if language() == "en" else "en"


def sentence(refusal: Refusal) -> str:
    """What a refusal says, in the reader's language."""
    return str(_(refusal.message, **{name: _spoken(value) for name, value in refusal.values.items()}))


def spoken(text: str) -> str:
    """A sentence that is in a variable, in the reader's language. Plain text: `_()` in a template would be markup."""
    return str(_(text))


def _spoken(value: object) -> object:
    if isinstance(value, datetime):
        return moment(value)
    return day(value) if isinstance(value, date) else value


def day(value: date, pattern: str = "full") -> str:
    """A day in words: « vendredi 2 février 2024 »."""
    if isinstance(value, datetime):
        value = value.astimezone(get_timezone()).date()
    return _ordinal(format_date(value, pattern, locale=_regional()))


def moment(value: datetime, pattern: str = "medium") -> str:
    """An instant in the installation's zone, as staff read it."""
    written = "d MMM y, HH:mm" if pattern == "medium" else pattern
    return _ordinal(format_datetime(value, written, get_timezone(), _regional()))


def _ordinal(said: str) -> str:
    """In French the first day of a month is « 1ᵉʳ », and no other."""
    return _FIRST.sub("1ᵉʳ", said) if language() == "fr" else said


def number(value: float) -> str:
    """A number with the separators of the language."""
    return format_decimal(value, locale=_regional())


def percent(value: float) -> str:
    """A share between 0 and 1, without decimals."""
    return format_percent(value, locale=_regional())


def _regional() -> str:
    return "en_GB" if language() == "en" else "fr_FR"


def prepare_app(app: Flask, zone: str) -> None:
    """Teach the application both languages."""
    names = rooms() or ["messages"]
    babel.init_app(
        app,
        default_locale="en",
        default_domain=";".join(names),
        default_translation_directories=";".join([str(CATALOGUES)] * len(names)),
        default_timezone=zone,
        locale_selector=_locale,
    )
    app.jinja_env.filters.update(day=day, moment=moment, number=number, percent=percent, spoken=spoken)
    app.jinja_env.globals.update(language=language, other_language=other_language)
