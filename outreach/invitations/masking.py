"""Decides how much of a mail address a page may show to whoever holds a link."""


def mask(email: str) -> str:
    """Enough for its owner to recognise, too little for anybody else to use: a•••@association.test."""
    local, at, domain = email.rpartition("@")
    return f"{local[:1]}•••{at}{domain}" if at else "•••"
