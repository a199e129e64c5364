"""Pages to sign in and out, and of one's own account."""

from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts import actions, queries
from outreach.accounts.guard import cookie_name, me, path_within, public, signed_in, staff
from outreach.accounts.networks import network_of
from outreach.accounts.passwords import SHORTEST, Change
from outreach.accounts.sessions import LIFETIME
from outreach.database import now, transaction
from outreach.errors import Refusal, TooMany
from outreach.i18n import LANGUAGES, sentence

bp = Blueprint("accounts", __name__, url_prefix="/admin")


@bp.get("/sign-in")
@public("nobody is signed in before it")
def sign_in() -> ResponseReturnValue:
    """The door."""
    if signed_in():
        return redirect(_inside())
    return _door()


@bp.post("/sign-in")
@public("nobody is signed in before it")
def enter() -> ResponseReturnValue:
    """Compare the password; the same answer, after the same time, whatever was wrong."""
    email, password = request.form.get("email", "").strip()[:254], request.form.get("password", "")
    network = network_of(request.remote_addr)
    try:
        with transaction():
            actions.count_sign_in(email, network, now())
    except TooMany as refusal:
        return _door(refusal)
    attempt = actions.try_password(email, password)
    with transaction():
        token = actions.sign_in(attempt, network, now())
    return _let_in(token) if token else _door(Refusal("The address or the password is wrong.", field="email"), 422)


@bp.post("/sign-out")
@staff()
def sign_out() -> ResponseReturnValue:
    """End this session."""
    with transaction():
        actions.sign_out(me().session_id, now())
    session.clear()
    response = current_app.make_response(redirect(url_for("accounts.sign_in")))
    response.delete_cookie(cookie_name(), **_cookie_options())
    flash(_("You are signed out."), "success")
    return response


@bp.get("/me", endpoint="me")
@staff()
def my_account() -> ResponseReturnValue:
    """One's own account."""
    return _my_page()


@bp.post("/me")
@staff()
def edit_me() -> ResponseReturnValue:
    """Change one's own name and language."""
    spoken = request.form.get("language", "")
    try:
        with transaction():
            actions.edit_me(me().id, request.form.get("name", ""), spoken if spoken in LANGUAGES else "fr")
    except Refusal as refusal:
        return _my_page(refusal)
    session.pop("language", None)
    flash(_("Your account is saved."), "success")
    return redirect(url_for("accounts.me"))


@bp.post("/me/password")
@staff()
def change_password() -> ResponseReturnValue:
    """Change one's own password."""
    form, member = request.form, me()
    change = Change(form.get("current", ""), form.get("password", ""), form.get("again", ""))
    try:
        with transaction():
            actions.count_sign_in(member.email, network_of(request.remote_addr), now())
        known = actions.try_password(member.email, change.present).accepted
        kept = change.accept(member.email, member.name, known=known)
        with transaction():
            actions.change_password(member.id, kept, now(), member.session_id)
    except Refusal as refusal:
        return _my_page(refusal)
    flash(_("Your password is changed, and your other sessions are ended."), "success")
    return redirect(url_for("accounts.me"))


@bp.post("/me/sessions/<int:session_id>/end")
@staff()
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign one other browser out."""
    with transaction():
        actions.revoke_session(me().id, session_id, now())
    flash(_("That session is ended."), "success")
    return redirect(url_for("accounts.me"))


@bp.post("/me/sessions/end-others")
@staff()
def end_other_sessions() -> ResponseReturnValue:
    """Sign every other browser out."""
    with transaction():
        actions.revoke_sessions(me().id, now(), but=me().session_id)
    flash(_("Your other sessions are ended."), "success")
    return redirect(url_for("accounts.me"))


def _door(refusal: Refusal | None = None, status: int | None = None) -> ResponseReturnValue:
    errors = {refusal.field or "": sentence(refusal)} if refusal else {}
    wanted = path_within(request.values.get("next"))
    page = render_template("accounts/sign_in.html", errors=errors, email=request.form.get("email", ""), next=wanted)
    return page, status or (refusal.status if refusal else 200)


def _let_in(token: str) -> Response:
    """A fresh cookie, and on to the page that was asked for."""
    spoken = session.get("language")
    session.clear()
    if spoken:
        session["language"] = spoken
    response = current_app.make_response(redirect(_inside()))
    response.set_cookie(cookie_name(), token, max_age=LIFETIME, **_cookie_options())
    return response


def _cookie_options() -> dict[str, Any]:
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    return {"path": "/", "secure": secure, "httponly": True, "samesite": "Lax"}


def _inside() -> str:
    home = "dashboard.home" if "dashboard.home" in current_app.view_functions else "accounts.me"
    return path_within(request.values.get("next")) or url_for(home)


def _my_page(refusal: Refusal | None = None) -> ResponseReturnValue:
    member, errors = me(), {refusal.field or "": sentence(refusal)} if refusal else {}
    page = render_template(
        "accounts/me.html",
        member=member,
        form=request.form,
        errors=errors,
        sessions=queries.sessions(member.id, now()),
        shortest=SHORTEST,
    )
    return page, refusal.status if refusal else 200
