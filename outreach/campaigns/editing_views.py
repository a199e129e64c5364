"""The three editors of a campaign: letter, audience, calendar. Each shows its outcome before it is saved."""

from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts.guard import me, staff
from outreach.accounts.models import Role
from outreach.campaigns import actions, queries
from outreach.campaigns.audience import Reason, Rule
from outreach.campaigns.audience_queries import CHOSEN, page_of_contacts
from outreach.campaigns.audiences import tallies
from outreach.campaigns.audiences.jobs import count_audience_of
from outreach.campaigns.audiences.queries import audiences
from outreach.campaigns.blueprint import bp, to
from outreach.campaigns.calendar_form import calendar_fields, next_working_morning, read_calendar
from outreach.campaigns.forms import as_typed, read_audience
from outreach.campaigns.labels import LANGUAGES, PLACES, REASONS, REPLIES, weekdays
from outreach.campaigns.models import Campaign
from outreach.campaigns.pages import frame, people_options
from outreach.campaigns.placeholders import PLACEHOLDERS
from outreach.campaigns.planning import plan
from outreach.campaigns.previews import people_of, previews, words_of
from outreach.contacts.geography import COUNTRIES, REGIONS
from outreach.contacts.labels import KINDS
from outreach.contacts.searching.listing import listed
from outreach.contacts.searching.search import tags
from outreach.database import now, transaction
from outreach.errors import NotFound, Refusal
from outreach.events.labels import errors_of
from outreach.i18n import language

Words = dict[str, tuple[str, str]]


@bp.get("/<int:campaign_id>/letter")
@staff(Role.PREPARE)
def letter(campaign_id: int) -> ResponseReturnValue:
    """The letter in both languages, side by side, as it is kept."""
    campaign = queries.get_campaign(campaign_id)
    return _letter_page(campaign, words_of(campaign), {})


@bp.post("/<int:campaign_id>/letter")
@staff(Role.PREPARE)
def save_letter(campaign_id: int) -> ResponseReturnValue:
    """Keep both languages; this ends a signature. What is still missing is said, and keeps nothing from being saved."""
    words = _typed()
    try:
        with transaction():
            campaign = queries.get_campaign(campaign_id)
            for code, (subject, body) in words.items():
                actions.edit_letter(campaign, code, subject, body, now(), me().id)
    except Refusal as refusal:
        return _letter_page(queries.get_campaign(campaign_id), words, errors_of(refusal))
    flash(_("The letter is saved."), "success")
    return to(campaign_id, "campaigns.letter")


@bp.post("/<int:campaign_id>/letter/preview")
@staff(Role.PREPARE)
def preview(campaign_id: int) -> ResponseReturnValue:
    """What is typed, as one recipient would read it; saves nothing. A whole page where there is no script."""
    campaign = queries.get_campaign(campaign_id)
    if not request.headers.get("HX-Request"):
        return _letter_page(campaign, _typed(), {})
    shown = previews(campaign, _contact(), _typed())
    return render_template("campaigns/_previews.html", previews=shown)


@bp.get("/<int:campaign_id>/audience")
@staff(Role.PREPARE)
def audience(campaign_id: int) -> ResponseReturnValue:
    """The rule as it is kept, or as the address says it, with its count."""
    campaign = queries.get_campaign(campaign_id)
    if not request.args.get("try"):
        return _audience_page(campaign, queries.scope_of(campaign).rule, {}, campaign.audience_id)
    try:
        return _audience_page(campaign, read_audience(dict(request.args.lists())), {}, _saved())
    except Refusal as refusal:
        return _audience_page(campaign, as_typed(dict(request.args.lists())), errors_of(refusal), _saved())


@bp.post("/<int:campaign_id>/audience")
@staff(Role.PREPARE)
def save_audience(campaign_id: int) -> ResponseReturnValue:
    """Keep the rule; this ends a signature."""
    try:
        rule = read_audience(dict(request.form.lists()))
        with transaction():
            actions.set_audience(queries.get_campaign(campaign_id), rule, now(), me().id, _saved())
        count_audience_of(campaign_id)
    except Refusal as refusal:
        return _audience_page(
            queries.get_campaign(campaign_id), as_typed(dict(request.form.lists())), errors_of(refusal), _saved()
        )
    flash(_("The audience is saved."), "success")
    return to(campaign_id, "campaigns.audience")


@bp.get("/<int:campaign_id>/audience/<verdict>")
@staff(Role.PREPARE, Role.SIGN, Role.READ)
def people(campaign_id: int, verdict: str) -> ResponseReturnValue:
    """Who is written to, or left out for one reason."""
    if verdict != CHOSEN and verdict not in list(Reason):
        raise NotFound("There is no such list.")
    campaign = queries.get_campaign(campaign_id)
    scope = queries.scope_of(campaign)
    counted = tallies.counted(scope)
    numbers, following = page_of_contacts(scope, verdict, request.args.get("after", ""))
    return render_template(
        "campaigns/people.html",
        campaign=campaign,
        title=_("Those written to")
        if verdict == CHOSEN
        else _("Left out: %(reason)s", reason=REASONS[Reason(verdict)]),
        count=counted.chosen if verdict == CHOSEN else counted.left_out.get(Reason(verdict), 0),
        contacts=listed(numbers),
        following=following,
    )


