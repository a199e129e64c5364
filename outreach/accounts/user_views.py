"""Pages where administrators keep accounts and read the audit log."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone
from flask_babel import gettext as _

from outreach.accounts import actions, queries, views, wording
from outreach.accounts.guard import me, staff
from outreach.accounts.models import Role, User
from outreach.accounts.passwords import digest, make_password
from outreach.accounts.queries import AuditFilter
from outreach.database import now, transaction
from outreach.errors import Refusal
from outreach.i18n import LANGUAGES, sentence

bp = views.bp
"""The same blueprint: these are more of its pages."""


@bp.get("/users", endpoint="users")
@staff(Role.ADMINISTER)
def list_users() -> ResponseReturnValue:
    """Everybody who may sign in."""
    return render_template("accounts/users.html", users=queries.users(), roles=_role_names())


@bp.get("/users/new")
@staff(Role.ADMINISTER)
def new_user() -> ResponseReturnValue:
    """An empty form."""
    return _user_page(None)


@bp.post("/users/new")
@staff(Role.ADMINISTER)
def add_user() -> ResponseReturnValue:
    """Open an account and show, once, the password to hand over."""
    form, password = request.form, make_password()
    kept = digest(password)
    try:
        with transaction():
            user = actions.add_user(
                form.get("email", ""),
                form.get("name", ""),
                _roles(),
                kept,
                now(),
                language=_language(),
                temporary=True,
                by=me().id,
            )
    except Refusal as refusal:
        return _user_page(None, refusal)
    return render_template("accounts/password.html", user=user, password=password)


@bp.get("/users/<int:user_id>")
@staff(Role.ADMINISTER)
def edit_user(user_id: int) -> ResponseReturnValue:
    """One account."""
    return _user_page(queries.get_user(user_id))


@bp.post("/users/<int:user_id>")
@staff(Role.ADMINISTER)
def save_user(user_id: int) -> ResponseReturnValue:
    """Change what somebody is called and may do."""
    try:
        with transaction():
            actions.edit_user(user_id, request.form.get("name", ""), _roles(), _language(), me().id)
    except Refusal as refusal:
        return _user_page(queries.get_user(user_id), refusal)
    flash(_("The account is saved."), "success")
    return redirect(url_for("accounts.users"))


@bp.post("/users/<int:user_id>/close")
@staff(Role.ADMINISTER)
def close_user(user_id: int) -> ResponseReturnValue:
    """Close an account, confirmed by typing its address."""
    try:
        with transaction():
            actions.confirm_user(user_id, request.form.get("confirmation", ""))
            actions.close_user(user_id, now(), me().id)
    except Refusal as refusal:
        return _user_page(queries.get_user(user_id), refusal)
    flash(_("The account is closed; its sessions are ended."), "success")
    return redirect(url_for("accounts.users"))


@bp.post("/users/<int:user_id>/reopen")
@staff(Role.ADMINISTER)
def reopen_user(user_id: int) -> ResponseReturnValue:
    """Open a closed account again."""
    with transaction():
        actions.reopen_user(user_id, me().id)
    flash(_("The account is open again, with the password it had."), "success")
    return redirect(url_for("accounts.edit_user", user_id=user_id))


@bp.post("/users/<int:user_id>/password")
@staff(Role.ADMINISTER)
def reset_password(user_id: int) -> ResponseReturnValue:
    """Make somebody a new password and show it once."""
    password = make_password()
    kept = digest(password)
    with transaction():
        user = actions.reset_password(user_id, kept, now(), me().id)
    return render_template("accounts/password.html", user=user, password=password)


@bp.get("/audit")
@staff(Role.ADMINISTER)
def audit() -> ResponseReturnValue:
    """The log, newest first."""
    wanted = AuditFilter(
        action=request.args.get("action", ""),
        user_id=request.args.get("user", type=int),
        subject=request.args.get("subject", ""),
        subject_id=request.args.get("number", type=int),
        since=_midnight("since"),
        until=_midnight("until", timedelta(days=1)),
    )
    after, before = request.args.get("after", type=int), request.args.get("before", type=int)
    return render_template(
        "accounts/audit.html",
        page=queries.audit_page(wanted, after, before),
        actions=_named(queries.audit_actions(), wording.ACTIONS),
        subjects=_named(queries.audit_subjects(), wording.SUBJECTS),
        users=queries.users(),
        filtered=wanted != AuditFilter(),
        places=wording.PLACES,
        words={**wording.ACTIONS, **wording.SUBJECTS},
        details=wording.DETAILS,
        values=wording.VALUES,
    )


def _user_page(user: User | None, refusal: Refusal | None = None) -> ResponseReturnValue:
    errors = {refusal.field or "": sentence(refusal)} if refusal else {}
    given: dict[str, Any] = {"name": "", "email": "", "language": "fr", "roles": []}
    if user is not None:
        given = {"name": user.name, "email": user.email, "language": user.language, "roles": user.roles}
    if "name" in request.form:
        given |= {**request.form.to_dict(), "roles": request.form.getlist("roles")}
    options = [(role, _(name), _(hint)) for role, (name, hint) in wording.ROLES.items()]
    page = render_template("accounts/user.html", user=user, given=given, errors=errors, options=options)
    return page, refusal.status if refusal else 200


def _roles() -> list[Role]:
    chosen = request.form.getlist("roles")
    return [role for role in Role if role.value in chosen]


def _language() -> str:
    spoken = request.form.get("language", "")
    return spoken if spoken in LANGUAGES else "fr"


def _role_names() -> dict[str, str]:
    return {role: _(name) for role, (name, _hint) in wording.ROLES.items()}


def _named(codes: Collection[str], words: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(((code, _(words.get(code, code))) for code in codes), key=lambda one: one[1])


def _midnight(name: str, later: timedelta = timedelta(0)) -> datetime | None:
    """The beginning of the day that a filter names, in the installation's zone."""
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return datetime.combine(day + later, time(), get_timezone())
