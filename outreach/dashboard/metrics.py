"""Counters for a Prometheus server: requests of this process, and figures of the whole service."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from outreach.dashboard.health_queries import Load
from outreach.delivery.supervision.panel import Panel

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Meters:
    """What one web process has counted since it started."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "outreach_requests", "Requests answered.", ["route", "method", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "outreach_request_seconds", "Time to answer.", ["area"], buckets=BUCKETS, registry=self.registry
        )

    def count(self, route: str, method: str, status: int, seconds: float | None) -> None:
        """One request; `route` is the rule, which holds no token."""
        self._requests.labels(route, method if method in METHODS else "other", str(status)).inc()
        if seconds is not None:
            self._seconds.labels("staff" if route.startswith("/admin") else "public").observe(seconds)

    def text(self, load: Load, panel: Panel) -> bytes:
        """Everything in the text format."""
        return generate_latest(self.registry) + generate_latest(_figures(load)) + generate_latest(_sending(panel))


def _figures(load: Load) -> CollectorRegistry:
    registry = CollectorRegistry()
    messages = Gauge("outreach_messages", "Messages of campaigns by state.", ["state"], registry=registry)
    for state, count in load.messages.items():
        messages.labels(state).set(count)
    campaigns = Gauge("outreach_campaigns", "Campaigns by state.", ["state"], registry=registry)
    for state, count in load.campaigns.items():
        campaigns.labels(state).set(count)
    ages = Gauge("outreach_queue_age_seconds", "How late the oldest one due is.", ["queue"], registry=registry)
    for queue, age in (("messages", load.queue_age), ("retries", load.retry_age), ("notices", load.notice_age)):
        ages.labels(queue).set(age)
    Gauge("outreach_brake", "1 while everything is stopped.", registry=registry).set(load.braked)
    return registry


def _sending(panel: Panel) -> CollectorRegistry:
    """What the page of supervision shows."""
    registry = CollectorRegistry()
    rates = Gauge("outreach_accepted_per_minute", "Accepted by the relay, on average.", ["over"], registry=registry)
    speed = panel.speed
    for over, value in (("1m", speed.last_minute), ("10m", speed.ten_minutes), ("1h", speed.hour)):
        rates.labels(over).set(value)
    hour = Gauge("outreach_answers_last_hour", "What tries of the last hour ended in.", ["answer"], registry=registry)
    for answer in ("accepted", "put_off", "refused", "in_doubt"):
        hour.labels(answer).set(getattr(speed, answer))
    due = Gauge("outreach_due", "Due now by lane, each campaign counted up to about 1000.", ["lane"], registry=registry)
    for lane in panel.waiting.lanes:
        due.labels(lane.family.value).set(lane.due)
    due.labels("notices").set(panel.waiting.notices.due)
    hands = Gauge("outreach_in_hand", "Leased, by whether the sender lives.", ["sender"], registry=registry)
    hands.labels("alive").set(panel.in_hand)
    hands.labels("dead").set(sum(hand.count for hand in panel.stalled))
    Gauge("outreach_notices_in_doubt", "Notices in doubt.", registry=registry).set(panel.waiting.notices.in_doubt)
    Gauge("outreach_held", "Messages that a person holds.", registry=registry).set(panel.waiting.total("held"))
    Gauge("outreach_senders", "Threads that send and give signs.", registry=registry).set(panel.senders)
    Gauge("outreach_clock", "1 while a clock gives signs.", registry=registry).set(panel.clock is not None)
    Gauge("outreach_resting", "Senders that leave the relay alone.", registry=registry).set(len(panel.rests))
    return registry
