"""Counters for a Prometheus server: requests of this process, and figures of the whole service."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from outreach.dashboard.health_queries import Load

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

    def text(self, load: Load) -> bytes:
        """Everything in the text format."""
        return generate_latest(self.registry) + generate_latest(_figures(load))


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
