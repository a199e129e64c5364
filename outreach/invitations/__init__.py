"""Who is invited: one invitation for each contact and event; and the stop page."""
