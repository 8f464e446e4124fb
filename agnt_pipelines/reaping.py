"""The reaper: what a dead run holds is freed, and Dagster is told that it is dead.

Dagster's default launcher does not look after a run whose code server died with its worker: it stays
"started" for ever, and its pool with it. Here the database decides: a run that holds a writer set beats,
one that does not is dead, wherever it ran. What belongs here: which runs are dead, and telling Dagster.
What does not: beats and fences themselves (`replay.liveness`), and who calls the reaper, and when.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import dagster as dg
from dagster._core.storage.dagster_run import ACTIVE_RUN_STATUSES, RunRecord

from agnt_pipelines.replay import liveness
from agnt_pipelines.replay.exclusive import lock_key
from agnt_pipelines.replay.liveness import Direct, Holder
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.timetable import POOL_LIMITS

_SENTENCE = "{why}; what it had not committed is done again."


@dataclass(frozen=True, slots=True)
class Reaped:
    """A dead run, and what was done about it.

    Attributes:
        writer_sets: what it held; nobody writes under its token any more.
        sessions: database sessions that were ended.
        told: whether Dagster still took it for alive, and was told.
        why: how we know, in one clause.
    """

    run_id: str
    writer_sets: tuple[str, ...]
    sessions: int
    told: bool
    why: str

    @property
    def sentence(self) -> str:
        """What happened, for a log."""
        held = f", which held {', '.join(self.writer_sets)}" if self.writer_sets else ""
        return f"Ended run {self.run_id}{held}: {self.why}."


def reap(
    instance: dg.DagsterInstance | None, database: Database, settings: Settings, *, watch: bool = True
) -> list[Reaped]:
    """End every dead run; live ones are not touched.

    With `watch`, a run that has missed a beat is watched until it beats or is dead (up to 40 s); without,
    it is left for the next time.

    Dead is: a holder whose beat is older than a lease lives, who misses another one; a holder that
    Dagster ended longer ago than that (cancelled by force, or over its time); a run that Dagster takes
    for started, without a session and without an event for as long as a run may take to start.
    Without an instance, only the first.

    Raises:
        DatabaseUnreachable: no server answers.
    """
    with database.direct() as connection:
        # One at a time: Dagster shall hear of each death once. Whoever only looks in does not wait.
        if not _alone(connection, wait=watch):
            return []
        dead = _dead(instance, connection, settings, watch=watch)
        if instance is not None:
            dead |= {run_id: (why, []) for run_id, why in _lost(instance, connection) if run_id not in dead}
        return [_end(instance, connection, run_id, why, holders) for run_id, (why, holders) in dead.items()]


def _alone(connection: Direct, *, wait: bool) -> bool:
    """Take the reaper's lock; without `wait`, return whether it was free."""
    if wait:
        connection.execute("SELECT pg_advisory_lock(%s)", (lock_key("reaper"),))
        return True
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", (lock_key("reaper"),)).fetchone()
    return row is not None and bool(row[0])


def _dead(
    instance: dg.DagsterInstance | None, connection: Direct, settings: Settings, *, watch: bool
) -> dict[str, tuple[str, list[Holder]]]:
    """Return the runs that hold something and are dead, each with why and with all that it holds."""
    why = {
        holder.run_id: f"no sign of life from {holder.holder} for {holder.beat_age_s:.0f} s"
        for holder in liveness.dead_holders(connection, settings, watch=watch)
    }
    held = liveness.holders(connection)
    if instance is not None:
        for run_id in {holder.run_id for holder in held} - set(why):
            record = instance.get_run_record_by_id(run_id)
            if record is not None and _is_over(record, settings.lease_ttl_s):
                why[run_id] = f"Dagster had ended it ({record.dagster_run.status.value.lower()})"
    return {run_id: (said, [one for one in held if one.run_id == run_id]) for run_id, said in why.items()}


def _is_over(record: RunRecord, grace_s: float) -> bool:
    """Whether a run ended by Dagster's books, and not only just: a worker writes its end, then leaves."""
    ended = record.end_time
    return record.dagster_run.is_finished and ended is not None and time.time() - ended > grace_s


def _lost(instance: dg.DagsterInstance, connection: Direct) -> Iterator[tuple[str, str]]:
    """Yield our runs that Dagster takes for active though nothing was heard of them for too long."""
    patience_s = instance.run_monitoring_start_timeout_seconds
    beating = {holder.run_id for holder in liveness.holders(connection)}
    for record in instance.get_run_records(dg.RunsFilter(statuses=ACTIVE_RUN_STATUSES)):
        run = record.dagster_run
        if run.run_id in beating or not _is_ours(run) or liveness.sessions_of(connection, run.run_id):
            continue
        silent_s = time.time() - _last_word(instance, record)
        if silent_s > patience_s:
            yield run.run_id, f"no process of it was heard of for {silent_s:.0f} s"


def _is_ours(run: dg.DagsterRun) -> bool:
    pools = run.run_op_concurrency and run.run_op_concurrency.all_pools
    return not POOL_LIMITS.keys().isdisjoint(pools or ())


def _last_word(instance: dg.DagsterInstance, record: RunRecord) -> float:
    """Return when a run's log was last written to, as a Unix time."""
    page = instance.get_records_for_run(record.dagster_run.run_id, limit=1, ascending=False)
    if page.records:
        return page.records[0].event_log_entry.timestamp
    return record.create_timestamp.timestamp()


def _end(
    instance: dg.DagsterInstance | None, connection: Direct, run_id: str, why: str, held: list[Holder]
) -> Reaped:
    sessions = sum(liveness.fence(connection, holder) for holder in held)
    told = instance is not None and _tell(instance, run_id, why)
    return Reaped(run_id, tuple(holder.writer_set for holder in held), sessions, told, why)


def _tell(instance: dg.DagsterInstance, run_id: str, why: str) -> bool:
    """Tell Dagster that a run is over, and free what it held there; False where it knows."""
    run = instance.get_run_by_id(run_id)
    if run is None:
        return False
    active = run.status in ACTIVE_RUN_STATUSES
    if active:
        sentence = _SENTENCE.format(why=why[0].upper() + why[1:])
        if run.status is dg.DagsterRunStatus.CANCELING:  # nobody wants it done again
            instance.report_run_canceled(run, sentence)
        else:
            instance.report_run_failed(run, sentence)
    if instance.event_log_storage.supports_global_concurrency_limits:
        instance.event_log_storage.free_concurrency_slots_for_run(run_id)
    return active
