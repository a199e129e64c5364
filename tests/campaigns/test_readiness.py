"""What keeps a campaign from leaving."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from outreach.campaigns.lifecycle import CampaignPurpose
from outreach.campaigns.readiness import Preparation, Words, check_mailbox, obstacles
from outreach.contacts.kinds import Kind

NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)
FIXED = {"event": "Congrès", "dates": "le 2 mars", "question": ""}
FR = Words("Invitation", "{salutation}\n\n{event}", FIXED)
EN = Words("Invitation", "{salutation}\n\n{event}", FIXED)
READY = Preparation(
    campaign_id=7,
    event_id=3,
    purpose=CampaignPurpose.INVITATION,
    letters={"fr": FR, "en": EN},
    sender_email="congres@ville.example",
    reply_to="",
    starts_at=NOON + timedelta(days=1),
    event_over=False,
    recipients=12,
    nameless=2,
    kinds=frozenset(Kind),
)


def test_a_campaign_with_everything_may_leave() -> None:
    assert obstacles(READY, NOON) == []


@pytest.mark.parametrize(
    ("missing", "said", "endpoint"),
    [
        ({"letters": {"fr": FR}}, "no text in this language: EN", "campaigns.letter"),
        (
            {"letters": {"fr": FR, "en": replace(EN, subject=" ")}},
            "no subject in this language: EN",
            "campaigns.letter",
        ),
        ({"letters": {"fr": replace(FR, body="{salutaion}"), "en": EN}}, "{salutaion}", "campaigns.letter"),
        ({"letters": {"fr": replace(FR, subject="{nom}"), "en": EN}}, "{nom}", "campaigns.letter"),
        ({"letters": {"fr": replace(FR, body="{question}"), "en": EN}}, "Nothing is known for", "campaigns.letter"),
        (
            {"letters": {"fr": FR, "en": replace(EN, body="{signatory_titles}")}},
            "{signatory_titles} (EN)",
            "institution.settings",
        ),
        ({"letters": {"fr": replace(FR, body="{last_name}"), "en": EN}}, "2 of its recipients", "campaigns.letter"),
        ({"sender_email": ""}, "no sender", "campaigns.settings"),
        ({"sender_email": "noreply@ville.example"}, "Nobody reads", "campaigns.settings"),
        ({"reply_to": "congres@"}, "not a mail address", "campaigns.settings"),
        ({"recipients": 0}, "Nobody would receive", "campaigns.audience"),
        ({"starts_at": None}, "no date of departure", "campaigns.calendar"),
        ({"starts_at": NOON - timedelta(days=1)}, "in the past", "campaigns.calendar"),
        ({"event_over": True}, "event is over", "events.edit"),
    ],
)
def test_each_thing_missing_is_said_with_its_remedy(missing: dict[str, Any], said: str, endpoint: str) -> None:
    found = obstacles(replace(READY, **missing), NOON)
    assert [obstacle.endpoint for obstacle in found] == [endpoint]
    assert said in str(found[0].refusal)


def test_everything_missing_is_said_at_once() -> None:
    bare = replace(READY, letters={}, sender_email="", recipients=0, starts_at=None)
    assert len(obstacles(bare, NOON)) == 5


def test_a_start_of_a_few_minutes_ago_is_still_now() -> None:
    assert obstacles(replace(READY, starts_at=NOON - timedelta(minutes=5)), NOON) == []


@pytest.mark.parametrize(
    ("address", "reaches"),
    [
        ("congres@ville.example", True),
        ("norepublique@ville.example", True),
        ("no-reply@ville.example", False),
        ("ne-pas-repondre@ville.example", False),
        ("invitations@localhost.localdomain", False),
        ("a@b.invalid", False),
        ("congres", False),
        ("", False),
    ],
)
def test_the_sender_is_a_mailbox_that_answers_can_reach(address: str, reaches: bool) -> None:
    assert (check_mailbox(address) is None) is reaches
