"""Counts displays: of a campaign, in a language, on a day, by people or machines; never of anybody."""

from datetime import date

from sqlalchemy import literal, select

from outreach.campaigns.models import Campaign
from outreach.database import db, insertion
from outreach.tracking.models import DisplayCount, Reader


def count_display(campaign_id: int, language: str, on: date, reader: Reader, times: int = 1) -> None:
    """So many displays more; two at once are two. Nothing happens for a campaign that is not there."""
    row = select(
        Campaign.id,
        literal(language),
        literal(on, DisplayCount.on.type),
        literal(reader, DisplayCount.reader.type),
        literal(times),
    ).where(Campaign.id == campaign_id)
    columns = ["campaign_id", "language", "on", "reader", "count"]
    statement = insertion(DisplayCount).from_select(columns, row)
    db.session.execute(
        statement.on_conflict_do_update(index_elements=columns[:4], set_={"count": DisplayCount.count + times})
    )
