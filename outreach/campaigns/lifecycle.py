"""Decides what may become of a campaign, and what exactly a signature stands for."""

import enum
import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from outreach.errors import Refusal


class CampaignState(enum.StrEnum):
    """draft -> signed -> running <-> paused -> finished | stopped."""

    DRAFT = "draft"
    SIGNED = "signed"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"


class CampaignPurpose(enum.StrEnum):
    """What the mailing is for."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    THANKS = "thanks"
    CHANGE = "change"


class Move(enum.StrEnum):
    """What may happen to a campaign."""

    SIGN = "sign"
    VOID = "void"
    LAUNCH = "launch"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    FINISH = "finish"


MOVES: Final[Mapping[tuple[CampaignState, Move], CampaignState]] = {
    (CampaignState.DRAFT, Move.SIGN): CampaignState.SIGNED,
    (CampaignState.SIGNED, Move.VOID): CampaignState.DRAFT,
    (CampaignState.SIGNED, Move.LAUNCH): CampaignState.RUNNING,
    (CampaignState.RUNNING, Move.PAUSE): CampaignState.PAUSED,
    (CampaignState.PAUSED, Move.RESUME): CampaignState.RUNNING,
    (CampaignState.RUNNING, Move.STOP): CampaignState.STOPPED,
    (CampaignState.PAUSED, Move.STOP): CampaignState.STOPPED,
    (CampaignState.RUNNING, Move.FINISH): CampaignState.FINISHED,
    (CampaignState.PAUSED, Move.FINISH): CampaignState.FINISHED,
}
"""Every move there is; all others are refused."""


def moved(state: CampaignState, move: Move) -> CampaignState:
    """The state after a move. Raises Refusal, with the reason, when the move is not open."""
    found = MOVES.get((state, move))
    if found is None:
        raise _refusal(state, move)
    return found


def is_editable(state: CampaignState) -> bool:
    """True while letters, audience and calendar may change (a signed campaign then loses its signature)."""
    return state in {CampaignState.DRAFT, CampaignState.SIGNED}


def check_editable(state: CampaignState) -> None:
    """Refuse to edit what is leaving or has left."""
    if not is_editable(state):
        raise Refusal("This campaign has been launched: what it says, to whom and when can no longer change.")


def canonical(content: Mapping[str, Any]) -> str:
    """One spelling of a content, whatever the order of its keys."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(content: Mapping[str, Any]) -> str:
    """What a signature is bound to: SHA-256 of the canonical JSON."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def _refusal(state: CampaignState, move: Move) -> Refusal:
    if state in {CampaignState.FINISHED, CampaignState.STOPPED}:
        return Refusal("This campaign is over: nothing more leaves.")
    match move:
        case Move.SIGN:
            return Refusal("Only a draft can be signed off.")
        case Move.VOID:
            return Refusal("There is no sign-off to take back.")
        case Move.LAUNCH if state is CampaignState.DRAFT:
            return Refusal("This campaign is not signed off yet.")
        case Move.LAUNCH:
            return Refusal("This campaign has already been launched.")
        case Move.PAUSE:
            return Refusal("Only a running campaign can be paused.")
        case Move.RESUME:
            return Refusal("Only a paused campaign can be resumed.")
        case _:
            return Refusal("This campaign has not been launched.")
