"""Dagster's daemon as this platform runs it, below `daemon_guard` and never without it.

The same daemon as `dagster-daemon run`, with four things done before its first look at the queue:
the pools' limits are written, a foreign daemon is respected, its own heartbeat id is recorded, and
runs whose process is gone are failed instead of holding their pool for ever. With `--queue-only` it
serves submitted runs and nothing else: a daemon that lives for one command ticks no schedule.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from typing import TYPE_CHECKING, Final

from agnt_pipelines.serving.daemon_guard import TAKEN, die_with_parent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dagster import DagsterInstance, DagsterRun
    from dagster._daemon.daemon import DagsterDaemon

_FOR_RUNS_ALONE: Final = ("QUEUED_RUN_COORDINATOR", "MONITORING")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="agnt daemon process")
    parser.add_argument("--guard", type=int, required=True, help="the parent without which not to live")
    parser.add_argument("--workspace", required=True)
    parser.add_argument("--queue-only", action="store_true")
    parser.add_argument("--pool", action="append", default=[], metavar="NAME=LIMIT")
    return parser.parse_args()


def _served_by_nobody(run: DagsterRun) -> bool:
    """Whether no code server knows this active run any more.

    Dagster's default launcher does not look: when a code server and its worker die together, the
    run stays STARTED and blocks its pool. The lock held by our guard means that no other daemon
    launches, so a run whose code server does not answer, or does not know it, has no process.
    """
    from dagster._core.errors import DagsterUserCodeUnreachableError
    from dagster._core.storage.tags import GRPC_INFO_TAG
    from dagster._grpc.client import DagsterGrpcClient
    from dagster._grpc.types import CanCancelExecutionRequest, CanCancelExecutionResult
    from dagster._serdes import deserialize_value

    if GRPC_INFO_TAG not in run.tags:
        return True
    where = json.loads(run.tags[GRPC_INFO_TAG])
    client = DagsterGrpcClient(host=where["host"], port=where.get("port"), socket=where.get("socket"))
    try:
        answer = client.can_cancel_execution(CanCancelExecutionRequest(run_id=run.run_id), timeout=5)
    except DagsterUserCodeUnreachableError:
        return True
    return not deserialize_value(answer, CanCancelExecutionResult).can_cancel


def fail_orphaned_runs(instance: DagsterInstance) -> list[str]:
    """Mark active runs without a process as failed and return their ids."""
    from dagster import DagsterRunStatus, RunsFilter
    from dagster._core.launcher import DefaultRunLauncher

    if not isinstance(instance.run_launcher, DefaultRunLauncher):
        return []  # other launchers look after their workers
    active = [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]
    orphans = [run for run in instance.get_runs(RunsFilter(statuses=active)) if _served_by_nobody(run)]
    for run in orphans:
        instance.report_run_failed(run, "The run's process is gone: it was killed together with its server.")
    return [run.run_id for run in orphans]


def _daemons(instance: DagsterInstance, *, queue_only: bool) -> Sequence[DagsterDaemon]:  # type: ignore[type-arg]
    from dagster._daemon.controller import create_daemon_of_type

    kinds = instance.get_required_daemon_types()
    return [create_daemon_of_type(k, instance) for k in kinds if not queue_only or k in _FOR_RUNS_ALONE]


def main() -> int:
    """Serve the queue until told to stop."""
    options = _arguments()
    die_with_parent(options.guard, signal.SIGKILL)

    from dagster import DagsterInstance
    from dagster._core.workspace.load_target import WorkspaceFileTarget
    from dagster._daemon.controller import daemon_controller_from_instance
    from dagster._utils.interrupts import capture_interrupts

    from agnt_pipelines.serving.instance import foreign_daemon_alive, record_daemon, set_pool_limits

    with capture_interrupts(), DagsterInstance.get() as instance:
        if foreign_daemon_alive(instance):
            return TAKEN
        set_pool_limits(
            instance, {name: int(limit) for name, _, limit in (p.partition("=") for p in options.pool)}
        )
        fail_orphaned_runs(instance)
        with daemon_controller_from_instance(
            instance,
            workspace_load_target=WorkspaceFileTarget([options.workspace]),
            gen_daemons=lambda i: _daemons(i, queue_only=options.queue_only),
            code_server_log_level="warning",
        ) as controller:
            # Private, but the only name that the daemon has in its heartbeats.
            record_daemon(instance, controller._daemon_uuid)  # noqa: SLF001
            controller.check_daemon_loop()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(0)
