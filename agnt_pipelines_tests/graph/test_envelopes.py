"""Which envelopes are one message, and what each says."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from agnt_pipelines.graph import envelopes
from agnt_pipelines.graph.records import Envelope

AS_OF = datetime(2026, 11, 23, 5, tzinfo=UTC)
SENT = "2026-11-23T12:59:50+08:00"  # ten seconds before AS_OF


def said(*rows: tuple[str, str, str], to: str = "va", ttl_ms: int = 5000) -> Counter[str]:
    """Return relations with their counts for rows of (intent, status, timestamp)."""
    found = [
        Envelope(f"e{number}", "ca", to, intent, ttl_ms, timestamp, status)
        for number, (intent, status, timestamp) in enumerate(rows)
    ]
    return Counter(piece.relation.value for piece in envelopes.evidence(found, AS_OF))


@pytest.mark.parametrize(
    ("intent", "status", "timestamp", "relations"),
    [
        ("network.ping", "CONFIRMED", SENT, {}),
        ("venue.list", "COMPLETED", SENT, {"SEARCHED": 1}),
        ("booking.search", "COMPLETED", SENT, {"SEARCHED": 1, "NEGOTIATED_WITH": 1}),
        ("booking.search", "Expired", SENT, {"SEARCHED": 1, "UNANSWERED_BY": 1}),
        ("booking.confirm", "confirmed", SENT, {"CONFIRMED_WITH": 1}),
        ("booking.confirm", "REJECTED", SENT, {"NEGOTIATED_WITH": 1}),
        ("booking.confirm", "EXPIRED", "", {"UNANSWERED_BY": 1}),
        # Pending past its time is expired, whatever the reaper has got to; with no time, nobody knows.
        ("booking.confirm", "PENDING", SENT, {"UNANSWERED_BY": 1}),
        ("booking.confirm", "pending", "2026-11-23T04:59:58Z", {"NEGOTIATED_WITH": 1}),
        ("booking.confirm", "PENDING", "", {"NEGOTIATED_WITH": 1}),
        ("booking.confirm", "PENDING", "yesterday", {"NEGOTIATED_WITH": 1}),
        # Not sent yet.
        ("booking.confirm", "CONFIRMED", "2026-11-23T05:00:00+00:00", {}),
    ],
)
def test_what_an_envelope_says(intent: str, status: str, timestamp: str, relations: dict[str, int]) -> None:
    assert said((intent, status, timestamp)) == relations


def test_a_longer_time_to_live_is_still_pending() -> None:
    assert said(("booking.confirm", "PENDING", SENT), ttl_ms=30_000) == {"NEGOTIATED_WITH": 1}


def test_rows_of_one_sender_intent_and_timestamp_are_one_message_with_its_last_fate() -> None:
    rows = [("booking.confirm", status, SENT) for status in ("PENDING", "CONFIRMED", "EXPIRED")]
    assert said(*rows) == {"CONFIRMED_WITH": 1}
    assert said(*reversed(rows)) == {"CONFIRMED_WITH": 1}


def test_without_a_timestamp_every_row_is_a_message() -> None:
    assert said(*[("venue.list", "COMPLETED", "")] * 3) == {"SEARCHED": 3}


def test_a_time_without_an_offset_is_utc() -> None:
    assert envelopes.sent_at("2026-11-23T05:00:00") == AS_OF
    assert envelopes.sent_at("2026-11-23T13:00:00+08:00") == AS_OF
    assert envelopes.sent_at("2026-11-23T05:00:01.5Z") == AS_OF + timedelta(seconds=1.5)
    assert envelopes.sent_at("0001-01-01T00:00:00+08:00") is None
