"""The FAQ's weeks: partitions, ticks at every boundary, and which conversation is in which week."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agnt_pipelines.definitions import build_definitions
from agnt_pipelines.faq import talk_store
from agnt_pipelines.partitions import FAQ_WEEKS
from agnt_pipelines.replay.windows import FAQ_WEEK, WITA
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.faq import world
from agnt_pipelines_tests.faq.world import WEEKS

REPOSITORY = build_definitions().get_repository_def()


def wita(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WITA)


@pytest.mark.parametrize("key", ["2015-01-04", "2026-11-08", "2026-12-27", "2027-01-03", "2028-02-27"])
def test_partitions_have_the_windows_bounds(key: str) -> None:
    window, partition = FAQ_WEEK.window(key), FAQ_WEEKS.time_window_for_partition_key(key)
    assert (partition.start, partition.end) == (window.start, window.end)
    assert window.start.astimezone(WITA).strftime("%a %H:%M") == "Sun 23:59"


def test_the_first_partition_is_the_first_window() -> None:
    assert FAQ_WEEKS.get_first_partition_key() == FAQ_WEEK.window_at(FAQ_WEEK.origin).key == "2015-01-04"


@given(st.datetimes(datetime(2015, 1, 5), datetime(2040, 1, 1)))  # noqa: DTZ001 - made aware below
def test_every_instant_is_in_one_week_that_starts_on_its_key(moment: datetime) -> None:
    window = FAQ_WEEK.window_at(moment.replace(tzinfo=UTC))
    assert window.start <= moment.replace(tzinfo=UTC) < window.end
    assert window == FAQ_WEEK.window(window.key)
    assert window.start.astimezone(WITA).isoformat() == f"{window.key}T23:59:00+08:00"


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("job", "tick", "partition"),
    [
        ("faq_extract", "2026-11-15T23:59", "2026-11-08"),
        ("faq_compile", "2026-11-15T03:00", "2026-11-01"),
        ("faq_compile", "2026-11-22T03:00", "2026-11-08"),
        ("faq_extract", "2026-12-27T23:59", "2026-12-20"),
        ("faq_compile", "2026-12-27T03:00", "2026-12-13"),
        ("faq_extract", "2027-01-03T23:59", "2026-12-27"),
        ("faq_compile", "2027-01-03T03:00", "2026-12-20"),
        ("faq_compile", "2027-01-10T03:00", "2026-12-27"),
    ],
)
def test_a_tick_takes_the_last_closed_week(job: str, tick: str, partition: str) -> None:
    context = dg.build_schedule_context(scheduled_execution_time=wita(tick), repository_def=REPOSITORY)
    (request,) = REPOSITORY.get_schedule_def(job).evaluate_tick(context).run_requests or []
    assert request.partition_key == partition


@pytest.mark.parametrize(
    ("now", "closed"),
    [
        ("2026-11-15T02:59", "2026-11-01"),
        ("2026-11-15T03:00", "2026-11-01"),
        ("2026-11-15T23:58", "2026-11-01"),
        ("2026-11-15T23:59", "2026-11-08"),
        ("2026-11-16T00:00", "2026-11-08"),
    ],
)
def test_a_week_closes_at_the_minute_of_extraction(now: str, closed: str) -> None:
    assert FAQ_WEEK.last_closed(wita(now)).key == closed


@pytest.mark.parametrize(
    ("job", "cron", "utc"),
    [("faq_extract", "59 23 * * 0", "Sun 15:59"), ("faq_compile", "0 3 * * 0", "Sat 19:00")],
)
def test_the_crons_are_of_wita(job: str, cron: str, utc: str) -> None:
    schedule = REPOSITORY.get_schedule_def(job)
    assert (schedule.cron_schedule, schedule.execution_timezone) == (cron, "Asia/Makassar")
    from agnt_pipelines.timetable import next_tick

    assert f"{next_tick(cron, datetime(2026, 11, 16, tzinfo=UTC)).astimezone(UTC):%a %H:%M}" == utc


def weeks_of(database: Database, settings: Settings) -> dict[str, list[str]]:
    """Return which turns are read in which week."""
    with database.reading() as snapshot:
        return {
            week.key: [
                turn.id
                for one in talk_store.read_conversations(
                    snapshot, talk_store.asked_in(snapshot, week)[0], settings, week
                )
                for turn in one.turns
            ]
            for week in WEEKS
        }


def test_a_conversation_is_of_its_first_words_week_and_is_cut_at_its_end(
    database: Database, settings: Settings
) -> None:
    world.join(database, "ayu")
    edge = WEEKS[1].end
    rows = [
        world.turn("s", "ayu", "hello", edge - timedelta(minutes=1)),
        world.turn("s", "ayu", "is there parking?", edge),
        world.turn("s", "ayu", "There is.", edge + timedelta(minutes=1), direction="outbound"),
        world.turn("t", "ayu", "is there parking?", edge),
    ]
    world.tell(database, rows)
    found = weeks_of(database, settings)
    assert found[WEEKS[1].key] == [rows[0]["id"]]
    assert found[WEEKS[2].key] == [rows[3]["id"]]


def test_only_talk_of_people_who_are_there_is_read(database: Database, settings: Settings) -> None:
    world.join(database, "ayu", "budi")
    world.leave(database, "budi")
    at = WEEKS[0].start
    minute = timedelta(minutes=1)
    rows = [
        world.turn("s", "ayu", "Welcome!", at, direction="outbound"),
        world.turn("s", "ayu", "is there parking?", at + minute, direction="Inbound"),
        world.turn("s", None, "There is.", at + 2 * minute, direction="outbound"),
        world.turn("s", "budi", "and here?", at + 3 * minute),
        world.turn("x", None, "is there a table?", at, source="external_agent"),
        world.turn("y", "ayu", "recalled words?", at, source="Recalled"),
        world.turn("z", "nobody", "is there parking?", at),
    ]
    world.tell(database, rows)
    assert weeks_of(database, settings)[WEEKS[0].key] == [rows[1]["id"], rows[2]["id"]]