@bp.get("/<int:campaign_id>/calendar")
@staff(Role.PREPARE)
def calendar(campaign_id: int) -> ResponseReturnValue:
    """When the campaign leaves, as it is kept or as the address says it, with the plan of its batches."""
    campaign = queries.get_campaign(campaign_id)
    if request.args.get("try"):
        return _calendar_page(campaign, request.args, "")
    kept = calendar_fields(queries.kept_calendar(campaign))
    kept["starts_at"] = kept["starts_at"] or next_working_morning(now(), campaign.event.timezone)
    return _calendar_page(campaign, kept, "")


@bp.post("/<int:campaign_id>/calendar")
@staff(Role.PREPARE)
def save_calendar(campaign_id: int) -> ResponseReturnValue:
    """Keep the calendar; this ends a signature."""
    try:
        with transaction():
            campaign = queries.get_campaign(campaign_id)
            wanted = read_calendar(request.form, now(), campaign.event.timezone)
            actions.set_calendar(campaign, wanted, now(), me().id)
    except Refusal as refusal:
        return _calendar_page(queries.get_campaign(campaign_id), request.form, refusal.field or "starts_at", refusal)
    flash(_("The calendar is saved."), "success")
    return to(campaign_id, "campaigns.calendar")


def _typed() -> Words:
    return {
        code: (request.form.get(f"subject_{code}", ""), request.form.get(f"body_{code}", "")) for code in ("fr", "en")
    }


def _contact() -> int | None:
    return request.values.get("contact", type=int)


def _letter_page(campaign: Campaign, words: Words, errors: dict[str, str]) -> ResponseReturnValue:
    found = people_of(campaign)
    contact = _contact() or (found[0].id if found else None)
    page = render_template(
        "campaigns/letter.html",
        **frame(campaign, "campaigns.letter"),
        words=words,
        errors=errors,
        people=people_options(found),
        contact=contact,
        previews=previews(campaign, contact, words),
        placeholders=[(one.name, one.meaning, one.per_recipient) for one in PLACEHOLDERS.values()],
    )
    return page, 422 if errors else 200


def _saved() -> int | None:
    """The saved audience that was chosen, unless it is gone by now."""
    wanted = request.values.get("saved", type=int)
    return next((one.id for one in audiences() if one.id == wanted), None)


def _audience_page(
    campaign: Campaign, rule: Rule, errors: dict[str, str], saved: int | None = None
) -> ResponseReturnValue:
    tried = not errors and (rule, saved) != (queries.scope_of(campaign).rule, campaign.audience_id)
    framed = frame(campaign, "campaigns.audience")
    if tried:
        framed["counted"] = tallies.tried(queries.scope_with(campaign, rule, saved))
    framed |= {"rule": rule, "tried": tried, "errors": errors, "saved": saved}
    page = render_template("campaigns/audience.html", **framed, **_audience_choices())
    return page, 422 if errors else 200


def _audience_choices() -> dict[str, Any]:
    french = language() == "fr"
    countries = sorted((one.french if french else one.english, one.code) for one in COUNTRIES.values())
    return {
        "KINDS": [(kind.value, label) for kind, label in KINDS.items()],
        "REGIONS": [(region, region) for region in REGIONS],
        "LANGUAGES": list(LANGUAGES.items()),
        "REPLIES": list(REPLIES.items()),
        "COUNTRIES": [(code, name) for name, code in countries],
        "known_tags": tags(),
        "audiences": audiences(),
    }


def _calendar_page(campaign: Campaign, given: Any, field: str, refusal: Refusal | None = None) -> ResponseReturnValue:
    framed = frame(campaign, "campaigns.calendar")
    batches: tuple[Any, ...] = ()
    ends_at = None
    try:
        wanted = read_calendar(given, now(), campaign.event.timezone)
        batches = plan(framed["counted"].chosen, wanted)
        ends_at = queries.end_of(campaign, batches, now(), wanted)
    except Refusal as wrong:
        refusal, field = refusal or wrong, field or wrong.field or "starts_at"
    page = render_template(
        "campaigns/calendar.html",
        **framed,
        given=given,
        errors={key or field: words for key, words in errors_of(refusal).items()} if refusal else {},
        batches=batches,
        ends_at=ends_at,
        PLACES=list(PLACES.items()),
        WEEKDAYS=weekdays(),
    )
    return page, 422 if refusal else 200
