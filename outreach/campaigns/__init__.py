"""What we say, to whom, when: letters, audiences, calendar, sign-off."""
