"""Every page of this room, put together."""

from outreach.rsvp import answer_views, invitation_views, line_views, lost_views, pass_views, staff_views, waiting_views
from outreach.rsvp.base_views import bp

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
