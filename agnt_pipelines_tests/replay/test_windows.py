"""The windows' arithmetic: every boundary that the timetable meets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.replay.windows import DAY, DREAM_WEEK, FAQ_WEEK, WITA, Calendar

CALENDARS = st.sampled_from([DAY, DREAM_WEEK, FAQ_WEEK])
INSTANTS = st.integers(0, 25 * 365 * 24 * 3600).map(
    lambda seconds: datetime(2015, 1, 12, tzinfo=UTC) + timedelta(seconds=seconds)
)


def wita(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WITA)


@pytest.mark.parametrize(
    ("calendar", "instant", "key"),
    [
        (DAY, "2026-11-22T00:00", "2026-11-22"),
        (DAY, "2026-11-22T23:59:59.999999", "2026-11-22"),
        (DAY, "2026-12-31T23:59", "2026-12-31"),
        (DREAM_WEEK, "2026-11-22T23:59", "2026-11-16"),
        (DREAM_WEEK, "2026-11-23T00:00", "2026-11-23"),
        (FAQ_WEEK, "2026-11-22T23:58:59", "2026-11-15"),
        (FAQ_WEEK, "2026-11-22T23:59", "2026-11-22"),
        (FAQ_WEEK, "2026-11-23T00:00", "2026-11-22"),
        (FAQ_WEEK, "2027-01-01T12:00", "2026-12-27"),
    ],
)
def test_an_instant_lies_in_the_window_that_the_timetable_says(
    calendar: Calendar, instant: str, key: str
) -> None:
    assert calendar.window_at(wita(instant)).key == key


@pytest.mark.parametrize(
    ("calendar", "now", "key"),
    [
        (DAY, "2026-11-23T02:00", "2026-11-22"),
        (DAY, "2026-11-23T00:00", "2026-11-22"),
        (DAY, "2026-11-22T23:59:59", "2026-11-21"),
        (DREAM_WEEK, "2026-11-23T04:00", "2026-11-16"),
        (FAQ_WEEK, "2026-11-22T03:00", "2026-11-08"),
        (FAQ_WEEK, "2026-11-22T23:59", "2026-11-15"),
    ],
)
def test_a_tick_takes_the_last_closed_window(calendar: Calendar, now: str, key: str) -> None:
    assert calendar.last_closed(wita(now)).key == key


@given(CALENDARS, INSTANTS)
def test_windows_tile_time_and_keys_name_them(calendar: Calendar, instant: datetime) -> None:
    window = calendar.window_at(instant)
    assert window.start <= instant < window.end
    assert calendar.window(window.key) == window
    following = calendar.window_at(window.end)
    assert following.start == window.end
    assert following.key > window.key
    assert calendar.last_closed(window.end) == window
    assert calendar.last_closed(window.end - timedelta(microseconds=1)).end == window.start


def test_a_range_holds_both_its_ends() -> None:
    keys = [window.key for window in DAY.between("2026-12-30", "2027-01-02")]
    assert keys == ["2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02"]


@pytest.mark.parametrize(
    ("calendar", "key", "says"),
    [
        (DAY, "yesterday", "write its first day"),
        (DAY, "2014-12-31", "before 2015-01-01"),
        (DREAM_WEEK, "2026-11-24", "holds it is 2026-11-23"),
        (FAQ_WEEK, "2026-11-23", "holds it is 2026-11-22"),
    ],
)
def test_a_wrong_key_says_the_way_out(calendar: Calendar, key: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        calendar.window(key)
