"""Dagster's daemon as this platform runs it: the same as `dagster-daemon run`, with care at its start.

Before its first look at the queue its own heartbeat id is recorded and runs whose process is gone are
failed instead of holding their pool for ever; before its first look at the schedules, the minutes in
which no daemon looked are gone through one by one.

What belongs here: what is done with Dagster's daemon classes. What does not: processes and locks
(`daemon_process`, `daemon_guard`). Dagster is imported at the top: import this module late.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event
from typing import Any, Final

from dagster import DagsterInstance, DagsterRun, DagsterRunStatus, RunsFilter
from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._core.launcher import DefaultRunLauncher
from dagster._core.storage.tags import GRPC_INFO_TAG
from dagster._core.workspace.context import IWorkspaceProcessContext, WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster._daemon.controller import (
    DEFAULT_DAEMON_ERROR_INTERVAL_SECONDS,
    DEFAULT_DAEMON_HEARTBEAT_TOLERANCE_SECONDS,
    DEFAULT_HEARTBEAT_INTERVAL_SECONDS,
    DagsterDaemonController,
    create_daemon_grpc_server_registry,
    create_daemon_of_type,
)
from dagster._daemon.daemon import DaemonIterator, DagsterDaemon, SchedulerDaemon
from dagster._daemon.run_coordinator.queued_run_coordinator_daemon import QueuedRunCoordinatorDaemon
from dagster._grpc.client import DagsterGrpcClient
from dagster._grpc.types import CanCancelExecutionRequest, CanCancelExecutionResult
from dagster._scheduler.scheduler import launch_scheduled_runs
from dagster._serdes import deserialize_value
from dagster._time import datetime_from_timestamp, get_current_timestamp
from dagster._utils.log import configure_loggers

from agnt_pipelines.serving.instance import record_daemon

_FOR_RUNS_ALONE: Final = ("QUEUED_RUN_COORDINATOR", "MONITORING")
_CATCH_UP_S: Final = 600.0
"""How far back minutes are gone through. A takeover takes seconds; after a real outage Dagster's own
rule holds, the latest missed tick of each schedule, and windows that were missed are stale."""
_MINUTE_S: Final = 60.0


@contextmanager
def loaded(instance: DagsterInstance, workspace: Path) -> Iterator[WorkspaceProcessContext]:
    """Yield the code locations, each with a server of its own that lives as long as the block."""
    with (
        create_daemon_grpc_server_registry(instance, "warning") as registry,
        WorkspaceProcessContext(
            instance=instance,
            workspace_load_target=WorkspaceFileTarget([str(workspace)]),
            grpc_server_registry=registry,
        ) as locations,
    ):
        yield locations


@contextmanager
def serve(locations: WorkspaceProcessContext, *, queue_only: bool) -> Iterator[DagsterDaemonController]:
    """Run the daemon's threads while the block lasts; they are told to end with it."""
    instance = locations.instance
    configure_loggers(handler="default", formatter="colored", log_level="INFO")
    fail_orphaned_runs(instance)
    with ExitStack() as stack:
        daemons = [stack.enter_context(daemon) for daemon in _daemons(instance, queue_only=queue_only)]
        yield stack.enter_context(_controller(locations, daemons))


def _controller(
    locations: WorkspaceProcessContext, daemons: Sequence[DagsterDaemon[Any]]
) -> DagsterDaemonController:
    """Start the threads."""
    return DagsterDaemonController(
        locations,
        daemons,
        heartbeat_interval_seconds=DEFAULT_HEARTBEAT_INTERVAL_SECONDS,
        heartbeat_tolerance_seconds=DEFAULT_DAEMON_HEARTBEAT_TOLERANCE_SECONDS,
        error_interval_seconds=DEFAULT_DAEMON_ERROR_INTERVAL_SECONDS,
        grpc_server_registry=locations._grpc_server_registry,  # noqa: SLF001 - as Dagster's own command does
    )


