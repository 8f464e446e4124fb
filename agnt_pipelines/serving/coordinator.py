"""Submit one run to Dagster's queue, watch it, and say in one sentence how it ended.

Nothing is executed here: the run goes through the coordinator, which is what keeps two runs of a
job from overlapping. The code location is loaded in this process, as a description only: a code
server of our own would cost seconds and be thrown away.

What belongs here: runs, as a caller sees them. What does not: the daemon that takes them off the
queue (`daemon`), how Dagster's events read (`progress`), and what jobs there are (`definitions`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final, cast

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.serving.progress import Progress, ProgressKind, translate
from agnt_pipelines.timetable import EXCLUSIVE_TAG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from dagster import DagsterInstance, DagsterRun, EventLogEntry
    from dagster._core.remote_origin import CodeLocationOrigin
    from dagster._core.remote_representation.code_location import CodeLocation
    from dagster._core.remote_representation.external import RemoteJob, RemoteRepository
    from dagster._core.workspace.context import BaseWorkspaceRequestContext

_POLL_S: Final = 0.25
_CANCEL_WAIT_S: Final = 60.0  # run_monitoring.cancel_timeout_seconds of dagster.yaml


class Ending(Enum):
    """How a run ended."""

    SUCCESS = "success"
    FAILURE = "failure"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a run."""

    run_id: str
    ending: Ending
    failures: tuple[str, ...] = ()
    """One sentence for each thing that went wrong, in order; our own errors by their message."""
    materialized: tuple[tuple[str, str | None], ...] = ()
    """(asset, partition) of every materialization."""


def partition_tags(first: str, last: str) -> dict[str, str]:
    """Tags that make ONE run cover every partition from `first` to `last`, both included."""
    if first == last:
        return {"dagster/partition": first}
    return {
        "dagster/asset_partition_range_start": first,
        "dagster/asset_partition_range_end": last,
    }


def submit(
    instance: DagsterInstance,
    workspace_file: Path,
    job_name: str,
    *,
    tags: Mapping[str, str],
    run_config: Mapping[str, object] | None = None,
) -> str:
    """Put one run of a job on the queue and return its id; the job's own tags are kept.

    Raises:
        SettingsError: the workspace has no such job, or the instance has no queue.
    """
    from dagster._core.run_coordinator import QueuedRunCoordinator, SubmitRunContext
    from dagster._utils.warnings import disable_dagster_warnings

    if not isinstance(instance.run_coordinator, QueuedRunCoordinator):
        raise SettingsError(
            "The Dagster instance has no run queue; set QueuedRunCoordinator in dagster.yaml."
        )
    origin = _only_origin(workspace_file)
    with disable_dagster_warnings(), _describe(origin, instance) as location:
        run = _create_run(
            instance,
            location=location,
            origin=origin,
            job_name=job_name,
            tags=dict(tags),
            run_config=dict(run_config or {}),
        )
    # The queue only writes the run down: it takes the workspace in its signature and never reads it.
    no_workspace = cast("BaseWorkspaceRequestContext", None)
    instance.run_coordinator.submit_run(SubmitRunContext(run, workspace=no_workspace))
    return run.run_id


def _only_origin(workspace_file: Path) -> CodeLocationOrigin:
    from dagster._core.workspace.load_target import WorkspaceFileTarget

    origins = WorkspaceFileTarget([str(workspace_file)]).create_origins()
    if len(origins) != 1:
        raise SettingsError(f"{workspace_file} names {len(origins)} code locations; keep exactly one.")
    return origins[0]


def _describe(origin: CodeLocationOrigin, instance: DagsterInstance) -> CodeLocation:
    """Load a code location's description: in this process, or from the server that it names."""
    from dagster._core.remote_origin import (
        InProcessCodeLocationOrigin,
        ManagedGrpcPythonEnvCodeLocationOrigin,
    )

    if not isinstance(origin, ManagedGrpcPythonEnvCodeLocationOrigin):
        return origin.create_location(instance)
    here = InProcessCodeLocationOrigin(origin.loadable_target_origin, location_name=origin.location_name)
    return here.create_location(instance)


def _find_job(location: CodeLocation, job_name: str) -> tuple[RemoteRepository, RemoteJob]:
    from dagster._core.definitions.selector import JobSubsetSelector

    for repository in location.get_repositories().values():
        if repository.has_job(job_name):
            selector = JobSubsetSelector(
                location_name=location.name,
                repository_name=repository.name,
                job_name=job_name,
                op_selection=None,
            )
            return repository, location.get_job(selector)
    jobs = sorted(
        job.name
        for repository in location.get_repositories().values()
        for job in repository.get_all_jobs()
        if not job.name.startswith("__")
    )
    raise SettingsError(f"There is no job {job_name!r}; the jobs are {', '.join(jobs)}.")


def _create_run(
    instance: DagsterInstance,
    *,
    location: CodeLocation,
    origin: CodeLocationOrigin,
    job_name: str,
    tags: Mapping[str, str],
    run_config: Mapping[str, object],
) -> DagsterRun:
    from dagster._core.remote_origin import RemoteJobOrigin, RemoteRepositoryOrigin

    repository, job = _find_job(location, job_name)
    plan = location.get_execution_plan(
        job, run_config, step_keys_to_execute=None, known_state=None, instance=instance
    ).execution_plan_snapshot
    return instance.create_run(
        job_name=job_name,
        run_id=None,
        run_config=run_config,
        resolved_op_selection=job.resolved_op_selection,
        step_keys_to_execute=plan.step_keys_to_execute,
        op_selection=None,
        status=None,
        root_run_id=None,
        parent_run_id=None,
        tags={**job.tags, **tags},
        job_snapshot=job.job_snapshot,
        execution_plan_snapshot=plan,
        parent_job_snapshot=job.parent_job_snapshot,
        # The origin of the workspace file, not of the description here: by it the daemon finds the
        # code server that runs the job.
        remote_job_origin=RemoteJobOrigin(RemoteRepositoryOrigin(origin, repository.name), job_name),
        job_code_origin=job.get_python_origin(),
        asset_selection=None,
        asset_check_selection=None,
        asset_graph=repository.asset_graph,
    )


