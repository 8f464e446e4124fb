"""Observations by hand, for tests of what is thought about them."""

from __future__ import annotations

from datetime import timedelta

from agnt_pipelines.dreaming.claims import Evidence, Observation, Polarity, Slot, Source, UserId
from agnt_pipelines.replay.derivation import content_id
from agnt_pipelines.replay.windows import DAY


def said(
    slot: Slot,
    value: str,
    *,
    day: str,
    at: int = 0,
    subject: str = "self",
    polarity: Polarity = Polarity.AFFIRMED,
    confidence: float = 1.0,
    trust: float = 1.0,
) -> Observation:
    """Return what ayu said on a day, `at` minutes after midnight."""
    message = f"{day}/{at}"
    return Observation(
        id=content_id("said", slot, value, message),
        window_key=day,
        user_id=UserId("ayu"),
        subject=subject,
        slot=slot,
        value=value,
        polarity=polarity,
        confidence=confidence,
        hedged=False,
        language="en",
        trust=trust,
        author_role="person",
        observed_at=DAY.window(day).start + timedelta(minutes=at),
        expires_on=None,
        evidence=(Evidence(Source.INTERACTIONS, message, 0, 1, "-"),),
    )
