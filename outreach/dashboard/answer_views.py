"""Who answered what, who has not answered, and both as files. For those who may see answers."""

from typing import Literal

from flask import render_template, request
from flask.typing import ResponseReturnValue

from outreach.accounts.guard import staff
from outreach.accounts.models import Role
from outreach.dashboard import answer_queries, answer_row_queries, answer_tables, chain_queries, event_queries
from outreach.dashboard.asking import Filters
from outreach.dashboard.base_views import asked_event, bp, download, nothing_yet, wanted_event
from outreach.events.models import Event
from outreach.events.wording import in_language
from outreach.i18n import language


@bp.get("/answers/")
@staff(Role.READ)
def answers() -> ResponseReturnValue:
    """The list: searched, filtered, sorted, paged."""
    event = asked_event()
    if event is None:
        return nothing_yet()
    filters = Filters.parse(event.id, request.args)
    page = answer_queries.page(filters)
    return render_template(
        "dashboard/answers.html",
        event=event,
        events=event_queries.all_events(),
        filters=filters,
        page=page,
        rows=answer_row_queries.rows(page.ids),
        relay=next(iter(chain_queries.nodes([filters.through or 0])), None),
    )


@bp.get("/answers/export.<any(csv, xlsx):form>")
@staff(Role.READ)
def export_answers(form: Literal["csv", "xlsx"]) -> ResponseReturnValue:
    """The filtered list as a file."""
    event = wanted_event()
    rows = answer_row_queries.everyone(Filters.parse(event.id, request.args))
    return download(answer_tables.answers(rows, _titles(event), event.timezone, event.slug), form)


@bp.get("/answers/needs.<any(csv, xlsx):form>")
@staff(Role.READ)
def export_needs(form: Literal["csv", "xlsx"]) -> ResponseReturnValue:
    """What people need in order to take part: a file of its own, never among the answers."""
    event = wanted_event()
    return download(answer_tables.needs(answer_row_queries.needs(event.id), event.slug), form)


def _titles(event: Event) -> dict[int, str]:
    return {one.id: in_language(one.title, language()) for one in event.sessions}
