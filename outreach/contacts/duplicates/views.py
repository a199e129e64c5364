"""Pages of those who may be in the directory twice: the list, what is decided of a pair, looking again."""

from typing import Any

from babel.numbers import format_decimal
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts.guard import me, staff
from outreach.accounts.models import Role
from outreach.contacts import views
from outreach.contacts.duplicates import deciding, queries
from outreach.contacts.duplicates.finding import count_waiting, start_over
from outreach.contacts.duplicates.queries import Level, PairFilters
from outreach.contacts.duplicates.wording import LEVELS, STATES, level, reasons
from outreach.database import now, transaction
from outreach.i18n import language

bp = views.bp


@bp.app_template_filter("reasons")
def reasons_of(pair: Any) -> list[tuple[object, float]]:
    """Why two contacts look alike, in words and with weights."""
    return [*reasons(pair)]


@bp.app_template_filter("weight")
def weight_of(value: float) -> str:
    """A score or a weight with two decimals, as the language writes it."""
    return format_decimal(value, "0.00", "en_GB" if language() == "en" else "fr_FR")


@bp.app_template_filter("likeness")
def likeness_of(pair: Any) -> Level:
    """How sure it is that two contacts are one."""
    return level(pair)


@bp.get("/duplicates")
@staff()
def duplicates() -> ResponseReturnValue:
    """Pairs of contacts that look alike, the most alike first."""
    filters = PairFilters.parse(request.args)
    return render_template(
        "contacts/duplicates.html",
        filters=filters,
        page=queries.page(filters),
        counts=queries.counts(),
        check=queries.check(),
        waiting=count_waiting(),
        LEVELS=LEVELS,
        STATES=STATES,
    )


@bp.post("/duplicates/look")
@staff(Role.PREPARE)
def look_for_duplicates() -> ResponseReturnValue:
    """Have everybody compared again by the engine."""
    with transaction():
        start_over()
    flash(_("Everybody is being compared again. You can leave this page."))
    return redirect(url_for(".duplicates"))


@bp.post("/duplicates/<int:pair_id>/decide")
@staff(Role.PREPARE)
def decide_duplicate(pair_id: int) -> ResponseReturnValue:
    """These two are different; or may be the same after all."""
    different = "reopen" not in request.form
    with transaction():
        decide = deciding.tell_apart if different else deciding.reopen
        decide(queries.get_pair(pair_id), now(), me().id)
    flash(_("Noted: they are different. Nobody will be asked again.") if different else _("To be decided again."))
    return redirect(url_for(".duplicates"))
