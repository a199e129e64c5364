"""What the rule of an audience says, in a sentence and part by part, in the reader's language."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from outreach.campaigns.audiences.labels import CHOICES
from outreach.campaigns.audiences.rules import Condition, Field, Join, Node
from outreach.contacts.geography import COUNTRIES, DEPARTMENTS
from outreach.contacts.kinds import Kind
from outreach.contacts.labels import KINDS
from outreach.i18n import language, number

Events = Mapping[int, str]
"""What events are called, by number."""


def sentence_of(node: Node, events: Events) -> str:
    """The whole rule: « Ceux qui … et … »."""
    return str(_("Those who %(clauses)s.", clauses=clause(node, events, outermost=True)))


def clause(node: Node, events: Events, *, outermost: bool = False) -> str:
    """One part of the rule as it follows « ceux qui »."""
    if isinstance(node, Condition):
        said = _clause(node, events)
    else:
        each = [clause(part, events) for part in node.parts]
        said = (str(_(" and ")) if node.join is Join.ALL else str(_(" or "))).join(each)
        said = said if len(each) < 2 or (outermost and not node.negated) else f"({said})"
    return str(_("are not among those who %(clause)s", clause=said)) if node.negated else said


def _clause(asked: Condition, events: Events) -> str:
    names = _listed([value_label(asked.field, value) for value in asked.values])
    plain: Mapping[Field, str] = {
        Field.KIND: _("are of the kind %(names)s", names=names),
        Field.MANDATE: _("hold a mandate today as %(names)s", names=names),
        Field.DEPARTMENT: _("are in the département %(names)s", names=names),
        Field.REGION: _("are in the region %(names)s", names=names),
        Field.COUNTRY: _("are in the country %(names)s", names=names),
        Field.LANGUAGE: _("have as their language: %(names)s", names=names),
        Field.TAG: _("have the tag %(names)s", names=names),
        Field.ORGANISATION: _("belong to an organisation named with %(names)s", names=names),
        Field.SOURCE: _("have an address from a source named with %(names)s", names=names),
    }
    if asked.field in plain:
        return plain[asked.field]
    special = {Field.INHABITANTS: _inhabitants, Field.WRITTEN: _written, Field.ADDRESS: _address}
    return special[asked.field](asked) if asked.field in special else _answer(asked, events)


def _inhabitants(asked: Condition) -> str:
    if asked.most is None:
        return str(_("are in a commune of %(least)s inhabitants or more", least=number(asked.least or 0)))
    if asked.least is None:
        return str(_("are in a commune of %(most)s inhabitants at most", most=number(asked.most)))
    return str(
        _(
            "are in a commune of %(least)s to %(most)s inhabitants",
            least=number(asked.least),
            most=number(asked.most),
        )
    )


def _written(asked: Condition) -> str:
    days = asked.days or 0
    match asked.values:
        case ("within",):
            said = ngettext("were written to in the last day", "were written to in the last %(num)s days", days)
        case ("before",):
            said = ngettext("were last written to a day ago", "were last written to %(num)s days ago or more", days)
        case _:
            said = _("were never written to")
    return str(said)


def _address(asked: Condition) -> str:
    said = {
        "with": _("have a mail address"),
        "without": _("have no mail address"),
        "silenced": _("have an address that must not be written to"),
    }
    return str(said[asked.values[0]])


def _answer(asked: Condition, events: Events) -> str:
    event = events.get(asked.event_id or 0) or _("an event that is gone")
    said: Mapping[str, str] = {
        "invited": _("are invited to %(event)s", event=event),
        "waiting": _("have not answered the invitation to %(event)s", event=event),
        "answered": _("have answered the invitation to %(event)s", event=event),
        "yes": _("are coming to %(event)s", event=event),
        "no": _("are not coming to %(event)s", event=event),
        "excused": _("are excused from %(event)s", event=event),
        "represented": _("are represented at %(event)s", event=event),
    }
    return str(_(" or ")).join(said[value] for value in asked.values)


def value_label(about: Field, value: str) -> str:
    """What a value is called."""
    if about in {Field.KIND, Field.MANDATE}:
        return str(KINDS[Kind(value)])
    if about is Field.DEPARTMENT:
        return f"{DEPARTMENTS[value].name} ({value})"
    if about is Field.COUNTRY:
        return COUNTRIES[value].french if language() == "fr" else COUNTRIES[value].english
    if about in CHOICES:
        return str(CHOICES[about][value])
    return value if about is Field.REGION else str(_("“%(word)s”", word=value))


def _listed(names: Sequence[str]) -> str:
    """« a, b ou c »."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])}{_(' or ')}{names[-1]}"
