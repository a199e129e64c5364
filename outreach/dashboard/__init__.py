"""Pages that join rooms: the organiser's dashboard, a contact's history, a campaign's progress, exports."""
