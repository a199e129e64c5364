"""Every page of this room, put together."""

from outreach.dashboard import answer_views, campaign_views, contact_views, home_views, travel_views, undo_views
from outreach.dashboard.base_views import bp

__all__ = ["answer_views", "bp", "campaign_views", "contact_views", "home_views", "travel_views", "undo_views"]
