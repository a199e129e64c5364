"""The table of forms of address as a page, for whoever proofreads it."""

from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from outreach.accounts.guard import staff
from outreach.contacts.kinds import Gender, Kind
from outreach.contacts.labels import KINDS
from outreach.contacts.protocol.addressing import FormOfAddress, Person, form_for
from outreach.contacts.protocol.offices import Standing
from outreach.contacts.protocol.precedence import Quality
from outreach.contacts.protocol.table import FORMS, LANGUAGES, Form
from outreach.contacts.views import bp
from outreach.i18n import language

GENDERS = (Gender.FEMININE, Gender.MASCULINE, Gender.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Line:
    """One office of the table: what its holders are called, and how each of them is written to."""

    office: str
    group: str
    decree: str
    forms: dict[str, list[FormOfAddress]]
    """By language: to a woman, to a man, and where that is not known."""
    honorary: str
    """How an honorary holder is written to, where it is otherwise: a woman."""


@bp.get("/forms-of-address")
@staff()
def forms_of_address() -> ResponseReturnValue:
    """Every office in the order of protocol."""
    lines = [_line(form) for form in FORMS.values()]
    return render_template("contacts/forms_of_address.html", lines=lines, tongues=LANGUAGES)


def _line(form: Form) -> Line:
    written = {one: [_written(form, gender, one) for gender in GENDERS] for one in LANGUAGES}
    lady = written[language()][0]
    honorary = form_for(
        _quality(form, Standing.HONORARY), Person(Gender.FEMININE, "Dupont", "Dominique"), "fr"
    ).salutation
    title = lady.title or {"person": "", "desk": ""}.get(form.name, lady.address)
    group = str(KINDS[form.kind]) if form.kind else ""
    differs = form.kind is not None and honorary != written["fr"][0].salutation
    return Line(title, group, form.decree, written, honorary if differs else "")


def _written(form: Form, gender: Gender, tongue: str) -> FormOfAddress:
    return form_for(_quality(form, Standing.HELD), Person(gender, "Dupont", "Dominique"), tongue)


def _quality(form: Form, standing: Standing) -> Quality:
    return Quality(form.kind or Kind.ASSOCIATION, form.name, standing)
