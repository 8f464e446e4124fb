"""Messages for the tests of the gate, verify and observe."""

from __future__ import annotations

from datetime import UTC, datetime

from agnt_pipelines.dreaming.claims import Message, UserId

NADI = UserId("nadi")
KEY = "2026-11-25"


def message(
    content: str, *, direction: str = "inbound", source: str | None = None, message_id: str = "m1"
) -> Message:
    """One message of one person, at noon WITA of a Wednesday."""
    return Message(
        id=message_id,
        user_id=NADI,
        direction=direction,
        source=source,
        channel="whatsapp",
        content=content,
        created_at=datetime(2026, 11, 25, 4, tzinfo=UTC),
    )
