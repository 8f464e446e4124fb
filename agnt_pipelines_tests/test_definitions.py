"""What Dagster loads: from nothing, quickly, complete, and as the timetable says."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
from dagster._core.definitions.freshness import CronFreshnessPolicy, TimeWindowFreshnessPolicy
from dagster._utils.schedules import schedule_execution_time_iterator

from agnt_pipelines.catalogue import PARTS, freshness
from agnt_pipelines.definitions import build_definitions
from agnt_pipelines.partitions import DAYS, DREAM_WEEKS, WINDOW_TAG
from agnt_pipelines.replay.windows import DAY, DREAM_WEEK, WITA, WITA_NAME
from agnt_pipelines.settings import PROJECT_ROOT
from agnt_pipelines.timetable import GRACE, POOL_LIMITS, TIMETABLE, Job, deadline, job_named, job_of

GROUPS = {"dreaming", "faq", "graph", "sources", "upkeep", "wiki"}
TAGS = {"tier", "lock", "pii"}
FOLDS = {"user_memory", "soul_prompts", "taste_profiles", "hypotheses"} | {
    *("summaries", "agent_summaries", "agent_prompts", "summary_batches"),
    *("wiki_pages", "wiki_sections", "project_memory"),
}
"""Only they leave what an older version made; windows and the graph are always brought to this one."""

DEFINITIONS = build_definitions()
REPOSITORY = DEFINITIONS.get_repository_def()
SPECS = {
    key: definition.specs_by_key[key] for key, definition in sorted(REPOSITORY.assets_defs_by_key.items())
}
MADE = [key for key, spec in SPECS.items() if spec.group_name != "sources"]

of_every_asset = pytest.mark.parametrize("key", SPECS, ids=dg.AssetKey.to_user_string)
of_every_job = pytest.mark.parametrize("job", TIMETABLE, ids=lambda job: job.name)


def wita(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WITA)


def test_definitions_load_with_an_empty_environment_and_touch_nothing() -> None:
    code = (
        "import socket\n"
        "def refuse(*_): raise OSError('the network was touched')\n"
        "socket.socket.connect = refuse\n"
        "from agnt_pipelines.definitions import defs\n"
        "print(sorted(job.name for job in defs().get_repository_def().get_all_jobs()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={}, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "light_dream" in done.stdout


@of_every_job
def test_every_job_of_the_timetable_is_there_with_its_pool_and_limits(job: Job) -> None:
    found = REPOSITORY.get_job(job.name)
    assert found.tags["agnt/exclusive"] == job.pool
    assert float(found.tags["dagster/max_runtime"]) == job.max_runtime.total_seconds()
    keys = {key.to_user_string() for key in found.asset_layer.executable_asset_keys}
    assert keys == set(job.assets)


def test_every_asset_that_is_made_belongs_to_one_job() -> None:
    assert sorted(key.path[-1] for key in MADE) == sorted(name for job in TIMETABLE for name in job.assets)


@of_every_asset
@pytest.mark.parametrize("part", PARTS)
def test_the_description_of_an_asset_has_every_part(key: dg.AssetKey, part: str) -> None:
    lines = (SPECS[key].description or "").splitlines()
    said = [line for line in lines if line.startswith(f"- **{part}**: ")]
    assert len(said) == 1, f"{key.to_user_string()}: its description says nothing under **{part}**"
    assert len(said[0]) > len(f"- **{part}**: .")


@of_every_asset
def test_an_asset_has_a_place_an_owner_and_a_version(key: dg.AssetKey) -> None:
    spec, name = SPECS[key], key.to_user_string()
    assert spec.group_name in GROUPS, f"{name}: group"
    assert spec.owners, f"{name}: owners"
    assert spec.kinds, f"{name}: kinds"
    assert spec.tags.keys() >= TAGS, f"{name}: tags {TAGS - spec.tags.keys()}"
    assert spec.code_version, f"{name}: code_version"
    assert spec.metadata["runbook"], f"{name}: runbook"
    assert (spec.description or "").splitlines()[0].endswith("."), f"{name}: what it is"


@pytest.mark.parametrize("key", MADE, ids=dg.AssetKey.to_user_string)
def test_an_asset_that_is_made_takes_its_jobs_lock_and_has_its_freshness(key: dg.AssetKey) -> None:
    job, spec = job_of(key.path[-1]), SPECS[key]
    assert REPOSITORY.assets_defs_by_key[key].op.pool == job.pool == spec.tags["lock"]
    assert job.pool in POOL_LIMITS
    assert spec.freshness_policy == freshness(job), f"{key.to_user_string()}: freshness"
    assert job.runbook in (spec.description or "")


@pytest.mark.parametrize("key", MADE, ids=dg.AssetKey.to_user_string)
def test_the_launchpad_says_what_every_choice_does(key: dg.AssetKey) -> None:
    definition = REPOSITORY.assets_defs_by_key[key]
    fields = getattr(definition.op.config_schema.config_type, "fields", None) or {}
    for name, field in fields.items():
        assert field.description, f"{key.to_user_string()}: the launchpad does not say what {name!r} does"
        assert field.default_provided, f"{key.to_user_string()}: {name!r} has no default"
    assert ("code" in fields) == (key.path[-1] in FOLDS)


@pytest.mark.parametrize("key", SPECS, ids=dg.AssetKey.to_user_string)
def test_every_column_of_a_table_is_described(key: dg.AssetKey) -> None:
    metadata = SPECS[key].metadata
    if "dagster/table_name" not in metadata:
        assert key.path[-1] in {"overview", "faq_index", "wiki_repository"}
        return
    schema = metadata["dagster/column_schema"]
    assert isinstance(schema, dg.TableSchema | dg.TableSchemaMetadataValue)
    columns = schema.columns if isinstance(schema, dg.TableSchema) else schema.schema.columns
    assert all(column.description for column in columns)


@of_every_job
def test_the_words_of_a_job_are_those_of_its_cron(job: Job) -> None:
    minute, hour, _, _, weekday = job.cron.split()
    if hour.isdecimal():
        assert f"{int(hour):02}:{int(minute):02}" in job.when
        days = {"0": "Sunday", "1": "Monday", "*": ""}
        assert job.when.startswith(days[weekday])
    else:
        assert job.when.startswith("every")


@pytest.mark.parametrize(
    ("name", "cron"),
    [
        ("light_dream", "30 2 * * *"),
        ("deep_dream", "30 4 * * 1"),
        ("faq_extract", "29 0 * * 1"),
        ("faq_compile", "30 3 * * 0"),
        ("graph_build", "30 * * * *"),
        ("wiki_reconcile", "30 */4 * * *"),
    ],
)
def test_a_job_is_to_be_done_half_an_hour_after_its_tick(name: str, cron: str) -> None:
    job = job_named(name)
    assert job is not None
    assert deadline(job) == cron
    policy = freshness(job)
    assert isinstance(policy, CronFreshnessPolicy)
    assert (policy.deadline_cron, policy.lower_bound_delta, policy.timezone) == (cron, GRACE, WITA_NAME)


def test_upkeep_is_fresh_for_as_long_as_a_grace() -> None:
    job = job_named("staleness")
    assert job is not None
    policy = freshness(job)
    assert isinstance(policy, TimeWindowFreshnessPolicy)
    assert policy.fail_window.to_timedelta() == GRACE


BOUNDARIES = [
    # job, an instant (WITA), the next tick after it, the window that this tick runs
    ("light_dream", "2026-11-23T01:59", "2026-11-23T02:00", "2026-11-22"),
    ("light_dream", "2026-11-23T02:00", "2026-11-24T02:00", "2026-11-23"),
    ("light_dream", "2026-11-23T02:01", "2026-11-24T02:00", "2026-11-23"),
    ("light_dream", "2026-11-30T12:00", "2026-12-01T02:00", "2026-11-30"),
    ("light_dream", "2026-12-31T23:59", "2027-01-01T02:00", "2026-12-31"),
    ("light_dream", "2028-02-28T12:00", "2028-02-29T02:00", "2028-02-28"),
    ("light_dream", "2028-02-29T12:00", "2028-03-01T02:00", "2028-02-29"),
    ("light_dream", "2027-02-28T12:00", "2027-03-01T02:00", "2027-02-28"),
    ("deep_dream", "2026-11-22T23:59", "2026-11-23T04:00", "2026-11-16"),
    ("deep_dream", "2026-11-23T03:59", "2026-11-23T04:00", "2026-11-16"),
    ("deep_dream", "2026-11-23T04:00", "2026-11-30T04:00", "2026-11-23"),
    ("deep_dream", "2026-12-27T20:00", "2026-12-28T04:00", "2026-12-21"),
    ("deep_dream", "2027-01-03T20:00", "2027-01-04T04:00", "2026-12-28"),
    ("deep_dream", "2028-02-29T04:00", "2028-03-06T04:00", "2028-02-28"),
    ("graph_build", "2026-11-23T00:59", "2026-11-23T01:00", None),
    ("graph_build", "2026-11-23T01:00", "2026-11-23T02:00", None),
    ("graph_build", "2026-12-31T23:00", "2027-01-01T00:00", None),
    ("taste_similarity", "2026-11-23T05:29", "2026-11-23T05:30", None),
    ("taste_similarity", "2026-11-23T05:30", "2026-11-24T05:30", None),
    ("wiki_reconcile", "2026-11-22T23:59", "2026-11-23T00:00", None),
    ("wiki_reconcile", "2026-11-23T00:00", "2026-11-23T04:00", None),
    ("wiki_reconcile", "2026-11-23T04:00", "2026-11-23T08:00", None),
    ("wiki_reconcile", "2026-11-23T20:00", "2026-11-24T00:00", None),
    ("faq_extract", "2026-11-22T23:58", "2026-11-22T23:59", "2026-11-15"),
    ("faq_extract", "2026-11-22T23:59", "2026-11-29T23:59", "2026-11-22"),
    ("faq_extract", "2026-11-23T00:00", "2026-11-29T23:59", "2026-11-22"),
    ("faq_extract", "2026-12-27T12:00", "2026-12-27T23:59", "2026-12-20"),
    ("faq_extract", "2027-01-03T12:00", "2027-01-03T23:59", "2026-12-27"),
    ("faq_extract", "2028-02-27T12:00", "2028-02-27T23:59", "2028-02-20"),
    ("faq_extract", "2028-03-05T12:00", "2028-03-05T23:59", "2028-02-27"),
    ("faq_compile", "2026-11-22T02:59", "2026-11-22T03:00", "2026-11-08"),
    ("faq_compile", "2026-11-22T03:00", "2026-11-29T03:00", "2026-11-15"),
    ("faq_compile", "2026-12-27T02:59", "2026-12-27T03:00", "2026-12-13"),
    ("faq_compile", "2027-01-03T02:59", "2027-01-03T03:00", "2026-12-20"),
    ("faq_compile", "2028-03-05T02:59", "2028-03-05T03:00", "2028-02-20"),
    ("staleness", "2026-11-22T23:59", "2026-11-23T00:00", None),
    ("staleness", "2026-11-23T00:00", "2026-11-23T00:05", None),
]


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(("name", "instant", "tick", "window"), BOUNDARIES)
def test_around_every_boundary_the_next_tick_runs_the_window_that_closed(
    name: str, instant: str, tick: str, window: str | None
) -> None:
    schedule, job = REPOSITORY.get_schedule_def(name), job_named(name)
    assert job is not None
    after = wita(instant) + timedelta(seconds=1)
    ticks = schedule_execution_time_iterator(
        after.timestamp(), str(schedule.cron_schedule), schedule.execution_timezone
    )
    assert next(ticks) == job.tick_after(wita(instant)) == wita(tick)
    context = dg.build_schedule_context(scheduled_execution_time=wita(tick), repository_def=REPOSITORY)
    (request,) = schedule.evaluate_tick(context).run_requests or []
    assert request.partition_key == window
    if window is not None:
        assert job.window is not None
        assert request.run_key == f"{name}:{window}"
        assert request.tags[WINDOW_TAG] == job.window.title(job.window.window(window))


def test_every_job_has_its_boundaries_looked_at() -> None:
    assert {name for name, *_ in BOUNDARIES} == {job.name for job in TIMETABLE}


def test_compilation_takes_the_week_that_extraction_closed_the_sunday_before() -> None:
    extract, compile_ = job_named("faq_extract"), job_named("faq_compile")
    assert extract is not None
    assert compile_ is not None
    assert extract.window is not None
    closes = wita("2026-11-15T23:59")
    compiled = compile_.tick_after(closes)
    assert extract.window.last_closed(closes) == extract.window.last_closed(compiled)
    assert compiled - closes == timedelta(days=6, hours=3, minutes=1)


@pytest.mark.parametrize(
    ("name", "window", "late"),
    [
        ("light_dream", "2026-11-22", "2026-11-23T02:30"),
        ("deep_dream", "2026-11-16", "2026-11-23T04:30"),
        ("faq_extract", "2026-11-15", "2026-11-23T00:29"),
        ("faq_compile", "2026-11-08", "2026-11-22T03:30"),
    ],
)
def test_a_window_is_late_a_grace_after_its_own_tick(name: str, window: str, late: str) -> None:
    job = job_named(name)
    assert job is not None
    assert job.window is not None
    found = job.window.window(window)
    assert job.is_late(found, wita(late))
    assert not job.is_late(found, wita(late) - timedelta(minutes=1))


@pytest.mark.parametrize(
    ("calendar_of", "key", "title"),
    [
        ("light_dream", "2026-11-22", "Sun 22 Nov 2026"),
        ("deep_dream", "2026-11-16", "Mon 16 Nov 2026 to Sun 22 Nov 2026"),
        ("faq_extract", "2026-11-15", "week ending Sun 22 Nov 2026 23:59"),
        ("faq_compile", "2026-12-27", "week ending Sun 03 Jan 2027 23:59"),
    ],
)
def test_a_window_has_a_title_that_a_person_reads(calendar_of: str, key: str, title: str) -> None:
    job = job_named(calendar_of)
    assert job is not None
    assert job.window is not None
    assert job.window.title(job.window.window(key)) == title


@pytest.mark.parametrize("key", ["2015-01-05", "2026-11-16", "2026-12-28"])
def test_weekly_partitions_have_the_dream_weeks_bounds(key: str) -> None:
    window = DREAM_WEEK.window(key)
    partition = DREAM_WEEKS.time_window_for_partition_key(key)
    assert (partition.start, partition.end) == (window.start, window.end)


def test_the_nightly_tick_is_at_six_in_the_evening_of_utc() -> None:
    job = job_named("light_dream")
    assert job is not None
    assert job.tick_after(datetime(2026, 11, 22, 17, 59, tzinfo=UTC)) == datetime(
        2026, 11, 22, 18, 0, tzinfo=UTC
    )


@pytest.mark.parametrize("key", ["2015-01-01", "2016-02-29", "2026-11-22", "2026-12-31"])
def test_partitions_have_the_windows_bounds(key: str) -> None:
    window = DAY.window(key)
    partition = DAYS.time_window_for_partition_key(key)
    assert (partition.start, partition.end) == (window.start, window.end)
