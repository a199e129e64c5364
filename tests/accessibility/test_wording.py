"""Days read as they are said: the first of a month is « 1ᵉʳ » in French, and only the first."""

from datetime import UTC, date, datetime

import pytest
from flask_babel import force_locale

from outreach.i18n import day, moment

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        (date(2026, 10, 1), "jeudi 1ᵉʳ octobre 2026", "Thursday 1 October 2026"),
        (date(2026, 10, 11), "dimanche 11 octobre 2026", "Sunday 11 October 2026"),
        (date(2026, 10, 21), "mercredi 21 octobre 2026", "Wednesday 21 October 2026"),
        (date(2026, 5, 1), "vendredi 1ᵉʳ mai 2026", "Friday 1 May 2026"),
    ],
)
def test_a_day_in_words(value: date, french: str, english: str) -> None:
    for language, words in (("fr", french), ("en", english)):
        with force_locale(language):
            assert day(value).replace(",", "").replace("\u00a0", " ") == words


def test_an_instant_in_words() -> None:
    at = datetime(2026, 2, 1, 8, 5, tzinfo=UTC)
    for language, words in (("fr", "1ᵉʳ févr. 2026, 09:05"), ("en", "1 Feb 2026, 09:05")):
        with force_locale(language):
            assert moment(at) == words
            assert moment(at, "HH:mm") == "09:05"
