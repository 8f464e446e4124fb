"""Batches that are refused, lost, given up, too dear, or whose people leave; and who asks for a run."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from agnt_pipelines.dreaming import store, summary_writer
from agnt_pipelines.errors import ModelFailed
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.sensors.ended_batches import decide, standing
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import ModelAnswer, ModelBatch, ModelRequest
from agnt_pipelines.timetable import job_named
from agnt_pipelines_tests.dreaming.summary_world import SHORT, TALK, asking, build
from agnt_pipelines_tests.dreaming.world import USERS
from agnt_pipelines_tests.victim import dies_at
from benchmarks.batch_server import errored
from benchmarks.model_server import Said, error


@pytest.fixture
def told(database: Database, settings: Settings) -> Database:
    """Three people who said one thing each, remembered and not yet summed up."""
    build(database, settings)
    return database


REFUSED = [
    pytest.param(error(429, "rate_limit_error"), "rate_limited", id="429"),
    pytest.param(error(429, "rate_limit_error", retry_after="60"), "rate_limited", id="429 with retry-after"),
    pytest.param(error(400, "invalid_request_error", "credit balance is too low"), "spend_limit", id="spent"),
    pytest.param(error(529, "overloaded_error"), "overloaded", id="529"),
    pytest.param(error(413, "request_too_large"), "refused_request", id="413"),
]
UNSURE = [
    pytest.param(error(500, "api_error"), "server_error", id="500"),
    pytest.param(Said(resets=True), "unreachable", id="reset"),
    pytest.param(Said(504, hangs_s=60), "timeout", id="timeout"),
]


@pytest.mark.parametrize(("said", "fault"), [*REFUSED, *UNSURE])
def test_a_batch_that_is_not_taken_is_no_success_and_is_sent_the_next_time(
    told: Database, settings: Settings, said: Said, fault: str
) -> None:
    timeout = 2 if said.hangs_s else 60  # a busy machine is no fault
    with asking(told, settings, model_timeout_s=timeout) as platform:
        platform.scripted.on_send.append(said)
        with pytest.raises(ModelFailed, match=fault) as failure:
            platform.submit()
        assert failure.value.faults == {fault: 1}
        platform.ingest()
        platform.week()
        assert (platform.summaries(), platform.sent) == (SHORT, len(TALK))


@pytest.mark.parametrize("said", [Said(resets=True, takes=True), error(500, "api_error")])
def test_a_batch_that_was_taken_though_its_answer_was_lost_is_found_and_not_bought_twice(
    told: Database, settings: Settings, said: Said
) -> None:
    with asking(told, settings) as platform:
        platform.scripted.on_send.append(Said(said.status, said.body, resets=said.resets, takes=True))
        platform.batches.ends = False
        with pytest.raises(ModelFailed):
            platform.submit()
        assert platform.ingest().batches_waiting == 1
        assert (platform.submit().sent, platform.submit().waiting) == (0, len(TALK))
        platform.batches.ends = True
        platform.ingest()
        platform.fold()
        assert (platform.summaries(), platform.sent) == (SHORT, len(TALK))


@pytest.mark.parametrize("point", ["answer.before_call", "answer.received"])
def test_a_crash_around_sending_buys_nothing_twice(told: Database, settings: Settings, point: str) -> None:
    with asking(told, settings) as platform:

        def victim() -> None:
            own = Database(told.url, application_name="victim")
            with exclusive(own, store.WRITER_SET, "victim", platform.settings) as lease:
                summary_writer.submit(lease, platform.settings)

        told.close()
        assert dies_at(point, victim)
        platform.ingest()
        platform.week()
        assert (platform.summaries(), platform.sent) == (SHORT, len(TALK))


def test_somebody_elses_batch_of_the_same_size_is_not_taken_for_ours(
    told: Database, settings: Settings
) -> None:
    with asking(told, settings) as platform:
        platform.scripted.on_send.append(Said(resets=True))
        with pytest.raises(ModelFailed):
            platform.submit()
        strangers = [{"custom_id": f"x{n}", "params": {"messages": [{"content": "kopi"}]}} for n in range(3)]
        platform.batches.take({"requests": strangers})
        platform.ingest()
        platform.week()
        assert (platform.summaries(), platform.sent) == (SHORT, 2 * len(TALK))


def test_nothing_is_sent_that_the_purse_does_not_hold(told: Database, settings: Settings) -> None:
    with asking(told, settings, model_usd_per_run=0.0001) as platform:
        done = platform.submit()
        assert (done.faults, platform.sent, platform.count(ModelBatch)) == ({"over_budget": len(TALK)}, 0, 0)
        assert platform.server.counted > 0
        with pytest.raises(ModelFailed, match="AGNT_MODEL_USD_PER_RUN"):
            summary_writer.require_all(done)


def test_a_batch_is_reckoned_at_half_the_price(told: Database, settings: Settings) -> None:
    with asking(told, settings) as platform:
        platform.submit()
        with told.reading() as snapshot:
            worst = snapshot.scalar(sa.select(table_of(ModelBatch).c.worst_usd))
    longest = len(TALK) * settings.model_max_tokens * settings.model_usd_out / 1e6
    assert worst is not None
    assert longest / 2 < worst < longest


def test_what_fails_three_times_is_given_up_and_said_to_be(told: Database, settings: Settings) -> None:
    with asking(told, settings) as platform:
        platform.scripted.instead["ayu"] = errored("invalid_request_error")
        for _ in range(4):
            platform.week()
        done = platform.submit()
        assert (done.given_up, platform.sent) == (1, len(TALK) + 2)
        with pytest.raises(ModelFailed, match="given_up"):
            summary_writer.require_all(done)


def test_whoever_leaves_while_a_batch_is_under_way_leaves_no_trace(
    told: Database, settings: Settings
) -> None:
    with asking(told, settings) as platform:
        platform.submit()
        with told.writing() as connection:
            connection.execute(sa.delete(USERS).where(USERS.c.id == "ayu"))
        assert platform.ingest().unknown == 1
        platform.fold()
        assert platform.summaries() == {name: SHORT[name] for name in ("budi", "citra")}
        assert (platform.count(ModelRequest), platform.count(ModelAnswer)) == (2, 2)


def test_the_sensor_asks_for_a_run_once_a_batch_has_ended(told: Database, settings: Settings) -> None:
    job = job_named("deep_dream")
    assert job is not None
    now = datetime(2026, 11, 23, 5, tzinfo=UTC)
    with asking(told, settings) as platform:
        own = platform.settings.model_copy(
            update={"database_url": SecretStr(told.url.render_as_string(hide_password=False))}
        )
        assert standing(own) == (0, [])
        platform.batches.ends = False
        platform.submit()
        assert standing(own) == (1, [])
        assert decide(job, 1, [], [], now, busy=False).request is None
        platform.batches.ends = True
        waiting, ended = standing(own)
        verdict = decide(job, waiting, ended, [], now, busy=False)
        assert verdict.request is not None
        assert verdict.request.first == "2026-11-16"
        assert decide(job, waiting, ended, [], now, busy=True).request is None
