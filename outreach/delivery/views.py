"""Every page of this room, put together."""

from outreach.delivery.pacing import loads
from outreach.delivery.pages import (
    decision_views,
    history_views,
    lane_views,
    message_views,
    preview_views,
    report_views,
    supervision_views,
    turn_views,
)
from outreach.delivery.pages.base_views import bp

__all__ = [
    "bp",
    "decision_views",
    "history_views",
    "lane_views",
    "loads",
    "message_views",
    "preview_views",
    "report_views",
    "supervision_views",
    "turn_views",
]
