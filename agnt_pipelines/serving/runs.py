"""Jobs run over windows through Dagster's queue, and what each run did.

What belongs here: one run per range of windows, its progress, its report by asset. What does not:
which windows (`backlog`), the queue itself (`coordinator`, `daemon`), and tables on a screen (`cli`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import sqlalchemy as sa

from agnt_pipelines.backlog import Range, derivations_of
from agnt_pipelines.serving.coordinator import Ending, Outcome, partition_tags, submit, wait
from agnt_pipelines.serving.daemon import WORKSPACE, Daemon, DaemonPlan, Scope, running_daemon
from agnt_pipelines.serving.instance import open_instance, prepare_home
from agnt_pipelines.serving.progress import Progress, ProgressKind
from agnt_pipelines.serving.reaping import Reaper, reaper_of
from agnt_pipelines.serving.session import Announce, Platform, ensure_dagster_database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import JobWindow
from agnt_pipelines.timetable import POOL_LIMITS, Job

if TYPE_CHECKING:
    from dagster import DagsterInstance

_WINDOWS = table_of(JobWindow)
_COUNT_EVERY_S = 1.0


class Listener(Protocol):
    """Who is told how a run gets on."""

    def began(self, text: str, windows: int) -> None:
        """A run was submitted over so many windows."""

    def doing(self, text: str) -> None:
        """It does something else from now on."""

    def said(self, text: str) -> None:
        """A step told how far it is; there may be many such words."""

    def done(self, windows: int) -> None:
        """So many of its windows are done by now."""


@dataclass(slots=True)
class AssetReport:
    """What a run did in one asset: rows by fate, refusals by reason, seconds; what waits for a person.

    `kinds`: of an asset of several kinds of rows, those there are of each, added, changed and removed.
    """

    asset: str
    partitions: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    superseded: int = 0
    held: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    waits: str = ""
    kinds: dict[str, list[int]] = field(default_factory=dict)

    def take(self, metadata: Mapping[str, object]) -> None:
        """Add the metadata of one materialization."""
        self.partitions += 1
        for name in ("added", "changed", "removed", "unchanged", "superseded"):
            setattr(self, name, getattr(self, name) + _int(metadata.get(f"rows_{name}")))
        self.held += _int(metadata.get("units_held"))
        self.waits = str(metadata.get("held") or self.waits)
        kinds = metadata.get("rows_by_kind")
        self.kinds = kinds if isinstance(kinds, dict) else self.kinds
        rejected = metadata.get("rejected_by_reason")
        if isinstance(rejected, dict):
            for reason, number in rejected.items():
                self.rejected[str(reason)] = self.rejected.get(str(reason), 0) + _int(number)
        seconds = metadata.get("duration_s")
        if isinstance(seconds, int | float):
            self.seconds = max(self.seconds, float(seconds))  # a step's, repeated for each partition


@dataclass(frozen=True, slots=True)
class RunReport:
    """One run over one range, as it ended."""

    job: str
    run_id: str
    first: str | None
    last: str | None
    windows: int
    ending: str
    failures: tuple[str, ...]
    assets: tuple[AssetReport, ...]
    seconds: float
    interrupted: bool = False

    @property
    def over(self) -> str:
        """The windows it was over, in words; nothing for a job without windows."""
        if self.first is None:
            return ""
        return self.first if self.first == self.last else f"{self.first} to {self.last}"

    @property
    def succeeded(self) -> bool:
        """Whether it ended well."""
        return self.ending == Ending.SUCCESS.value


@dataclass(frozen=True, slots=True)
class Runner:
    """A served queue."""

    platform: Platform
    instance: DagsterInstance
    daemon: Daemon
    reaper: Reaper

    def run(self, job: Job, over: Range | None, listener: Listener, *, code: bool = False) -> RunReport:
        """Run a job once over a range (None: it has no windows) and wait for its end; Ctrl-C cancels it.

        `code` has the folds redo what only another version of the code made.
        """
        began = time.monotonic()
        windows = over.count if over else 1
        listener.began(f"{job.name} {over}" if over else job.name, windows)
        folds = [d.name for d in derivations_of(job, self.platform.settings) if d.calendar is None]
        config = {"ops": {name: {"config": {"code": True}} for name in folds}} if code else {}
        tags = partition_tags(over.first.key, over.last.key) if over else {}
        run_id = submit(self.instance, WORKSPACE, job.name, tags=tags, run_config=config)
        watch = _Watch(self, job, run_id, windows, listener)
        outcome = wait(self.instance, run_id, watch.progress, keep_served=watch.look)
        seconds = time.monotonic() - began
        return self._report(job, over, outcome, seconds=seconds, interrupted=watch.interrupted)

    def _report(
        self, job: Job, over: Range | None, outcome: Outcome, *, seconds: float, interrupted: bool
    ) -> RunReport:
        return RunReport(
            job=job.name,
            run_id=outcome.run_id,
            first=over.first.key if over else None,
            last=over.last.key if over else None,
            windows=over.count if over else 0,
            ending=outcome.ending.value,
            failures=outcome.failures,
            assets=tuple(_assets(self.instance, job, outcome.run_id)),
            seconds=round(seconds, 2),
            interrupted=interrupted,
        )


@contextmanager
def serving_queue(platform: Platform, announce: Announce) -> Iterator[Runner]:
    """Yield a runner while a daemon serves the queue: the one that runs, else one of our own.

    Raises:
        DatabaseUnreachable: Dagster's database does not answer.
    """
    home = prepare_home(platform.settings.state)
    ensure_dagster_database(platform)
    # Opened before the daemon starts: two processes that make Dagster's tables at once collide.
    with open_instance(home, platform.dagster_url) as instance:
        plan = DaemonPlan(home, platform.dagster_url, POOL_LIMITS, scope=Scope.QUEUE)
        with running_daemon(plan, announce) as daemon:
            yield Runner(platform, instance, daemon, reaper_of(platform, instance, announce))


@dataclass(slots=True)
class _Watch:
    """Dagster's events and our completions, as one progress."""

    runner: Runner
    job: Job
    run_id: str
    windows: int
    listener: Listener
    interrupted: bool = False
    _counted: float = field(default_factory=time.monotonic)

    def progress(self, event: Progress) -> None:
        """Tell the listener what an event means to it."""
        texts = {
            ProgressKind.QUEUED: "waiting for the daemon",
            ProgressKind.BLOCKED: event.text,
            ProgressKind.STARTING: "starting the run",
            ProgressKind.STEP_STARTED: f"deriving {event.step}",
            ProgressKind.CANCELING: event.text,
        }
        if text := texts.get(event.kind):
            self.listener.doing(text)
        if event.kind is ProgressKind.SAID:
            self.listener.said(event.text)
        if event.kind is ProgressKind.CANCELING and event.text:
            self.interrupted = True  # the coordinator's own word, after Ctrl-C; Dagster's has no text
        if event.kind is ProgressKind.MATERIALIZED and event.asset == self.job.assets[0]:
            self.listener.done(self.windows)

    def look(self, instance: DagsterInstance) -> None:
        """See that the queue is served and no dead run is in it, and count the windows completed so far."""
        self.runner.daemon.check(instance)
        self.runner.reaper.look()
        if time.monotonic() - self._counted < _COUNT_EVERY_S:
            return
        self._counted = time.monotonic()
        mine = (_WINDOWS.c.run_id == self.run_id, _WINDOWS.c.derivation == self.job.assets[0])
        with self.runner.platform.database.reading() as snapshot:
            count = snapshot.scalar(sa.select(sa.func.count()).select_from(_WINDOWS).where(*mine))
        if count:
            self.listener.done(count)


def _assets(instance: DagsterInstance, job: Job, run_id: str) -> Iterator[AssetReport]:
    """Yield what a run reported of each asset, in the job's order."""
    from dagster import DagsterEventType

    found = {asset: AssetReport(asset) for asset in job.assets}
    cursor, more = None, True
    while more:
        page = instance.get_records_for_run(run_id, cursor, of_type=DagsterEventType.ASSET_MATERIALIZATION)
        cursor, more = page.cursor, page.has_more
        for record in page.records:
            materialization = record.event_log_entry.asset_materialization
            if materialization is not None and materialization.asset_key.path[-1] in found:
                values = {name: value.value for name, value in materialization.metadata.items()}
                found[materialization.asset_key.path[-1]].take(values)
    yield from (report for report in found.values() if report.partitions)


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0
