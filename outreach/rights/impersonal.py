"""The columns that could hold text and hold nothing of the people we write to, and why not."""

from collections.abc import Mapping
from typing import Final

OURS: Final = "words of the office, or of its staff"
MACHINES: Final = "written by the service about itself"
HASHES: Final = "a keyed hash, or a random name"
CODES: Final = "a code of a fixed list"

IMPERSONAL: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    OURS: {
        "address_source": ("name", "words"),
        "audience": ("name", "tree"),
        "brake": ("reason",),
        "campaign": ("name", "audience", "sender_name", "sender_email", "reply_to", "rhythm"),
        "event": ("slug", "title", "question", "timezone", "place", "place_address", "contact_email"),
        "import_file": ("filename", "tab", "kind", "source", "mapping", "summary", "choices", "errand_language"),
        "institution": (
            *("name", "short_name", "action_colour", "accent_colour", "logo", "logo_type", "postal_address"),
            *("contact_email", "privacy_email", "signatory_name", "signatory_titles"),
        ),
        "keeping": ("purpose", "recipients", "security"),
        "letter": ("language", "subject", "body"),
        "origin_rule": ("words",),
        "organisation": ("name", "folded", "department"),
        "session": ("title", "theme", "room"),
        "sign_off": ("content",),
        "signed_letter": ("variant", "content"),
        "user_account": ("email", "name", "password_hash", "language", "roles"),
    },
    MACHINES: {
        "audience_tally": ("content",),
        "audit_entry": ("action", "subject", "details"),
        "campaign": ("pause_reason",),
        "campaign_figure": ("writer",),
        "column_mapping": ("mapping",),
        "contact_change": ("field",),
        "hard_bounces": ("writer",),
        "import_file": ("runner", "fault"),
        "mail_domain": ("domain",),
        "message": ("owner", "message_id", "reply_status"),
        "notice": ("key", "owner", "message_id", "reply_status"),
        "dispatch_step": ("reply_status",),
        "presence": ("name", "machine", "queues"),
        "relay_rest": ("writer", "reason"),
        "returned_report": ("status", "source"),
        "sending_minute": ("writer",),
    },
    HASHES: {
        "audience_tally": ("key",),
        "campaign": ("signed_digest",),
        "column_mapping": ("fingerprint",),
        "erased_person": ("digest", "person"),
        "import_file": ("fingerprint",),
        "invitation": ("key",),
        "returned_report": ("digest",),
        "rights_request": ("digest",),
        "sign_off": ("digest",),
        "staff_session": ("token_digest",),
        "suppression": ("digest",),
        "throttle": ("bucket",),
    },
    CODES: {
        "address": ("legal_basis",),
        "answer": ("language",),
        "contact": ("language", "department", "country"),
        "display_count": ("language",),
        "invitation": ("language",),
        "mandate": ("office",),
        "notice": ("language",),
        "registration": ("language",),
        "waiting_place": ("positions",),
    },
    "a word that others have too, and goes with the last of them": {"search_word": ("word",)},
}
"""Why -> table -> columns."""


def impersonal(table: str) -> frozenset[str]:
    """The columns of a table that say nothing of those we write to."""
    return frozenset(name for tables in IMPERSONAL.values() for name in tables.get(table, ()))
