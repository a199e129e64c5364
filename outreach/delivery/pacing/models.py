"""Tables of what holds messages back."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.database import Base
from outreach.delivery.pacing.families import Family


class Breaker(Base):
    """What trips a campaign, as far as it has come. No row: nothing yet."""

    __tablename__ = "breaker"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    run: Mapped[int] = mapped_column(default=0)
    """Refusals of us in a row, whichever sender met them; written only while there are some."""
    past_answered: Mapped[int] = mapped_column(default=0)
    past_hard: Mapped[int] = mapped_column(default=0)
    """What a person knew of when they resumed the campaign: only what comes after it counts."""


class HardBounces(Base):
    """How many addresses of a campaign were refused for good in the dialogue, as one writer has counted them."""

    __tablename__ = "hard_bounces"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    writer: Mapped[str] = mapped_column(String(40), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


class Lane(Base):
    """How many messages an hour one family of destinations is given, over all campaigns and senders."""

    __tablename__ = "lane"
    __table_args__ = (CheckConstraint("per_hour > 0", name="per_hour_positive"),)

    family: Mapped[Family] = mapped_column(primary_key=True)
    per_hour: Mapped[int | None]
    """None: as many as the relay takes."""
    ready_at: Mapped[datetime | None]
    """Until when it is used up, as `throttle.Throttle` reckons; written under the row's lock."""


class MailDomain(Base):
    """A domain that we write to, and the family that receives its mail."""

    __tablename__ = "mail_domain"
    __table_args__ = (Index("ix_mail_domain_looked_up", "looked_up_at", "domain"),)

    domain: Mapped[str] = mapped_column(String(255), primary_key=True)
    family: Mapped[Family]
    looked_up_at: Mapped[datetime | None]
    """When its MX was asked for last; None: not yet."""


class Attended(Base):
    """When a campaign was last looked after while something of it was due: held back, or on its way."""

    __tablename__ = "attended"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    at: Mapped[datetime]
