"""The words for what the audit log records; a room that records something new adds its line here."""


def N_(sentence: str) -> str:  # noqa: N802 - the mark of strings that are translated later
    """Mark a string for translation."""
    return sentence


ACTIONS = {
    "account.added": N_("account opened"),
    "account.closed": N_("account closed"),
    "account.edited": N_("account changed"),
    "account.password_changed": N_("password changed"),
    "account.password_reset": N_("password reset"),
    "account.reopened": N_("account reopened"),
    "account.session_revoked": N_("session ended"),
    "account.sessions_revoked": N_("sessions ended"),
    "account.sign_in_refused": N_("sign-in refused"),
    "account.signed_in": N_("signed in"),
    "account.signed_out": N_("signed out"),
    "institution.changed": N_("settings changed"),
}
SUBJECTS = {
    "user": N_("account"),
    "institution": N_("institution"),
    "contact": N_("contact"),
    "organisation": N_("organisation"),
    "suppression": N_("suppression"),
    "event": N_("event"),
    "session": N_("session"),
    "invitation": N_("invitation"),
    "campaign": N_("campaign"),
    "message": N_("message"),
    "notice": N_("notice"),
    "answer": N_("answer"),
    "import": N_("import"),
}
ROLES = {
    "prepare": (N_("Prepare"), N_("Contacts, events, letters, audiences and calendars.")),
    "sign": (N_("Sign off"), N_("Approves a campaign, launches it, pauses and stops it.")),
    "read": (N_("See answers"), N_("Answers, access needs and meals included.")),
    "administer": (N_("Administer"), N_("Accounts, settings and the audit log.")),
}
