"""The history of a contact."""

from flask import render_template
from flask.typing import ResponseReturnValue

from outreach.accounts.guard import staff
from outreach.contacts.queries import get_contact
from outreach.dashboard import history_queries
from outreach.dashboard.base_views import bp, is_fragment, sees_answers


@bp.get("/contacts/<int:contact_id>/history")
@staff()
def contact_history(contact_id: int) -> ResponseReturnValue:
    """What a contact received, answered and passed on, and what was changed."""
    contact = get_contact(contact_id)
    entries = history_queries.history_of(contact, sees_answers(), with_changes=not is_fragment())
    template = "dashboard/_history.html" if is_fragment() else "dashboard/history.html"
    return render_template(template, contact=contact, entries=entries)
