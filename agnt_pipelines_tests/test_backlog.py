"""From what is due to the ranges that are run."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agnt_pipelines.backlog import MAX_GAP, Backlog, chosen, find_job
from agnt_pipelines.errors import SettingsError
from agnt_pipelines.replay.staleness import Due
from agnt_pipelines.replay.windows import DAY, WITA
from agnt_pipelines.timetable import next_tick

JOB = find_job("light_dream")
CLOSED = tuple(DAY.between("2026-01-01", "2026-03-31"))
NOON = datetime(2026, 4, 1, 12, tzinfo=WITA)

places = st.sets(st.integers(0, len(CLOSED) - 1))


def backlog(missing: set[int], code: set[int] = frozenset(), **folds: Due) -> Backlog:  # type: ignore[assignment]
    dues = {CLOSED[p].key: Due(CLOSED[p].key, missing=True) for p in missing}
    dues |= {CLOSED[p].key: Due(CLOSED[p].key, code={"ayu": "x"}) for p in code - missing}
    return Backlog(JOB, CLOSED, {"observations": dict(sorted(dues.items()))}, folds)


@given(missing=places, code=places)
def test_ranges_cover_what_is_due_oldest_first_and_bridge_only_short_gaps(
    missing: set[int], code: set[int]
) -> None:
    waiting = backlog(missing, code)
    for with_code in (False, True):
        due = sorted(missing | (code if with_code else set()))
        ranges = [(CLOSED.index(r.first), CLOSED.index(r.last)) for r in waiting.ranges(code=with_code)]
        covered = [place for first, last in ranges for place in range(first, last + 1)]
        assert set(due) <= set(covered)
        assert covered == sorted(set(covered))
        assert all(first in due and last in due for first, last in ranges)
        gaps = [b - a - 1 for a, b in pairwise(due)]
        assert len(ranges) == (1 + sum(gap > MAX_GAP for gap in gaps) if due else 0)
        assert [r.count for r in waiting.ranges(code=with_code)] == [b - a + 1 for a, b in ranges]


def test_a_fold_that_is_behind_makes_the_last_window_run() -> None:
    late = backlog(set(), user_memory=Due("*", units={"ayu": "x"}))
    assert late.keys() == ["2026-03-31"]


def test_a_fold_that_another_version_made_runs_only_when_asked_for() -> None:
    old = backlog(set(), user_memory=Due("*", code={"ayu": "x"}))
    assert old.keys() == []
    assert old.keys(code=True) == ["2026-03-31"]


def test_a_window_whose_own_tick_is_still_to_come_is_not_due() -> None:
    under_review = replace(backlog({1, 2}), waiting=frozenset({CLOSED[2].key}))
    assert under_review.keys() == [CLOSED[1].key]
    assert under_review.count("missing") == 1


def test_a_window_that_was_made_before_its_tick_and_changed_is_due() -> None:
    late_row = {CLOSED[2].key: Due(CLOSED[2].key, units={"ayu": "x"})}
    made_early = Backlog(JOB, CLOSED, {"observations": late_row}, {}, frozenset({CLOSED[2].key}))
    assert made_early.keys() == [CLOSED[2].key]


def test_where_there_was_never_any_input_nothing_is_due() -> None:
    assert Backlog(JOB, (), {}, {"user_memory": Due("*", missing=True)}).ranges() == []


def test_without_a_key_the_last_closed_window_is_meant() -> None:
    over = chosen(JOB, NOON)
    assert over is not None
    assert (over.first.key, over.last.key, over.count) == ("2026-03-31", "2026-03-31", 1)


def test_from_without_to_ends_at_the_last_closed_window() -> None:
    over = chosen(JOB, NOON, first="2026-03-01")
    assert over is not None
    assert (str(over), over.count) == ("2026-03-01 to 2026-03-31", 31)


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        (
            {"window": "2026-04-01"},
            "not closed before 2026-04-02 00:00 WITA; the last closed one is 2026-03-31",
        ),
        ({"first": "2026-03-02", "last": "2026-03-01"}, "--from 2026-03-02 lies after --to 2026-03-01"),
        ({"window": "yesterday"}, "'yesterday' is no day window"),
        ({"window": "2014-12-31"}, "before 2015-01-01"),
    ],
)
def test_a_key_that_means_no_closed_window_is_told(keys: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        chosen(JOB, NOON, **keys)


def test_an_unknown_job_names_those_there_are() -> None:
    with pytest.raises(SettingsError, match="'deep_sleep'; the jobs are light_dream"):
        find_job("deep_sleep")


@pytest.mark.parametrize(
    ("cron", "after", "tick"),
    [
        ("0 2 * * *", "2026-11-23 01:59", "2026-11-23 02:00"),
        ("0 2 * * *", "2026-11-23 02:00", "2026-11-24 02:00"),
        ("0 4 * * 1", "2026-11-23 04:00", "2026-11-30 04:00"),
        ("59 23 * * 0", "2026-11-23 00:00", "2026-11-29 23:59"),
        ("0 */4 * * *", "2026-11-23 21:10", "2026-11-24 00:00"),
        ("*/5 * * * *", "2026-12-31 23:57", "2027-01-01 00:00"),
    ],
)
def test_the_next_tick_follows_the_cron_in_wita(cron: str, after: str, tick: str) -> None:
    instant = datetime.fromisoformat(after).replace(tzinfo=WITA)
    assert f"{next_tick(cron, instant.astimezone(UTC)):%Y-%m-%d %H:%M}" == tick


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)))  # noqa: DTZ001 - made aware below
def test_a_daily_tick_comes_within_a_day(moment: datetime) -> None:
    after = moment.replace(tzinfo=UTC)
    assert timedelta(0) < next_tick("0 2 * * *", after) - after <= timedelta(days=1)


def test_a_job_without_windows_takes_no_key() -> None:
    staleness = find_job("staleness")
    assert chosen(staleness, NOON) is None
    with pytest.raises(SettingsError, match="staleness has no windows"):
        chosen(staleness, NOON, window="2026-03-01")
