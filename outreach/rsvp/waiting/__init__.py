"""Seats, and the lines of those who wait for one: who has which, who is next, what is offered to whom."""
