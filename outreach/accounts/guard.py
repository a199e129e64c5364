"""Who may use a route: every view says it, and what says nothing is refused."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Response, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from outreach.accounts.models import Role, StaffSession, User
from outreach.accounts.sessions import SEEN_EVERY, is_over, token_digest
from outreach.database import AT_ONCE, Unavailable, db, now
from outreach.errors import Forbidden

BEFORE_A_NEW_PASSWORD = frozenset({"accounts.me", "accounts.change_password", "accounts.sign_out"})
"""All that opens to somebody whose password was chosen by another."""

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Access:
    """Who may use a view: everybody, for a reason; or staff, with any of some roles (none named: all staff)."""

    why_open: str = ""
    roles: frozenset[Role] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class StaffMember:
    """The person signed in, as plain values (their database session is closed before the view begins)."""

    id: int
    session_id: int
    email: str
    name: str
    language: str
    roles: frozenset[Role]
    must_change_password: bool = False

    def can(self, role: Role | str) -> bool:
        """True when this person holds that role."""
        return Role(role) in self.roles


def staff(*roles: Role) -> Callable[[View], View]:
    """Only staff signed in, holding at least one of these roles (any role when none is named)."""
    return _marked(Access(roles=frozenset(roles)))


def public(why: str) -> Callable[[View], View]:
    """Open to everybody, and why."""
    return _marked(Access(why_open=why))


def _marked(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark


def access_of(view: Callable[..., Any] | None) -> Access | None:
    """What a view says of who may use it."""
    access = getattr(view, "access", None)
    return access if isinstance(access, Access) else None


def enforce() -> ResponseReturnValue | None:
    """Before every request: open to all, or signed in with the right role; otherwise refused."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    access = access_of(current_app.view_functions.get(request.endpoint))
    if access is None:
        raise Forbidden("This page does not say who may use it, so nobody may.")
    if access.why_open:
        return None
    member = signed_in()
    if member is None:
        return _to_the_door()
    if member.must_change_password and request.endpoint not in BEFORE_A_NEW_PASSWORD:
        return redirect(url_for("accounts.me"))
    if access.roles and not access.roles & member.roles:
        raise Forbidden("Your account does not give access to this page. Ask an administrator.")
    return None


def _to_the_door() -> ResponseReturnValue:
    """To the sign-in page, and back here afterwards; what htmx asked for takes its whole page along."""
    wanted = request.headers.get("HX-Current-URL") if "HX-Request" in request.headers else request.full_path
    door = url_for("accounts.sign_in", next=path_within(wanted) if request.method in {"GET", "HEAD"} else None)
    return Response(headers={"HX-Redirect": door}) if "HX-Request" in request.headers else redirect(door)


def path_within(target: str | None) -> str | None:
    """The path of a staff page that this address names, without its host; None for anything else.

    What comes back is safe to redirect to: it begins with /admin and stays on this site.
    """
    if not target or not target.isprintable() or "\\" in target:
        return None
    try:
        parts = urlsplit(target)
    except ValueError:  # a host that is none, such as http://[
        return None
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return path if parts.path == "/admin" or parts.path.startswith("/admin/") else None


def cookie_name() -> str:
    """The name of the session cookie; `__Host-` ties it to this host over https."""
    return "__Host-staff" if current_app.config["SESSION_COOKIE_SECURE"] else "staff"


def signed_in() -> StaffMember | None:
    """The member of staff behind this request, read once in a database session of its own."""
    if "staff" not in g:
        token = request.cookies.get(cookie_name())
        g.staff = _find_member(token_digest(token), now()) if token else None
        if g.staff is not None and "language" not in g:
            g.language = g.staff.language
    member = g.staff
    return member if isinstance(member, StaffMember) else None


def me() -> StaffMember:
    """The member of staff behind this request. Raises Forbidden when nobody is signed in."""
    member = signed_in()
    if member is None:
        raise Forbidden("Sign in first.")
    return member


def _find_member(digest: str, at: datetime) -> StaffMember | None:
    with Session(db.engine, expire_on_commit=False) as session:
        found = session.scalars(
            select(StaffSession).options(joinedload(StaffSession.user)).where(StaffSession.token_digest == digest)
        ).one_or_none()
        if found is None or found.user.closed_at:
            return None
        if is_over(found.last_seen_at, found.expires_at, found.revoked_at, at):
            return None
        member = _member(found.user, found.id)
        stale = at - found.last_seen_at >= SEEN_EVERY
    if stale:
        # Nobody waits for this to read a page: while somebody else writes for long, the next page notes it.
        with contextlib.suppress(Unavailable), Session(db.engine) as session:
            session.connection(execution_options=AT_ONCE)
            row = session.get(StaffSession, member.session_id)
            if row is not None:
                row.last_seen_at = at
            session.commit()
    return member


def _member(user: User, session_id: int) -> StaffMember:
    roles = frozenset(Role(role) for role in user.roles)
    return StaffMember(user.id, session_id, user.email, user.name, user.language, roles, user.must_change_password)
