"""Mail addresses of the office itself."""

from email_validator import EmailNotValidError, validate_email

from outreach.errors import Refusal


def read_mailbox(text: str, field: str | None = None) -> str:
    """The address as we keep it, in small letters. Raises Refusal when it is not one; asks no server."""
    try:
        found = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise Refusal(
            "“%(address)s” is not a mail address: it needs a name, an @ and a domain.",
            field=field,
            address=text.strip()[:80],
        ) from error
    return found.normalized.lower()
