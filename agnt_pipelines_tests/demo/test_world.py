"""The demo's world: the same day, the same rows; and all of it inside its week."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agnt_pipelines.demo.world import DAYS, world
from agnt_pipelines.replay.windows import DAY, WITA
from agnt_pipelines.serving.lines import Refusal, format_of
from agnt_pipelines.storage import canonical


@given(st.dates(date(2016, 1, 1), date(2099, 1, 1)))
def test_every_message_and_record_lies_in_the_week_before(until: date) -> None:
    placed = world(until)
    first = datetime.combine(until - timedelta(days=DAYS), datetime.min.time(), WITA)
    for kind in ("interactions", "bookings", "saved_preferences"):
        for line in placed.lines[kind]:
            at = datetime.fromisoformat(str(line["created_at"]))
            assert first <= at < first + timedelta(days=DAYS)
    assert DAY.last_closed(placed.now).key == (until - timedelta(days=1)).isoformat()


def test_the_same_day_gives_the_same_rows() -> None:
    assert world(date(2026, 11, 23)) == world(date(2026, 11, 23))
    assert world(date(2026, 11, 23)) != world(date(2026, 11, 24))


def test_every_line_can_be_imported() -> None:
    placed = world(date(2026, 11, 23))
    for kind, lines in placed.lines.items():
        parsed = [format_of(kind).parse(canonical.dump(dict(line))) for line in lines]
        assert lines
        assert [outcome for outcome in parsed if isinstance(outcome, Refusal)] == []


def test_it_is_a_small_bali_with_both_languages_and_everybody_said_something() -> None:
    placed = world(date(2026, 11, 23))
    assert 25 <= len(placed.lines["interactions"]) <= 40
    assert {line["language"] for line in placed.lines["users"]} == {"en", "id"}
    assert {line["user_id"] for line in placed.lines["interactions"]} == placed.ids("users")
