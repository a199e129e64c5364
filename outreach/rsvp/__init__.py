"""The answer: replies, companions, seats, access needs, calendar files."""
