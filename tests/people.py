"""The cast: the people and the congress that tests speak of."""

import secrets
from datetime import timedelta

from outreach.accounts import guard
from outreach.accounts.models import Role, StaffSession, User
from outreach.database import db, now, transaction


def member(*roles: Role, email: str = "") -> User:
    """A member of staff with these roles, or with all of them; kept by whoever calls."""
    held = [role.value for role in roles or Role]
    user = User(
        email=email or f"{'.'.join(held)}.{secrets.token_hex(3)}@ville.example",
        name="Camille Martin",
        password_hash="none: signs in by other means",
        roles=held,
        created_at=now(),
        language="fr",
    )
    db.session.add(user)
    return user


def sign_in(*roles: Role) -> str:
    """Sign a new member of staff in; the token that their browser keeps in its cookie."""
    token = secrets.token_urlsafe(32)
    with transaction():
        user = member(*roles)
        db.session.flush()
        at = now()
        session = StaffSession(
            token_digest=guard.token_digest(token),
            user_id=user.id,
            created_at=at,
            last_seen_at=at,
            expires_at=at + timedelta(hours=12),
        )
        db.session.add(session)
    return token