def wait(
    instance: DagsterInstance,
    run_id: str,
    on_progress: Callable[[Progress], None] = lambda _: None,
    *,
    keep_served: Callable[[DagsterInstance], None] = lambda _: None,
) -> Outcome:
    """Follow a run to its end and report how it ended; Ctrl-C cancels it first.

    Args:
        on_progress: called for each event of interest.
        keep_served: called at each look, to see that a daemon still serves the queue (`Daemon.check`).

    Raises:
        ServerFailed: no daemon serves the queue any more (from `keep_served`).
    """
    watch = _Watch(instance, run_id, on_progress)
    try:
        return _follow(watch, keep_served)
    except KeyboardInterrupt:
        return _cancel(watch)


def _follow(watch: _Watch, keep_served: Callable[[DagsterInstance], None]) -> Outcome:
    while (outcome := watch.look()) is None:
        keep_served(watch.instance)
        time.sleep(_POLL_S)
    return outcome


def _cancel(watch: _Watch) -> Outcome:
    """Ask for the run's end and wait for it; monitoring ends it by force after the same time."""
    watch.on_progress(Progress(ProgressKind.CANCELING, f"canceling run {watch.run_id}"))
    watch.instance.run_coordinator.cancel_run(watch.run_id)
    deadline = time.monotonic() + _CANCEL_WAIT_S
    while time.monotonic() < deadline:
        outcome = watch.look()
        if outcome is not None:
            return outcome
        time.sleep(_POLL_S)
    return Outcome(watch.run_id, Ending.CANCELED, ("The run has not yet confirmed its end.",))


@dataclass(slots=True)
class _Watch:
    """Where we are in a run's log."""

    instance: DagsterInstance
    run_id: str
    on_progress: Callable[[Progress], None]
    cursor: str | None = None
    failures: list[str] = field(default_factory=list)
    materialized: list[tuple[str, str | None]] = field(default_factory=list)
    blocked_by: frozenset[str] = frozenset()

    def look(self) -> Outcome | None:
        """Report what is new; the outcome once the run has ended."""
        run = self.instance.get_run_by_id(self.run_id)  # before the log, so that the log is complete
        if run is None:
            raise SettingsError(f"There is no run {self.run_id}.")
        for entry in self._new_entries():
            progress = translate(entry)
            if progress is not None:
                self._take(progress)
        if run.is_finished:
            return self._outcome(run)
        if run.status.value == "QUEUED":
            self._name_blockers(run)
        return None

    def _new_entries(self) -> Iterator[EventLogEntry]:
        more = True
        while more:
            page = self.instance.get_records_for_run(self.run_id, self.cursor)
            self.cursor, more = page.cursor, page.has_more
            yield from (record.event_log_entry for record in page.records)

    def _take(self, progress: Progress) -> None:
        if progress.kind in {ProgressKind.STEP_FAILED, ProgressKind.TROUBLE} or (
            progress.kind is ProgressKind.ENDED and progress.text and not self.failures
        ):
            self.failures.append(progress.text)
        if progress.kind is ProgressKind.MATERIALIZED and progress.asset is not None:
            self.materialized.append((progress.asset, progress.partition))
        self.on_progress(progress)

    def _name_blockers(self, run: DagsterRun) -> None:
        from dagster._core.storage.dagster_run import ACTIVE_RUN_STATUSES, RunsFilter

        active = self.instance.get_runs(RunsFilter(statuses=list(ACTIVE_RUN_STATUSES)))
        others = [other for other in active if other.run_id != run.run_id]
        holders = [other for other in others if _exclude_each_other(run, other)]
        found = frozenset(holder.run_id for holder in holders)
        if found - self.blocked_by:
            names = ", ".join(f"{holder.job_name} ({holder.run_id})" for holder in holders)
            self.on_progress(Progress(ProgressKind.BLOCKED, f"queued behind {names}"))
        self.blocked_by = found

    def _outcome(self, run: DagsterRun) -> Outcome:
        ending = {"SUCCESS": Ending.SUCCESS, "CANCELED": Ending.CANCELED}.get(
            run.status.value, Ending.FAILURE
        )
        return Outcome(
            run_id=self.run_id,
            ending=ending,
            failures=() if ending is Ending.SUCCESS else tuple(self.failures),
            materialized=tuple(self.materialized),
        )


def _exclude_each_other(run: DagsterRun, other: DagsterRun) -> bool:
    """Whether two runs share a pool or a value of the tag that dagster.yaml limits to one."""
    mine, theirs = run.run_op_concurrency, other.run_op_concurrency
    pools = (mine.all_pools or set()) & (theirs.all_pools or set()) if mine and theirs else set()
    exclusive = run.tags.get(EXCLUSIVE_TAG)
    return bool(pools) or (exclusive is not None and exclusive == other.tags.get(EXCLUSIVE_TAG))
