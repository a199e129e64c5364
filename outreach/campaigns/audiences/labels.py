"""What conditions and their values are called, in the reader's language."""

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from outreach.campaigns.audiences.rules import Field

FIELDS: Final[Mapping[Field, LazyString]] = {
    Field.KIND: _("Kind"),
    Field.MANDATE: _("Mandate held today"),
    Field.DEPARTMENT: _("Département"),
    Field.REGION: _("Region"),
    Field.COUNTRY: _("Country"),
    Field.INHABITANTS: _("Inhabitants of the commune"),
    Field.LANGUAGE: _("Language"),
    Field.TAG: _("Tag"),
    Field.ADDRESS: _("Mail address"),
    Field.ORGANISATION: _("Organisation"),
    Field.SOURCE: _("Source of the address"),
    Field.ANSWER: _("Answer to an event"),
    Field.WRITTEN: _("Last written to"),
}
CHOICES: Final[Mapping[Field, Mapping[str, LazyString]]] = {
    Field.LANGUAGE: {"fr": _("French"), "en": _("English"), "unknown": _("Language not known")},
    Field.ADDRESS: {
        "with": _("has one"),
        "without": _("has none"),
        "silenced": _("has one that must not be written to"),
    },
    Field.ANSWER: {
        "invited": _("is invited"),
        "waiting": _("is invited and has not answered"),
        "answered": _("has answered"),
        "yes": _("is coming"),
        "no": _("is not coming"),
        "excused": _("is excused"),
        "represented": _("is represented"),
    },
    Field.WRITTEN: {
        "within": _("in the last days"),
        "before": _("longer ago"),
        "never": _("never"),
    },
}
