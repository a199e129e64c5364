"""How the service is, for machines: alive, ready, metrics."""

import hmac
import time

from flask import Blueprint, Response, current_app, g, jsonify, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST

from outreach.accounts.guard import public
from outreach.dashboard import health_queries
from outreach.dashboard.metrics import Meters
from outreach.database import now
from outreach.delivery.supervision.panel import panel
from outreach.engine import task_engine

bp = Blueprint("health", __name__)


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    """Each application counts for itself."""
    state.app.extensions["outreach.meters"] = Meters()


@bp.after_app_request
def _count(response: Response) -> Response:
    """Every request, by its route."""
    started = g.get("started")
    seconds = time.perf_counter() - started if started is not None else None
    _meters().count(
        request.url_rule.rule if request.url_rule else "none", request.method, response.status_code, seconds
    )
    return response


@bp.get("/health/live")
@public("supervisors ask it; it says only that the process answers")
def live() -> ResponseReturnValue:
    """The process answers; nothing else is asked."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/health/ready")
@public("load balancers ask it; it says ok or not, nothing else")
def ready() -> ResponseReturnValue:
    """The database answers and is at the revision this program needs; 503 otherwise. Who sends is only reported."""
    database, migrations = health_queries.readiness()
    found = health_queries.at_work(current_app.extensions["outreach.config"].data_dir, now())
    workers = {"workers": found.workers} if task_engine().calls_workers else {}
    fit = (database, migrations) == ("ok", "ok")
    answer = jsonify(ready=fit, database=database, migrations=migrations, engine=found.engine, **workers)
    return answer, 200 if fit else 503


@bp.get("/metrics")
@public("numbers without names; asks for METRICS_TOKEN when there is one")
def metrics() -> ResponseReturnValue:
    """Counters in Prometheus's text format."""
    token = current_app.extensions["outreach.config"].metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and not hmac.compare_digest(given.encode(), token.encode()):
        return Response("This needs the bearer token of the settings.\n", 401, {"WWW-Authenticate": "Bearer"})
    seen = panel(now(), current_app.extensions["outreach.config"].data_dir)
    return Response(_meters().text(health_queries.load(now()), seen), content_type=CONTENT_TYPE_LATEST)


def _meters() -> Meters:
    meters: Meters = current_app.extensions["outreach.meters"]
    return meters
