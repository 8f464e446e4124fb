"""The resource that assets write through: the database, and the lease of one writer set.

What belongs here: tying a Dagster run to its leases. What does not: locks and fences themselves
(`replay.exclusive`), and anything that reads or writes rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import dagster as dg
from pydantic import PrivateAttr

from agnt_pipelines.errors import Fenced, LockedOut, SettingsError
from agnt_pipelines.replay.erasure import erase_gone
from agnt_pipelines.replay.exclusive import Lease, exclusive
from agnt_pipelines.run_failures import LOCKED_OUT_TAG
from agnt_pipelines.settings import Settings, get_settings
from agnt_pipelines.storage.connect import connected
from agnt_pipelines.storage.contract import check_source
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.migrations import check_current


@dataclass(slots=True)
class _Run:
    """One run in this process: its writer sets by name, and why it may not write, once that is known."""

    sets: dict[str, WriterSet] = field(default_factory=dict)
    refused: str = ""


_RUNS: dict[str, _Run] = {}


class WriterSet(dg.ConfigurableResource[Any]):
    """One run's right to write what one writer set owns.

    The lease is taken when an asset first asks for it, not when the run starts: a run that is locked
    out then fails as a step, which Dagster does not retry. A run over several writer sets locks all of
    them at that moment, in the order of their names: two such runs never wait for each other.
    """

    writer_set: str
    _settings: Settings = PrivateAttr(default_factory=get_settings)
    _run_id: str = PrivateAttr("")
    _stack: ExitStack = PrivateAttr(default_factory=ExitStack)
    _held: Lease | None = PrivateAttr(None)
    _lease: Lease | None = PrivateAttr(None)
    _instance: dg.DagsterInstance | None = PrivateAttr(None)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[WriterSet]:
        """Let go of everything when the run ends, however it ends."""
        # By the run's id all sessions of a dead run are ended: nobody may share one.
        self._run_id = context.run.run_id if context.run else f"outside-a-run-{uuid4()}"
        self._instance = context.instance
        self._held = self._lease = None
        run = _RUNS.setdefault(self._run_id, _Run())
        run.sets[self.writer_set] = self
        try:
            with ExitStack() as self._stack:
                yield self
        finally:
            del run.sets[self.writer_set]
            if not run.sets:
                del _RUNS[self._run_id]

    @property
    def settings(self) -> Settings:
        """The settings of this process."""
        return self._settings

    def lease(self, job: str) -> Lease:
        """Return the run's lease, taking it the first time; whoever is gone is erased first.

        Raises:
            LockedOut: another live run holds the writer set, or another one that this run writes.
            Fenced: Dagster has ended this run already.
            SettingsError: Dagster's queue has no limit for the writer set's pool.
            SourceContractError: the operational tables are not what the jobs read.
            MigrationNeeded: the schema is not this code's.
        """
        if self._lease is None:
            lease = self._held or self._hold_all()
            erase_gone(lease, job, self._settings)
            self._lease = lease
        return self._lease

    def hold(self) -> Lease:
        """Get the writer set's lock and the next token, for as long as the run lasts.

        Raises:
            LockedOut: another live run holds the writer set.
        """
        database = self._stack.enter_context(connected(self._settings, application_name=self._run_id))
        _check(database)
        held = exclusive(database, self.writer_set, self._run_id, self._settings)
        self._held = self._stack.enter_context(held)
        return self._held

    def _hold_all(self) -> Lease:
        run = _RUNS[self._run_id]
        if run.refused:  # an earlier step waited for it: no use in waiting again
            raise LockedOut(run.refused)
        if self._instance is not None:
            _admit(self._instance, self._run_id, sorted(run.sets))
        try:
            leases = {name: run.sets[name].hold() for name in sorted(run.sets)}
        except LockedOut as locked_out:
            run.refused = str(locked_out)
            if self._instance is not None and self._instance.has_run(self._run_id):
                self._instance.add_run_tags(self._run_id, {LOCKED_OUT_TAG: "true"})
            raise
        return leases[self.writer_set]


def _admit(instance: dg.DagsterInstance, run_id: str, writer_sets: list[str]) -> None:
    """Refuse a run that Dagster has ended, or that its queue would not have kept from overlapping."""
    run = instance.get_run_by_id(run_id)
    if run is not None and run.is_finished:
        raise Fenced(
            f"Run {run_id} was ended while it was still starting ({run.status.value.lower()}): it writes "
            "nothing. Its windows run again by themselves."
        )
    if instance.is_ephemeral:
        return  # a test's, or a script's: there is no queue
    limits = {limit.name: limit for limit in instance.event_log_storage.get_pool_limits()}
    for name in writer_sets:
        limit = limits.get(name)
        own = None if limit is None or limit.from_default else limit.limit
        if own != 1:
            raise SettingsError(
                f"The pool {name!r} has {'no limit of its own' if own is None else f'the limit {own}'} in "
                "Dagster's database, so that its runs would overlap: nothing "
                f"is written. `./agnt migrate` sets it to 1, or `dagster instance concurrency set {name} 1`."
            )


def _check(database: Database) -> None:
    with database.reading() as snapshot:
        check_current(snapshot)
        check_source(snapshot)
