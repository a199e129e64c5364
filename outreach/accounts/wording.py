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
    "answer.entered": N_("answer entered by staff"),
    "answer.undone": N_("answer undone"),
    "brake.pulled": N_("everything stopped"),
    "brake.released": N_("sending allowed again"),
    "campaign.created": N_("campaign created"),
    "campaign.edited": N_("campaign changed"),
    "campaign.finished": N_("campaign finished"),
    "campaign.launched": N_("campaign launched"),
    "campaign.paused": N_("campaign paused"),
    "campaign.resumed": N_("campaign resumed"),
    "campaign.signed": N_("campaign signed off"),
    "campaign.stopped": N_("campaign stopped"),
    "campaign.voided": N_("sign-off voided"),
    "contact.added": N_("contact added"),
    "contact.edited": N_("contact changed"),
    "contacts.imported": N_("contacts imported"),
    "event.cancelled": N_("event cancelled"),
    "event.created": N_("event created"),
    "event.edited": N_("event changed"),
    "event.registration_closed": N_("registrations closed"),
    "event.registration_opened": N_("registrations opened"),
    "event.reinstated": N_("event reinstated"),
    "event.session_edited": N_("session changed"),
    "event.session_removed": N_("session removed"),
    "institution.changed": N_("settings changed"),
    "suppression.added": N_("suppression added"),
    "suppression.lifted": N_("suppression lifted"),
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
    "import_file": N_("import"),
}
PLACES = {
    "user": ("accounts.edit_user", "user_id"),
    "contact": ("contacts.show", "contact_id"),
    "event": ("events.show", "event_id"),
    "campaign": ("campaigns.show", "campaign_id"),
    "import_file": ("contacts.preview", "import_id"),
}
"""Where the log leads: the page of a subject and the name of its number there."""
ROLES = {
    "prepare": (N_("Prepare"), N_("Contacts, events, letters, audiences and calendars.")),
    "sign": (N_("Sign off"), N_("Approves a campaign, launches it, pauses and stops it.")),
    "read": (N_("See answers"), N_("Answers, access needs and meals included.")),
    "administer": (N_("Administer"), N_("Accounts, settings and the audit log.")),
}
