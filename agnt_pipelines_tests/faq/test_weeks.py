"""The week that is meant, whatever the minute and whatever became of its extraction; backfills in any order."""

from __future__ import annotations

import random
from datetime import datetime

import pytest
import sqlalchemy as sa

from agnt_pipelines.backlog import backlog_of, find_job
from agnt_pipelines.errors import LockedOut, NotReady
from agnt_pipelines.faq import faq_compile, store
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.replay.windows import FAQ_WEEK, WITA
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.conftest import empty
from agnt_pipelines_tests.faq import world
from agnt_pipelines_tests.faq.world import DEPOSIT, DEPOSIT_REPLY, PARKING, PARKING_REPLY, PEOPLE, WEEKS
from agnt_pipelines_tests.victim import dies_at

EIGHT = list(FAQ_WEEK.between("2026-09-27", "2026-11-15"))


@pytest.mark.parametrize(
    ("now", "extracted", "compiled"),
    [
        ("2026-11-15T02:59", "2026-11-01", "2026-10-25"),
        ("2026-11-15T03:00", "2026-11-01", "2026-11-01"),
        ("2026-11-15T23:58", "2026-11-01", "2026-11-01"),
        ("2026-11-15T23:59", "2026-11-08", "2026-11-01"),
        ("2026-11-16T00:00", "2026-11-08", "2026-11-01"),
        ("2027-01-03T02:59", "2026-12-20", "2026-12-13"),
        ("2027-01-03T03:00", "2026-12-20", "2026-12-20"),
        ("2027-01-03T23:59", "2026-12-27", "2026-12-20"),
        ("2027-01-04T00:00", "2026-12-27", "2026-12-20"),
    ],
)
def test_the_newest_week_that_is_due_is_the_one_whose_tick_has_come(
    database: Database, settings: Settings, now: str, extracted: str, compiled: str
) -> None:
    world.join(database, "ayu")
    world.tell(database, world.asking(WEEKS[0], ["ayu"], PARKING, PARKING_REPLY))
    at = datetime.fromisoformat(now).replace(tzinfo=WITA)
    with database.reading() as snapshot:
        due = [
            backlog_of(snapshot, find_job(job), settings, at).keys()[-1]
            for job in (store.EXTRACT, store.COMPILE)
        ]
    assert due == [extracted, compiled]


def talk() -> list[dict[str, object]]:
    """Every week has its askers; who asks about parking changes from week to week."""
    rows = []
    for place, week in enumerate(EIGHT):
        rows += world.asking(week, PEOPLE[place % 4 : place % 4 + 3], PARKING[place % 3 :], PARKING_REPLY)
        if place % 2:
            rows += world.asking(week, PEOPLE[place % 3 : place % 3 + 4], DEPOSIT, DEPOSIT_REPLY)
    return rows


def begin(database: Database) -> None:
    empty(database)
    world.join(database, *PEOPLE)
    world.tell(database, talk())


def compiled(database: Database, settings: Settings) -> tuple[dict[str, list[bytes]], list[str]]:
    """Return STATE, and each week's index by its digest."""
    with database.reading() as snapshot:
        digests = [faq_compile.staged(snapshot, week.key).sha256 for week in EIGHT]
    assert all(faq_compile.staged_file(digest, settings).exists() for digest in digests)
    return world.dump(database), digests


@pytest.mark.parametrize("seed", [3, 4])
def test_eight_weeks_backfilled_in_any_order_end_in_the_same_bytes(
    database: Database, settings: Settings, seed: int
) -> None:
    begin(database)
    world.extract(database, settings, EIGHT)
    for week in EIGHT:
        world.approve(database, settings, week)
    world.compile_weeks(database, settings, EIGHT)
    expected = compiled(database, settings)
    with database.reading() as snapshot:
        reviews = [dict(row._mapping) for row in snapshot.execute(sa.select(store.REVIEWS))]
        decisions = [dict(row._mapping) for row in snapshot.execute(sa.select(store._DECISIONS))]
    assert len(set(expected[1])) > 2, "the weeks would not be told apart"
    begin(database)
    with database.writing() as connection:
        connection.execute(sa.insert(store.REVIEWS), reviews)
        connection.execute(sa.insert(store._DECISIONS), decisions)
    dice = random.Random(seed)
    steps = [(job, week) for job in ("extract", "compile") for week in EIGHT]
    dice.shuffle(steps)
    refused = 0
    for job, week in steps:
        if job == "extract":
            world.extract(database, settings, [week])
            continue
        try:
            world.compile_weeks(database, settings, [week])
        except NotReady:
            refused += 1
    assert refused, "no week was compiled before it was extracted"
    for _ in range(2):
        todo = [FAQ_WEEK.window(key) for key in world.stale(database, settings)[1]]
        dice.shuffle(todo)
        for week in todo:
            world.compile_weeks(database, settings, [week])
    assert compiled(database, settings) == expected
    with database.reading() as snapshot:
        shown = store.published(snapshot)
    assert shown is not None
    assert shown.window_key == EIGHT[-1].key


def test_a_compilation_while_its_week_is_extracted_is_locked_out(
    database: Database, settings: Settings
) -> None:
    begin(database)
    hasty = settings.model_copy(update={"lock_wait_s": 0.0})
    with (
        exclusive(database, store.WRITER_SET, "extraction", settings),
        pytest.raises(LockedOut, match="'faq' is held by run extraction"),
    ):
        world.compile_weeks(database, hasty, EIGHT[:1])


def test_an_extraction_that_failed_is_no_extraction_and_one_that_is_run_again_is(
    database: Database, settings: Settings
) -> None:
    begin(database)
    week = EIGHT[1:2]
    database.close()
    assert dies_at(
        "apply.units_recorded",
        lambda: world.extract(Database(database.url, application_name="victim"), settings, week),
    )
    with pytest.raises(NotReady, match=f"FAQ week {week[0].key} has no complete extraction"):
        world.compile_weeks(database, settings, week)
    world.extract(database, settings, week)
    assert [one.window_key for one in world.compile_weeks(database, settings, week)] == [week[0].key]


def test_an_extraction_that_is_run_again_makes_its_week_and_those_after_it_stale(
    database: Database, settings: Settings
) -> None:
    begin(database)
    world.extract(database, settings, EIGHT)
    world.compile_weeks(database, settings, EIGHT)
    world.tell(database, world.asking(EIGHT[5], PEOPLE[7:], PARKING[2:], PARKING_REPLY))
    assert world.stale(database, settings) == ([EIGHT[5].key], [])
    world.extract(database, settings, EIGHT[5:6])
    assert world.stale(database, settings) == ([], [week.key for week in EIGHT[5:]])
