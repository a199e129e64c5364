"""What changes accounts: audit, throttles, sign-in, passwords. Nothing here commits."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, select, update
from sqlalchemy.orm import Session

from outreach.accounts import passwords
from outreach.accounts.mailboxes import read_mailbox
from outreach.accounts.models import AuditEntry, Role, StaffSession, Throttle, User
from outreach.accounts.queries import administrators, find_user, get_user, lock_users
from outreach.accounts.sessions import LIFETIME, new_token, token_digest
from outreach.database import db, insertion, now
from outreach.errors import NotFound, Refusal, TooMany
from outreach.links import links

WINDOW = timedelta(minutes=15)
TRIES_PER_DOOR = 10
"""For one account from one network: somebody elsewhere cannot lock its holder out by guessing badly."""
TRIES_PER_ACCOUNT = 100
TRIES_PER_NETWORK = 60
"""A whole town hall may come from one address."""
KEPT = timedelta(days=30)
"""How long sessions that ended are kept."""

_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


def record(
    action: str,
    subject: str | None = None,
    subject_id: int | None = None,
    user_id: int | None = None,
    **details: str | float | bool | Collection[str] | None,
) -> None:
    """Write into the audit log what was done, to what, by whom.

    The log can never be corrected, so it names people by number. Raises ValueError for a mail address in `details`.
    """
    if _ADDRESS.search(repr(details)):
        raise ValueError(f"the audit log holds no address: {action}")
    entry = AuditEntry(
        at=now(), user_id=user_id, action=action, subject=subject, subject_id=subject_id, details=dict(details)
    )
    db.session.add(entry)


def bucket(kind: str, value: str) -> str:
    """The name of a throttle: what is counted, and a keyed digest of for whom."""
    return f"{kind}:{links().digest(value)}"


def throttle(bucket: str, limit: int, window: timedelta, at: datetime) -> None:
    """Count one more try. Raises TooMany when there were already `limit` since the window began."""
    begins_anew = Throttle.started_at <= at - window
    statement = (
        insertion(Throttle)
        .values(bucket=bucket, tries=1, started_at=at)
        .on_conflict_do_update(
            index_elements=[Throttle.bucket],
            set_={
                "tries": case((begins_anew, 1), else_=Throttle.tries + 1),
                "started_at": case((begins_anew, at), else_=Throttle.started_at),
            },
        )
        .returning(Throttle.tries, Throttle.started_at)
    )
    tries, started_at = db.session.execute(statement).one()
    if tries > limit:
        minutes = max(1, -((at - started_at - window) // timedelta(minutes=1)))
        raise TooMany("Too many tries. Try again in %(minutes)d min.", minutes=minutes)


def sweep(at: datetime) -> None:
    """Forget throttles and sessions that ended long ago."""
    db.session.execute(delete(Throttle).where(Throttle.started_at <= at - timedelta(days=2)))
    db.session.execute(delete(StaffSession).where(StaffSession.expires_at <= at - KEPT))


def count_sign_in(email: str, network: str, at: datetime) -> None:
    """Count one try to sign in. Raises TooMany for the account, the network it comes from, or one at the other."""
    throttle(bucket("sign-in-network", network), TRIES_PER_NETWORK, WINDOW, at)
    throttle(bucket("sign-in-door", f"{email} {network}"), TRIES_PER_DOOR, WINDOW, at)
    throttle(bucket("sign-in-account", email), TRIES_PER_ACCOUNT, WINDOW, at)


@dataclass(frozen=True, slots=True)
class Attempt:
    """An address and a password that were tried: whose account that is, if any, and whether the door opens."""

    user_id: int | None
    accepted: bool
    renewed: str | None = None
    """The password kept with the parameters of today, when it was kept with older ones."""


def try_password(email: str, password: str) -> Attempt:
    """Compare. Takes as long for unknown accounts; reads in a session of its own and holds no lock meanwhile."""
    with Session(db.engine) as session:
        user = session.scalars(select(User).where(User.email == email.strip().lower())).one_or_none()
    usable = user is not None and user.closed_at is None
    accepted = passwords.matches(user.password_hash if user is not None and usable else None, password)
    outdated = user is not None and accepted and passwords.is_outdated(user.password_hash)
    return Attempt(user.id if user else None, accepted, passwords.digest(password) if outdated else None)


def sign_in(attempt: Attempt, network: str, at: datetime) -> str | None:
    """Begin a session after a right password: its token, for the browser alone. None after a wrong one."""
    user = db.session.get(User, attempt.user_id) if attempt.accepted else None
    if user is None or user.closed_at:
        record("account.sign_in_refused", "user", attempt.user_id)
        return None
    user.password_hash = attempt.renewed or user.password_hash
    passed = [bucket("sign-in-account", user.email), bucket("sign-in-door", f"{user.email} {network}")]
    db.session.execute(delete(Throttle).where(Throttle.bucket.in_(passed)))
    token = new_token()
    session = StaffSession(
        token_digest=token_digest(token), user_id=user.id, created_at=at, last_seen_at=at, expires_at=at + LIFETIME
    )
    db.session.add(session)
    record("account.signed_in", "user", user.id, user.id)
    return token


def sign_out(session_id: int, at: datetime) -> None:
    """End one session."""
    session = db.session.get_one(StaffSession, session_id)
    session.revoked_at = session.revoked_at or at
    record("account.signed_out", "user", session.user_id, session.user_id)


def revoke_session(user_id: int, session_id: int, at: datetime) -> None:
    """End one of one's own sessions. Raises NotFound for somebody else's."""
    session = db.session.get(StaffSession, session_id)
    if session is None or session.user_id != user_id:
        raise NotFound("This session is not one of yours.")
    session.revoked_at = session.revoked_at or at
    record("account.session_revoked", "user", user_id, user_id)


def revoke_sessions(user_id: int, at: datetime, but: int | None = None, by: int | None = None) -> None:
    """End every session of a person, except perhaps one."""
    open_ones = (StaffSession.user_id == user_id, StaffSession.revoked_at.is_(None), StaffSession.id != (but or 0))
    db.session.execute(update(StaffSession).where(*open_ones).values(revoked_at=at))
    record("account.sessions_revoked", "user", user_id, by or user_id)


def add_user(
    email: str,
    name: str,
    roles: Collection[Role],
    kept: str,
    at: datetime,
    *,
    language: str = "fr",
    temporary: bool = False,
    by: int | None = None,
) -> User:
    """Open an account; `kept` is the digest of its password. Refuses an address that has one.

    `temporary` passwords are changed at the first sign-in.
    """
    email = read_mailbox(email, "email")
    if find_user(email) is not None:
        raise Refusal("%(email)s already has an account.", field="email", email=email)
    user = User(
        email=email,
        name=_named(name),
        password_hash=kept,
        language=language,
        roles=_spelled(roles),
        must_change_password=temporary,
        created_at=at,
    )
    db.session.add(user)
    db.session.flush()
    record("account.added", "user", user.id, by, roles=user.roles)
    return user


def edit_user(user_id: int, name: str, roles: Collection[Role], language: str, by: int) -> None:
    """Change what somebody is called and may do. Refuses to leave the house without an administrator."""
    user = get_user(user_id)
    if Role.ADMINISTER not in roles:
        _keep_an_administrator(user)
    before = user.roles
    user.name, user.roles, user.language = _named(name), _spelled(roles), language
    record("account.edited", "user", user.id, by, roles_before=before, roles=user.roles)


def confirm_user(user_id: int, typed: str) -> None:
    """Refuse unless the address of that account was typed."""
    if typed.strip().lower() != get_user(user_id).email:
        raise Refusal("Type the address of the account exactly.", field="confirmation")


def close_user(user_id: int, at: datetime, by: int) -> None:
    """Close an account and end its sessions; what it did stays in the log. Refuses the last administrator."""
    user = get_user(user_id)
    _keep_an_administrator(user)
    user.closed_at = user.closed_at or at
    revoke_sessions(user_id, at, by=by)
    record("account.closed", "user", user_id, by)


def reopen_user(user_id: int, by: int) -> None:
    """Open a closed account again, with the password it had."""
    get_user(user_id).closed_at = None
    record("account.reopened", "user", user_id, by)


def reset_password(user_id: int, kept: str, at: datetime, by: int | None = None) -> User:
    """Give somebody a new password, to be changed at the next sign-in, and end their sessions."""
    user = get_user(user_id)
    user.password_hash, user.must_change_password = kept, True
    revoke_sessions(user_id, at, by=by)
    record("account.password_reset", "user", user_id, by)
    return user


def change_password(user_id: int, kept: str, at: datetime, session_id: int) -> None:
    """Change one's own password and end one's other sessions; `kept` is what was accepted of the new one."""
    user = get_user(user_id)
    user.password_hash, user.must_change_password = kept, False
    revoke_sessions(user_id, at, but=session_id)
    record("account.password_changed", "user", user_id, user_id)


def edit_me(user_id: int, name: str, language: str) -> None:
    """Change one's own name and language."""
    user = get_user(user_id)
    user.name, user.language = _named(name), language
    record("account.edited", "user", user_id, user_id)


def _keep_an_administrator(user: User) -> None:
    # Two administrators may remove each other at once: the second one waits here, then sees what the first one did.
    lock_users()
    if user.can(Role.ADMINISTER) and not user.closed_at and administrators(but=user.id) == 0:
        raise Refusal("This is the last account that may administer; give that role to somebody else first.")


def _named(name: str) -> str:
    if not name.strip():
        raise Refusal("Give a name.", field="name")
    return " ".join(name.split())[:200]


def _spelled(roles: Collection[Role]) -> list[str]:
    if not roles:
        raise Refusal("Choose at least one role.", field="roles")
    return [role.value for role in Role if role in roles]
