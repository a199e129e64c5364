"""Until when what is kept of a person may be kept."""

from calendar import monthrange
from datetime import date

from outreach.institution.queries import institution


def keep_until(on: date) -> date:
    """The day after which something kept since `on` has to go, by the institution's number of months."""
    return months_after(on, institution().retention_months)


def months_after(on: date, months: int) -> date:
    """The same day of the month so many months later, or that month's last day."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))
