"""The dashboard of an event."""

from flask import render_template
from flask.typing import ResponseReturnValue

from outreach.accounts.guard import staff
from outreach.dashboard import event_queries, overview_queries
from outreach.dashboard.base_views import asked_event, bp, is_fragment, nothing_yet, sees_answers
from outreach.database import now


@bp.get("/")
@staff()
def home() -> ResponseReturnValue:
    """How an event stands; while a campaign runs, the page asks again for its middle."""
    event = asked_event()
    if event is None:
        return nothing_yet()
    page = overview_queries.overview(event, now(), sees_answers())
    template = "dashboard/_home.html" if is_fragment() else "dashboard/home.html"
    return render_template(template, page=page, events=event_queries.all_events(), at=now())
