"""Pages of campaigns: the list, a campaign and its steps, its settings."""

from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts.guard import me, staff
from outreach.accounts.models import Role
from outreach.campaigns import actions, editing_views, queries
from outreach.campaigns.actions import Settings
from outreach.campaigns.blueprint import bp, to
from outreach.campaigns.forms import CampaignForm, read_settings
from outreach.campaigns.models import Campaign, LanguageMode
from outreach.campaigns.pages import frame, people_options
from outreach.campaigns.previews import people_of, previews, words_of
from outreach.contacts.labels import RULES
from outreach.database import now, transaction
from outreach.errors import NotFound, Refusal
from outreach.events.queries import events, get_event
from outreach.events.wording import in_language
from outreach.i18n import language, sentence

__all__ = ["bp", "editing_views"]


@bp.get("/")
@staff()
def index() -> ResponseReturnValue:
    """Every campaign, the newest first."""
    found = queries.campaigns(request.args.get("event", type=int))
    return render_template("campaigns/index.html", campaigns=found, any_event=bool(events()))


@bp.get("/new")
@staff(Role.PREPARE)
def create() -> ResponseReturnValue:
    """The form of a new campaign."""
    chosen = request.args.get("event", "")
    usual = {"purpose": "invitation", "languages": "recipient", "address_rule": "mandate"}
    return _settings_page({"event": chosen, **usual}, {})


@bp.post("/new")
@staff(Role.PREPARE)
def create_campaign() -> ResponseReturnValue:
    """Keep a new draft, then write its letter."""
    form = read_settings(request.form)
    if faults := form.faults():
        return _settings_page(request.form, faults)
    try:
        with transaction():
            event = get_event(request.form.get("event", 0, type=int))
            campaign = actions.create(event, _settings(form), now(), me().id)
    except NotFound:
        return _settings_page(request.form, {"event": Refusal("Choose the event.")})
    flash(_("The campaign is a draft. Write its letter."), "success")
    return to(campaign.id, "campaigns.letter")


@bp.get("/<int:campaign_id>")
@staff()
def show(campaign_id: int) -> ResponseReturnValue:
    """A campaign: its steps, what is missing, what it says, to whom, when."""
    campaign = queries.get_campaign(campaign_id)
    contact = request.args.get("contact", type=int)
    framed = frame(campaign, "campaigns.show")
    batches = queries.planned(campaign, framed["counted"].chosen)
    return render_template(
        "campaigns/show.html",
        **framed,
        sign_offs=queries.sign_offs_with_names(campaign),
        as_signed=queries.is_as_signed(campaign),
        previews=previews(campaign, contact, words_of(campaign)),
        people=people_options(people_of(campaign)),
        contact=contact,
        batches=batches,
        ends_at=queries.end_of(campaign, batches, now()),
    )


EDITED = ("name", "purpose", "sender_name", "sender_email", "reply_to", "address_rule")


@bp.get("/<int:campaign_id>/settings")
@staff(Role.PREPARE)
def settings(campaign_id: int) -> ResponseReturnValue:
    """The settings of a campaign as they are."""
    campaign = queries.get_campaign(campaign_id)
    given = {name: getattr(campaign, name) for name in EDITED}
    languages = "bilingual" if campaign.language_mode is LanguageMode.BILINGUAL else "recipient"
    return _settings_page({**given, "languages": languages}, {}, campaign)


@bp.post("/<int:campaign_id>/settings")
@staff(Role.PREPARE)
def save_settings(campaign_id: int) -> ResponseReturnValue:
    """Keep the settings; this ends a signature."""
    form = read_settings(request.form)
    if faults := form.faults():
        return _settings_page(request.form, faults, queries.get_campaign(campaign_id))
    with transaction():
        actions.edit_settings(queries.get_campaign(campaign_id), _settings(form), now(), me().id)
    flash(_("The settings of the campaign are saved."), "success")
    return to(campaign_id)


@bp.post("/<int:campaign_id>/void")
@staff(Role.PREPARE, Role.SIGN)
def void(campaign_id: int) -> ResponseReturnValue:
    """Take the sign-off back, to go on editing."""
    try:
        with transaction():
            actions.void(queries.get_campaign(campaign_id), now(), me().id)
    except Refusal as refusal:
        flash(sentence(refusal), "refusal")
        return to(campaign_id)
    flash(_("The sign-off is taken back: the campaign is a draft again."), "success")
    return to(campaign_id)


def _settings(form: CampaignForm) -> Settings:
    mode = LanguageMode.BILINGUAL if form.bilingual else LanguageMode.RECIPIENT
    sender = (form.sender_name, form.sender_email, form.reply_to)
    return Settings(form.name, form.purpose, mode, *sender, form.address_rule)


def _settings_page(given: Any, faults: dict[str, Refusal], campaign: Campaign | None = None) -> ResponseReturnValue:
    page = render_template(
        "campaigns/settings.html",
        given=given,
        errors={field: sentence(refusal) for field, refusal in faults.items()},
        campaign=campaign,
        rules=[(rule.value, str(label)[:1].upper() + str(label)[1:]) for rule, label in RULES.items()],
        events=[(event.id, in_language(event.title, language())) for event in events()],
    )
    return page, 422 if faults else 200
