"""How far an invitation travelled: the tree of who passed it on. For those who may see answers."""

from typing import Literal

from flask import render_template, request
from flask.typing import ResponseReturnValue

from outreach.accounts.guard import staff
from outreach.accounts.models import Role
from outreach.dashboard import answer_tables, chain_queries, event_queries, reach_queries
from outreach.dashboard.base_views import asked_event, bp, download, is_fragment, nothing_yet, wanted_event
from outreach.database import now
from outreach.events.queries import get_event


@bp.get("/travel")
@staff(Role.READ)
def travel() -> ResponseReturnValue:
    """Numbers, map and the first level of the tree."""
    event = asked_event()
    if event is None:
        return nothing_yet()
    level = chain_queries.roots(event.id, request.args.get("after"))
    if is_fragment():
        return render_template("dashboard/_level.html", level=level, parent=None, event=event)
    journey = chain_queries.journey(event.id)
    return render_template(
        "dashboard/travel.html",
        event=event,
        events=event_queries.all_events(),
        level=level,
        journey=journey,
        reach=reach_queries.reach(event.id, journey.chain, now()),
    )


@bp.get("/travel/<int:invitation_id>")
@staff(Role.READ)
def travel_from(invitation_id: int) -> ResponseReturnValue:
    """Those who came through one person: the next level of the tree, or a page of its own."""
    node = chain_queries.get_node(invitation_id)
    level = chain_queries.children(invitation_id, request.args.get("after"))
    event = get_event(node.event_id)
    if is_fragment():
        return render_template("dashboard/_level.html", level=level, parent=node, event=event)
    above = chain_queries.line_of(invitation_id)
    return render_template("dashboard/travel_from.html", node=node, level=level, above=above, event=event)


@bp.get("/travel/export.<any(csv, xlsx):form>")
@staff(Role.READ)
def export_travel(form: Literal["csv", "xlsx"]) -> ResponseReturnValue:
    """Everybody who came through others, as a file."""
    event = wanted_event()
    return download(answer_tables.chain(chain_queries.everyone(event.id), event.timezone, event.slug), form)
