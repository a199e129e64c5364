"""What offices and honours are called in pages."""

from flask_babel import gettext as _

from outreach.contacts.kinds import Gender
from outreach.contacts.labels import KINDS
from outreach.contacts.protocol.precedence import Quality
from outreach.contacts.protocol.table import FORMS, FUNCTIONS, OFFICES
from outreach.i18n import language


def office_label(row: str, gender: Gender = Gender.UNKNOWN) -> str:
    """An office in the language of the page: « Députée », « Députée / Député » where the gender is not known."""
    form = FORMS[row]
    tongue = language()
    known = form.title(tongue, gender)
    if gender is not Gender.UNKNOWN and known:
        return known
    hers, his = form.title(tongue, Gender.FEMININE), form.title(tongue, Gender.MASCULINE)
    return " / ".join(dict.fromkeys(filter(None, [hers, his])))


def quality_label(one: Quality, gender: Gender) -> str:
    """In what quality somebody is written to: « Maire honoraire », « Ancienne ministre » and the like in few words."""
    if not one.row:
        return ""
    label = office_label(one.row, gender)
    if one.standing.value == "honorary":
        return str(_("%(office)s (honorary)", office=label))
    if one.standing.value == "former":
        return str(_("%(office)s (former, the title stays)", office=label))
    return label


def office_choices() -> dict[str, list[tuple[str, str]]]:
    """The offices to choose from, under what the directory calls their holders, in the order of protocol."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in OFFICES:
        kind = FORMS[row].kind
        if kind is not None:
            found.setdefault(str(KINDS[kind]), []).append((row, office_label(row)))
    functions = [(row, office_label(row)) for row in FORMS if row in FUNCTIONS]
    return {**found, _("In an association, a CCAS, an institution"): functions}
