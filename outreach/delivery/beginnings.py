"""Writes down outside the database that a batch begins, before any of it can leave."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from outreach.database import db
from outreach.delivery.models import Message
from outreach.delivery.outbox import Lease
from outreach.delivery.writes import Table
from outreach.journal.entries import Begun
from outreach.journal.files import journal
from outreach.journal.hooks import enter


def begin(table: Table, leases: Sequence[Lease], at: datetime) -> None:
    """Enter the batches of these leases into the journal, each once, in the transaction of the lease.

    An older backup shows the batch as waiting: whoever restores it reads here that it may have left since.
    """
    if table is not Message or not leases:
        return
    batch = (Message.campaign_id, Message.batch_id)
    leased = select(*batch, func.min(Message.message_id)).where(Message.id.in_([lease.id for lease in leases]))
    for campaign_id, batch_id, message_id in db.session.execute(leased.group_by(*batch)):
        if (campaign_id, batch_id) not in journal().begun:
            enter(Begun(at, campaign_id, batch_id, message_id))
