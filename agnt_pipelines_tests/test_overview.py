"""The platform at a glance: what is drawn of it, from plain values and from a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import dagster as dg
import pytest

from agnt_pipelines.overview import EXACT, WAITS, JobLine, Overview, draw, read
from agnt_pipelines.replay import pause
from agnt_pipelines.replay.leases import LeaseState
from agnt_pipelines.replay.windows import WITA
from agnt_pipelines.run_failures import FailedRun
from agnt_pipelines.settings import Settings, get_settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import StaleWindow
from agnt_pipelines.timetable import job_named
from agnt_pipelines_tests.dreaming import world
from agnt_pipelines_tests.dreaming.world import WEEK

NOON = datetime(2026, 11, 23, 12, tzinfo=WITA)
light, graph = job_named("light_dream"), job_named("graph_build")
assert light is not None
assert graph is not None
DUE = {"2026-11-20": "missing", "2026-11-21": "changed", "2026-11-22": "code"}
DAYS = tuple(f"2026-11-{day:02}" for day in range(10, 23))
FAILED = FailedRun(
    run_id="0123456789",
    job="light_dream",
    over="2026-11-20",
    said="It broke.",
    runbook="runbooks/agnt-cron/SKILL.md",
    ended=NOON,
    told=True,
    mended=False,
)
FOUND = Overview(
    now=NOON,
    paused=None,
    jobs=(
        JobLine(light, DAYS, DUE, "2026-11-23 02:00 success", NOON + timedelta(hours=14)),
        JobLine(graph, (), {}, "never", NOON + timedelta(hours=1)),
    ),
    open_holds=2,
    quarantined={"oversized": 1},
    leases=(
        LeaseState("dreaming", True, "fedcba9876", "host", NOON, 3.2),
        LeaseState("graph", False, "aaaabbbbcc", "host", NOON, None),
    ),
    failed=(FAILED, replace(FAILED, mended=True, said="It broke before.")),
    totals={"memories": 1234, "edges of the graph": EXACT + 1},
)


def test_a_job_is_drawn_with_a_mark_for_each_window_the_newest_last() -> None:
    assert (
        "| light_dream | `0 2 * * *` | 2026-11-23 02:00 success | 13 | 12 | 1 | 2 | ■■■■■■■■■■□▤▥ "
        "| 2026-11-24 02:00 |"
    ) in draw(FOUND)


def test_a_job_without_windows_has_none_and_every_row_is_as_wide_as_the_head() -> None:
    rows = [line for line in draw(FOUND).splitlines() if line.startswith("|") and line.count("|") > 4]
    assert {line.count("|") for line in rows} == {10}
    assert "| graph_build | `0 * * * *` | never | | | | | | 2026-11-23 13:00 |" in rows


def test_a_window_whose_tick_is_still_to_come_is_neither_done_nor_missing() -> None:
    line = replace(FOUND.jobs[0], due={"2026-11-22": WAITS})
    assert "| 13 | 12 | 0 | 0 | ■■■■■■■■■■■■· |" in draw(replace(FOUND, jobs=(line,)))


def test_what_waits_who_writes_and_what_there_is_are_drawn() -> None:
    drawn = draw(FOUND)
    for line in (
        "| open holds | 2 |",
        "| quarantined: oversized | 1 |",
        "| `dreaming` | run fedcba98 since 2026-11-23 12:00, last beat 3 s ago |",
        "| `graph` | run aaaabbbb since 2026-11-23 12:00, ended |",
        "| memories | 1,234 |",
        "| edges of the graph | about 100,001 |",
        "| runs that failed within a day | 2 |",
    ):
        assert line in drawn
    assert "It broke. What to do: runbooks/agnt-cron/SKILL.md" in drawn
    assert "It broke before" not in drawn, "a later run mended it"


def test_a_pause_stands_above_everything() -> None:
    assert "**Everything is paused by komang.**" in draw(replace(FOUND, paused="paused by komang"))


def test_it_is_read_from_the_list_and_the_tables(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGNT_NOW", world.NOW.isoformat())
    get_settings.cache_clear()
    world.insert(database, world.USERS, world.people("ayu"))
    world.insert(database, world.INTERACTIONS, [world.message("ayu", "I'm vegan", WEEK[0], 1)])
    world.dream(database, settings, WEEK[:5])
    listed = {"units": 1, "digest": "d", "derivation": "observations"}
    rows = [
        {**listed, "window_key": WEEK[5].key, "reason": "missing"},
        {**listed, "window_key": WEEK[6].key, "reason": "missing"},
        {**listed, "window_key": WEEK[2].key, "reason": "changed"},
    ]
    world.insert(database, table_of(StaleWindow), rows)
    with database.writing() as connection:
        pause.decide(connection, paused=True, by="komang")
    with dg.DagsterInstance.ephemeral() as instance, database.reading() as snapshot:
        found = read(snapshot, instance, settings, world.NOW)
    line = next(line for line in found.jobs if line.job.name == "light_dream")
    assert line.closed == tuple(window.key for window in WEEK)
    assert (line.count("missing"), line.count("changed", "code")) == (2, 1)
    assert found.totals["memories"] == 1
    assert [lease.writer_set for lease in found.leases] == ["dreaming"]
    assert (found.paused or "").startswith("paused by komang")
