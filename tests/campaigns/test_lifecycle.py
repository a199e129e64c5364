"""What may become of a campaign."""

import pytest

from outreach.campaigns.lifecycle import CampaignState, Move, digest, is_editable, moved
from outreach.errors import Refusal

OPEN = {
    "draft": {"sign": "signed"},
    "signed": {"void": "draft", "launch": "running"},
    "running": {"pause": "paused", "stop": "stopped", "finish": "finished"},
    "paused": {"resume": "running", "stop": "stopped", "finish": "finished"},
    "finished": {},
    "stopped": {},
}


@pytest.mark.parametrize("state", CampaignState)
@pytest.mark.parametrize("move", Move)
def test_each_state_has_its_moves_and_no_other(state: CampaignState, move: Move) -> None:
    wanted = OPEN[state].get(move)
    if wanted is None:
        with pytest.raises(Refusal):
            moved(state, move)
    else:
        assert moved(state, move) == wanted


def test_what_has_left_can_no_longer_be_edited() -> None:
    assert {state for state in CampaignState if is_editable(state)} == {CampaignState.DRAFT, CampaignState.SIGNED}


def test_a_signature_stands_for_a_content_not_for_its_spelling() -> None:
    content = {"letters": {"fr": "Où ?", "en": "Where?"}, "size": 2}
    assert digest(content) == digest({"size": 2, "letters": {"en": "Where?", "fr": "Où ?"}})
    assert digest(content) != digest({**content, "size": 3})
