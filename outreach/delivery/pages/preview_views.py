"""Looking before anything leaves: the letter as a real recipient, the proof sheet, a test to oneself."""

from flask import flash, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts.guard import me, staff
from outreach.accounts.models import Role
from outreach.campaigns.queries import get_campaign
from outreach.contacts.labels import KINDS
from outreach.delivery.letters import preview as previews
from outreach.delivery.letters.headers import Mailbox
from outreach.delivery.letters.layout import LARGEST
from outreach.delivery.mailer import NotSent, send_single
from outreach.delivery.pages.base_views import back, bp
from outreach.delivery.wire.opening import Unavailable
from outreach.errors import Refusal
from outreach.i18n import sentence


@bp.get("/campaigns/<int:campaign_id>/preview")
@staff(Role.PREPARE, Role.SIGN)
def preview(campaign_id: int) -> ResponseReturnValue:
    """The message itself, for a sandboxed frame: its HTML, or its text with `?part=text`."""
    g.framed = True
    try:
        shown = _shown(campaign_id)
    except Refusal as refusal:
        return render_template("delivery/frame.html", text=sentence(refusal)), refusal.status
    if request.args.get("part") == "text":
        return render_template("delivery/frame.html", text=shown.text, shown=shown)
    return shown.html


@bp.get("/campaigns/<int:campaign_id>/preview-page")
@staff(Role.PREPARE, Role.SIGN)
def preview_page(campaign_id: int) -> ResponseReturnValue:
    """The same in a frame as wide as a desk or a telephone, with a choice of recipients and languages."""
    campaign = get_campaign(campaign_id)
    refusal, shown, contact = "", None, None
    try:
        contact = previews.recipient(campaign, _contact_id())
        shown = previews.shown(campaign, contact, _language())
    except Refusal as reason:
        refusal = sentence(reason)
    return render_template(
        "delivery/preview.html",
        campaign=campaign,
        proofs=previews.proofs(campaign),
        contact=contact,
        shown=shown,
        refusal=refusal,
        largest=LARGEST,
    )


@bp.get("/campaigns/<int:campaign_id>/proofs")
@staff(Role.PREPARE, Role.SIGN)
def proofs(campaign_id: int) -> ResponseReturnValue:
    """One real recipient of every kind and language, and how the letter opens for them."""
    campaign = get_campaign(campaign_id)
    return render_template("delivery/proofs.html", campaign=campaign, proofs=previews.proofs(campaign), KINDS=KINDS)


@bp.post("/campaigns/<int:campaign_id>/test")
@staff(Role.PREPARE, Role.SIGN)
def test_send(campaign_id: int) -> ResponseReturnValue:
    """Send the letter to oneself, and say what became of it."""
    campaign = get_campaign(campaign_id)
    to = Mailbox(me().name, me().email)
    letter = previews.trial(campaign, previews.recipient(campaign, _contact_id()), to, _language(), _marked)
    try:
        send_single(letter)
    except NotSent as refusal:
        flash(sentence(refusal), "error")
    except Unavailable as reason:
        flash(_("The relay cannot be reached (%(reason)s).", reason=str(reason)), "error")
    else:
        flash(_("The relay accepted a test for %(address)s.", address=to.address), "success")
    return back(campaign_id)


def _marked(subject: str) -> str:
    return str(_("Test: %(subject)s", subject=subject))


def _shown(campaign_id: int) -> previews.Shown:
    campaign = get_campaign(campaign_id)
    return previews.shown(campaign, previews.recipient(campaign, _contact_id()), _language())


def _contact_id() -> int | None:
    return request.values.get("as", type=int)


def _language() -> str | None:
    asked = request.values.get("language")
    return asked if asked in {"fr", "en", "both"} else None
