"""The life of one message: everything that happened to it, what it says now, what can be done."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts.guard import me, staff
from outreach.accounts.models import Role
from outreach.database import now
from outreach.delivery.history import queries as history_queries
from outreach.delivery.history import story
from outreach.delivery.history.queries import Sheet
from outreach.delivery.history.wording import in_words
from outreach.delivery.labels import PURPOSES
from outreach.delivery.pages.base_views import bp
from outreach.delivery.remedies.choices import choices
from outreach.delivery.returns import queries as returns
from outreach.delivery.returns.labels import CAUSES, KINDS
from outreach.delivery.returns.models import ReturnedReport
from outreach.delivery.states import MessageState
from outreach.delivery.supervision.watching import living
from outreach.i18n import moment


@bp.get("/messages/<int:message_id>")
@staff()
def message(message_id: int) -> ResponseReturnValue:
    """One message of a campaign."""
    return _page(history_queries.message_sheet(message_id))


@bp.get("/notices/<int:notice_id>")
@staff()
def notice(notice_id: int) -> ResponseReturnValue:
    """One notice."""
    return _page(history_queries.notice_sheet(notice_id))


def _page(sheet: Sheet) -> str:
    life = replace(sheet.life, is_stalled=_is_stalled(sheet))
    offered = choices(life.state, is_held=life.is_held, may_leave=sheet.may_leave) if me().can(Role.SIGN) else []
    return render_template(
        "delivery/history.html",
        sheet=sheet,
        life=life,
        at=now(),
        standing=_(story.standing(life, now())),
        moments=[_line(one) for one in story.moments(life)],
        choices=offered,
        reports=_reports(sheet),
        KINDS=KINDS,
        CAUSES=CAUSES,
        ours=in_words(life.said),
        PURPOSES=PURPOSES,
    )


def _is_stalled(sheet: Sheet) -> bool:
    """True while it is in the hand of a sender that died."""
    owner, folder = sheet.row.owner or "", Path(current_app.config["DATA_DIR"])
    return sheet.row.state is MessageState.LEASED and not living([owner], folder)


def _reports(sheet: Sheet) -> Sequence[ReturnedReport]:
    if sheet.is_notice:
        return returns.reports_of_notice(sheet.row.id)
    return returns.reports_of_message(sheet.row.id)


def _line(one: story.Moment) -> Mapping[str, Any]:
    """One entry of the timeline, in the reader's language."""
    values = {key: moment(value) if key == "moment" else value for key, value in one.values.items()}
    ours = in_words(one.said)
    return {
        "at": one.at,
        "shown": moment(one.at, "d MMM y, HH:mm:ss"),
        "title": _(one.title, **values),
        "text": ours or (_(one.text) if one.text else ""),
        "said": "" if ours else one.said,
        "by": one.by,
        "tone": one.tone,
    }
