"""What went wrong in a run, in one sentence; and which runs failed lately.

What belongs here: from Dagster's error to our words, for whoever tells of a run. What does not: who
tells (`sensors.failed_runs`, `serving`), and a run's progress (`serving.progress`).
Dagster is imported inside the functions: the command line imports this module to print its help.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from agnt_pipelines import errors
from agnt_pipelines.errors import AgntError
from agnt_pipelines.timetable import Job, job_named, job_of

if TYPE_CHECKING:
    from dagster import DagsterInstance, DagsterRun
    from dagster_shared.error import SerializableErrorInfo

TOLD_TAG: Final = "agnt/told"
"""Of a failed run that the daemon's log told of: the sentence."""

LOCKED_OUT_TAG: Final = "agnt/locked_out"
"""Of a run that found its writer set held: no failure of the window, which runs when it is free."""

LATELY: Final = timedelta(days=1)
_LONGEST = 600

_OUR_ERRORS: Final = frozenset(
    name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, AgntError)
)


@dataclass(frozen=True, slots=True)
class FailedRun:
    """A run that failed, for an operator.

    Attributes:
        over: its windows in words; empty for a job without any.
        said: what went wrong, in one sentence.
        runbook: where to read what to do.
        told: whether the daemon told of it.
        mended: whether a later run of the same job succeeded that reached its last window.
    """

    run_id: str
    job: str
    over: str
    said: str
    runbook: str
    ended: datetime
    told: bool
    mended: bool

    def __str__(self) -> str:
        over = f" ({self.over})" if self.over else ""
        return f"{self.job}{over} failed, run {self.run_id[:8]}: {self.said} What to do: {self.runbook}"


def failed_lately(instance: DagsterInstance, now: datetime) -> list[FailedRun]:
    """Return the runs that failed within the last day, newest first; locked-out ones are no failures."""
    from dagster import DagsterRunStatus, RunsFilter

    asked = RunsFilter(statuses=[DagsterRunStatus.FAILURE], updated_after=now - LATELY)
    records = [
        record for record in instance.get_run_records(asked) if LOCKED_OUT_TAG not in record.dagster_run.tags
    ]
    if not records:
        return []
    ended = [record.end_time or record.create_timestamp.timestamp() for record in records]
    since = datetime.fromtimestamp(min(ended), UTC)
    good = instance.get_run_records(RunsFilter(statuses=[DagsterRunStatus.SUCCESS], created_after=since))
    successes = [(record.dagster_run, record.create_timestamp.timestamp()) for record in good]
    return [
        failed_run(instance, record.dagster_run, end, mended=_mended(record.dagster_run, end, successes))
        for record, end in zip(records, ended, strict=True)
    ]


def failed_run(
    instance: DagsterInstance, run: DagsterRun, ended: float | None, *, mended: bool = False
) -> FailedRun:
    """Return what there is to tell of a failed run; `ended` in seconds since 1970."""
    job = _job_of(run)
    told = run.tags.get(TOLD_TAG)
    return FailedRun(
        run_id=run.run_id,
        job=_name_of(run),
        over=over(run),
        said=told or what_happened(instance, run.run_id),
        runbook="docs/operate.md" if job is None else job.runbook,
        ended=datetime.fromtimestamp(ended, UTC) if ended else datetime.now(UTC),
        told=told is not None,
        mended=mended,
    )


def over(run: DagsterRun) -> str:
    """Return the windows of a run in words; nothing where it has none."""
    first, last = _span(run)
    return first if first == last else f"{first} to {last}"


def what_happened(instance: DagsterInstance, run_id: str) -> str:
    """Return in one sentence why a run failed: its first failed step's, else the run's own."""
    said = [*_sentences(instance, run_id), "The run's process ended without a word."]
    return said[0][:_LONGEST]


def sentence(error: SerializableErrorInfo, step: str | None) -> str:
    """What was raised, without a traceback: ours by its message, another's with its kind and step.

    Dagster wraps what a step or resource raises; that, not its own causes, is what a caller reads.
    """
    chain = [error]
    while chain[-1].cause is not None:
        chain.append(chain[-1].cause)
    raised = next(
        (link for link in chain if not (link.cls_name or "Dagster").startswith("Dagster")), chain[-1]
    )
    kind = raised.cls_name or "Error"
    message = raised.message.strip()
    prefix, separator, rest = message.partition(": ")
    if separator and prefix.rpartition(".")[2] == kind:
        message = rest
    if kind in _OUR_ERRORS:
        return message
    where = f"{step} failed with " if step else ""
    return f"{where}{kind}: {message}" if message != kind else f"{where}{kind}"


def _sentences(instance: DagsterInstance, run_id: str) -> Iterator[str]:
    from dagster import DagsterEventType
    from dagster._core.events import JobFailureData
    from dagster._core.execution.plan.objects import StepFailureData

    kinds = {DagsterEventType.STEP_FAILURE, DagsterEventType.RUN_FAILURE}
    for entry in instance.all_logs(run_id, of_type=kinds):
        event = entry.dagster_event
        data = None if event is None else event.event_specific_data
        if event is None or not isinstance(data, StepFailureData | JobFailureData):
            continue
        if data.error is not None:
            yield sentence(data.error, event.step_key)
        elif event.message:
            yield event.message


def _job_of(run: DagsterRun) -> Job | None:
    """Return the job whose work a run does: by its name, or, of assets asked for by hand, by the first."""
    keys = sorted(key.path[-1] for key in run.asset_selection or ())
    return job_named(run.job_name) or (job_of(keys[0]) if keys else None)


def _name_of(run: DagsterRun) -> str:
    job = _job_of(run)
    return run.job_name if job is None else job.name


def _span(run: DagsterRun) -> tuple[str, str]:
    """Return the first and the last window of a run, by key; empty where it has none."""
    first = run.tags.get("dagster/asset_partition_range_start") or run.tags.get("dagster/partition", "")
    return first, run.tags.get("dagster/asset_partition_range_end", first)


def _mended(failed: DagsterRun, ended: float, successes: Iterable[tuple[DagsterRun, float]]) -> bool:
    """Whether one of the runs that succeeded made good what failed.

    Windows are done oldest first, each for itself: what comes after a failure begins where it stopped,
    and has made it good when it has done its last window.
    """
    name, (_, last) = _name_of(failed), _span(failed)
    return any(
        began >= ended and _name_of(run) == name and _span(run)[0] <= last <= _span(run)[1]
        for run, began in successes
    )
