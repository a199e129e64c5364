"""The lanes: how many messages an hour each family of destinations is given."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts.guard import me, staff
from outreach.accounts.models import Role
from outreach.database import transaction
from outreach.delivery.pacing import lanes as pacing
from outreach.delivery.pacing.families import Family
from outreach.delivery.pacing.labels import CAUTIOUS, FAMILIES
from outreach.delivery.pacing.throttle import MOST, read_per_hour
from outreach.delivery.pages.base_views import bp
from outreach.errors import Refusal
from outreach.i18n import sentence


@bp.get("/lanes")
@staff()
def lanes() -> ResponseReturnValue:
    """The limits as they are."""
    limits = pacing.limits()
    return _page({family: str(limits.get(family, "")) for family in Family})


@bp.post("/lanes")
@staff(Role.ADMINISTER)
def save_lanes() -> ResponseReturnValue:
    """Keep them; what waits leaves at the new pace at once."""
    typed = {family: request.form.get(family.value, "") for family in Family}
    try:
        wanted = {family: read_per_hour(text, family.value) for family, text in typed.items()}
        with transaction():
            pacing.set_limits(wanted, me().id)
    except Refusal as refusal:
        return _page(typed, {refusal.field or "": sentence(refusal)}), 422
    flash(_("The rates are saved: they hold from now on."), "success")
    return redirect(url_for("delivery.lanes"), 303)


def _page(given: Mapping[Family, str], errors: Mapping[str, str] | None = None) -> str:
    return render_template(
        "delivery/lanes.html", FAMILIES=FAMILIES, CAUTIOUS=CAUTIOUS, given=given, errors=errors or {}, most=MOST
    )
