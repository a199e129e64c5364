"""Tables of what holds a campaign back."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.database import Base


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
