"""Every page of this room, put together."""

from outreach.rsvp.base_views import bp
from outreach.rsvp.pages import answer_views, invitation_views, lost_views, staff_views
from outreach.rsvp.passes import views as pass_views
from outreach.rsvp.waiting import line_views
from outreach.rsvp.waiting import views as waiting_views

__all__ = [
    "answer_views",
    "bp",
    "invitation_views",
    "line_views",
    "lost_views",
    "pass_views",
    "staff_views",
    "waiting_views",
]
