"""Who may use a route: every view says it, and what says nothing is refused."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from flask import current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from outreach.accounts.models import Role, StaffSession, User
from outreach.database import db, now
from outreach.errors import Forbidden

SEEN_EVERY = timedelta(minutes=1)

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
        return redirect(url_for("accounts.sign_in", next=request.full_path if request.method == "GET" else None))
    if access.roles and not access.roles & member.roles:
        raise Forbidden("Your account does not give access to this page. Ask an administrator.")
    return None


def cookie_name() -> str:
    """The name of the session cookie; `__Host-` ties it to this host over https."""
    return "__Host-staff" if current_app.config["SESSION_COOKIE_SECURE"] else "staff"


def token_digest(token: str) -> str:
    """What the database knows of a session's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def signed_in() -> StaffMember | None:
    """The member of staff behind this request, read once in a database session of its own."""
    if "staff" not in g:
        token = request.cookies.get(cookie_name())
        g.staff = _find_member(token_digest(token), now()) if token else None
        if g.staff is not None:
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
        if found is None or found.revoked_at or found.expires_at <= at or found.user.closed_at:
            return None
        member = _member(found.user, found.id)
        stale = at - found.last_seen_at >= SEEN_EVERY
    if stale:
        with Session(db.engine) as session:
            session.connection(execution_options={"outreach_writing": True})
            row = session.get(StaffSession, member.session_id)
            if row is not None:
                row.last_seen_at = at
            session.commit()
    return member


def _member(user: User, session_id: int) -> StaffMember:
    roles = frozenset(Role(role) for role in user.roles)
    return StaffMember(user.id, session_id, user.email, user.name, user.language, roles)