class KnownQueue(QueuedRunCoordinatorDaemon):
    """The queue's thread, whose id is known to be ours before its first heartbeat is seen."""

    def run_daemon_loop(self, workspace_process_context: Any, daemon_uuid: str, *more: Any) -> None:
        """Record the id, then take runs off the queue."""
        record_daemon(workspace_process_context.instance, daemon_uuid)
        super().run_daemon_loop(workspace_process_context, daemon_uuid, *more)


class CatchingUp(SchedulerDaemon):
    """The schedules' thread, which first sees to the minutes in which nobody looked."""

    def __init__(self, last_look: float | None) -> None:
        """Remember when a daemon last looked at the schedules, before our own heartbeat says now."""
        super().__init__()  # type: ignore[no-untyped-call]
        self._last_look = last_look

    def core_loop(
        self, workspace_process_context: IWorkspaceProcessContext[Any], shutdown_event: Event
    ) -> DaemonIterator:
        """Catch up, then tick."""
        yield from catch_up(workspace_process_context, self._last_look, self._logger)
        yield from super().core_loop(workspace_process_context, shutdown_event)


def catch_up(
    locations: IWorkspaceProcessContext[Any], last_look: float | None, logger: logging.Logger
) -> DaemonIterator:
    """Look at the schedules as of each minute since a daemon last did.

    Of several ticks of an unpartitioned schedule that are due at once, Dagster runs the latest only:
    one that was interrupted by a kill is lost if the next one is due before the takeover. Seen minute
    by minute, no two are due at once. A tick that was done is not done again.
    """
    if last_look is None:
        return
    now = get_current_timestamp()
    # A heartbeat comes every 30 s and before a tick, which may have been interrupted, at a takeover too.
    minute = max(last_look - 3 * _MINUTE_S, now - _CATCH_UP_S) // _MINUTE_S * _MINUTE_S
    while minute <= now:
        yield from launch_scheduled_runs(
            locations, logger, end_datetime_utc=datetime_from_timestamp(minute), iteration_times={}
        )
        minute += _MINUTE_S


def fail_orphaned_runs(instance: DagsterInstance) -> list[str]:
    """Mark active runs without a process as failed, or canceled if they were being; return their ids."""
    if not isinstance(instance.run_launcher, DefaultRunLauncher):
        return []  # other launchers look after their workers
    active = [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]
    orphans = [run for run in instance.get_runs(RunsFilter(statuses=active)) if _served_by_nobody(run)]
    why = "The run's process is gone: it was killed together with its server."
    for run in orphans:
        if run.status is DagsterRunStatus.CANCELING:  # nobody wants it done again
            instance.report_run_canceled(run, why)
        else:
            instance.report_run_failed(run, why)
    return [run.run_id for run in orphans]


def _served_by_nobody(run: DagsterRun) -> bool:
    """Whether no code server knows this active run any more.

    Dagster's default launcher does not look: when a code server and its worker die together, the
    run stays STARTED and blocks its pool. The lock held by our guard means that no other daemon
    launches, so a run whose code server does not answer, or does not know it, has no process.
    """
    if GRPC_INFO_TAG not in run.tags:
        return True
    where = json.loads(run.tags[GRPC_INFO_TAG])
    client = DagsterGrpcClient(host=where["host"], port=where.get("port"), socket=where.get("socket"))
    try:
        answer = client.can_cancel_execution(CanCancelExecutionRequest(run_id=run.run_id), timeout=5)
    except DagsterUserCodeUnreachableError:
        return True
    return not deserialize_value(answer, CanCancelExecutionResult).can_cancel


def _daemons(instance: DagsterInstance, *, queue_only: bool) -> Sequence[DagsterDaemon[Any]]:
    kinds = instance.get_required_daemon_types()
    return [_daemon(kind, instance) for kind in kinds if not queue_only or kind in _FOR_RUNS_ALONE]


def _daemon(kind: str, instance: DagsterInstance) -> DagsterDaemon[Any]:
    if kind == KnownQueue.daemon_type():
        return KnownQueue(interval_seconds=instance.run_coordinator.dequeue_interval_seconds)  # type: ignore[attr-defined]
    if kind == CatchingUp.daemon_type():
        beat = instance.get_daemon_heartbeats().get(kind)
        return CatchingUp(None if beat is None else beat.timestamp)
    return create_daemon_of_type(kind, instance)
