"""Supervision: who is at work, what waits and in which lane, how fast it leaves, what is stuck."""

from pathlib import Path

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from outreach.accounts.guard import staff
from outreach.accounts.models import Role
from outreach.database import now, transaction
from outreach.delivery.labels import DOINGS, PROCESSES, PURPOSES, QUEUES
from outreach.delivery.pacing.labels import FAMILIES
from outreach.delivery.pages.base_views import bp
from outreach.delivery.remedies.choices import choices
from outreach.delivery.states import MessageState
from outreach.delivery.supervision.panel import panel, settle_stalled
from outreach.delivery.supervision.queries import MANY
from outreach.presence import Presence


@bp.get("/supervision")
@staff(Role.ADMINISTER, Role.SIGN)
def supervision() -> ResponseReturnValue:
    """The panel; asked for by a page that looks again, only what changes in it."""
    is_fragment = "HX-Request" in request.headers and "HX-Boosted" not in request.headers
    return render_template(
        "delivery/_supervision.html" if is_fragment else "delivery/supervision.html",
        panel=panel(now(), _folder()),
        choices=choices(MessageState.IN_DOUBT),
        many=MANY,
        FAMILIES=FAMILIES,
        PROCESSES=PROCESSES,
        DOINGS=DOINGS,
        PURPOSES=PURPOSES,
        queues_of=_queues_of,
    )


@bp.post("/supervision/settle-stalled")
@staff(Role.ADMINISTER, Role.SIGN)
def settle_what_stalled() -> ResponseReturnValue:
    """Settle what senders that died had in hand, without waiting for the next one to start."""
    with transaction():
        count = settle_stalled(now(), _folder())
    flash(ngettext("%(num)d message was settled.", "%(num)d messages were settled.", count), "success")
    return redirect(url_for("delivery.supervision"), 303)


def _queues_of(process: Presence) -> str:
    return ", ".join(str(QUEUES.get(name, name)) for name in process.queues.split(","))


def _folder() -> Path:
    return Path(current_app.config["DATA_DIR"])
