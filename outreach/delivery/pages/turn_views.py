"""The turns of a campaign: sign it off, launch, pause, resume, stop; and the brake that stops everything."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts.guard import me, path_within, staff
from outreach.accounts.models import Role
from outreach.campaigns import actions as campaigns
from outreach.campaigns.lifecycle import CampaignState
from outreach.campaigns.pages import frame
from outreach.campaigns.queries import current_sign_off, end_of, get_campaign, planned
from outreach.database import now, transaction
from outreach.delivery import brake, launching, queries
from outreach.delivery.letters.preview import proofs, weight_fault
from outreach.delivery.pages.base_views import back, bp, onwards
from outreach.i18n import moment, number, sentence

STOP = "STOP"
"""What is typed to stop a campaign for good, in either language."""


@bp.get("/campaigns/<int:campaign_id>/approve")
@staff(Role.SIGN)
def approve(campaign_id: int) -> ResponseReturnValue:
    """What would be signed: the letters as they leave, to whom, when; and what is still missing."""
    campaign = get_campaign(campaign_id)
    framed = frame(campaign, "delivery.approve")
    batches = planned(campaign, framed["counted"].chosen)
    fault = weight_fault(campaign) if not framed["missing"] else None
    return render_template(
        "delivery/approve.html",
        **framed,
        batches=batches,
        ends_at=end_of(campaign, batches, now()),
        proofs=proofs(campaign) if not framed["missing"] else [],
        too_heavy=sentence(fault) if fault else "",
    )


@bp.post("/campaigns/<int:campaign_id>/approve")
@staff(Role.SIGN)
def sign(campaign_id: int) -> ResponseReturnValue:
    """Sign it off and freeze the list of its messages."""
    recipients = launching.listed(campaign_id, now())
    with transaction():
        total = launching.approve(get_campaign(campaign_id), me().id, now(), recipients)
    flash(_("The campaign is signed off: %(count)s messages are ready.", count=number(total)), "success")
    return redirect(url_for("delivery.launch", campaign_id=campaign_id), 303)


@bp.get("/campaigns/<int:campaign_id>/launch")
@staff(Role.SIGN)
def launch(campaign_id: int) -> ResponseReturnValue:
    """How many messages would leave, and when the first batch does."""
    campaign = get_campaign(campaign_id)
    return render_template(
        "delivery/launch.html",
        campaign=campaign,
        standing=queries.standing(campaign, now()),
        batches=planned(campaign, 0) if campaign.state is not CampaignState.DRAFT else (),
        sign_off=current_sign_off(campaign),
        at=now(),
    )


@bp.post("/campaigns/<int:campaign_id>/launch")
@staff(Role.SIGN)
def launch_now(campaign_id: int) -> ResponseReturnValue:
    """Let it leave at its hours."""
    with transaction():
        campaign = get_campaign(campaign_id)
        launching.launch(campaign, now(), me().id)
        first = launching.first_batch_at(campaign)
    said = _("The campaign is launched. Its first batch leaves on %(moment)s.", moment=moment(first)) if first else ""
    flash(said or _("The campaign is launched."), "success")
    return onwards(campaign_id)


@bp.post("/campaigns/<int:campaign_id>/pause")
@staff(Role.PREPARE, Role.SIGN)
def pause(campaign_id: int) -> ResponseReturnValue:
    """Hold everything that has not left."""
    with transaction():
        campaigns.pause(get_campaign(campaign_id), now(), me().id)
    flash(_("The campaign is paused: nothing more leaves until it is resumed."), "success")
    return back(campaign_id)


@bp.post("/campaigns/<int:campaign_id>/resume")
@staff(Role.PREPARE, Role.SIGN)
def resume(campaign_id: int) -> ResponseReturnValue:
    """Let it go on."""
    with transaction():
        launching.resume(get_campaign(campaign_id), now(), me().id)
    flash(_("The campaign goes on."), "success")
    return back(campaign_id)


@bp.get("/campaigns/<int:campaign_id>/stop")
@staff(Role.PREPARE, Role.SIGN)
def stop(campaign_id: int) -> ResponseReturnValue:
    """What stopping would do, and to how many."""
    return _stop_page(campaign_id)


@bp.post("/campaigns/<int:campaign_id>/stop")
@staff(Role.PREPARE, Role.SIGN)
def stop_now(campaign_id: int) -> ResponseReturnValue:
    """End it, once confirmed by typing."""
    if request.form.get("confirmation", "").strip().upper() != STOP:
        return _stop_page(campaign_id, _("Type %(word)s to confirm.", word=STOP)), 422
    with transaction():
        cancelled = launching.stop(get_campaign(campaign_id), now(), me().id)
    flash(_("The campaign is stopped: %(count)s messages will never leave.", count=number(cancelled)), "success")
    return onwards(campaign_id)


@bp.post("/stop-everything")
@staff(Role.PREPARE, Role.SIGN)
def stop_everything() -> ResponseReturnValue:
    """One button, at once, on every machine: nothing leaves until somebody lets it go."""
    brake.stop_everything("", me().id)
    flash(_("Everything is stopped. Nothing leaves until somebody who signs lets it go."), "warning")
    return redirect(path_within(request.referrer) or url_for("campaigns.index"), 303)


@bp.post("/let-go")
@staff(Role.SIGN)
def let_go() -> ResponseReturnValue:
    """Let messages leave again."""
    with transaction():
        brake.let_go(me().id)
    flash(_("Messages leave again; campaigns go on where they were."), "success")
    return redirect(path_within(request.referrer) or url_for("campaigns.index"), 303)


def _stop_page(campaign_id: int, error: str = "") -> str:
    campaign = get_campaign(campaign_id)
    standing = queries.standing(campaign, now())
    return render_template("delivery/stop.html", campaign=campaign, standing=standing, word=STOP, error=error)
