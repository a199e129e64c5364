"""One report that came back, and what followed from it."""

from flask import render_template
from flask.typing import ResponseReturnValue

from outreach.accounts.guard import staff
from outreach.accounts.models import Role
from outreach.delivery.pages.base_views import bp
from outreach.delivery.returns import queries
from outreach.delivery.returns.labels import CAUSES, KINDS


@bp.get("/reports/<int:report_id>")
@staff(Role.PREPARE, Role.SIGN)
def report(report_id: int) -> ResponseReturnValue:
    """What it says, as it was understood and as it came: its words quote addresses and, of absences, private life."""
    return render_template("delivery/report.html", report=queries.get_report(report_id), KINDS=KINDS, CAUSES=CAUSES)
