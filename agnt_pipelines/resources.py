"""The resource that assets write through: the database, and the lease of one writer set.

What belongs here: tying a Dagster run to a lease. What does not: locks and fences themselves
(`replay.exclusive`), and anything that reads or writes rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import dagster as dg
from pydantic import PrivateAttr

from agnt_pipelines.errors import LockedOut
from agnt_pipelines.replay.erasure import erase_gone
from agnt_pipelines.replay.exclusive import Lease, exclusive
from agnt_pipelines.settings import Settings, get_settings
from agnt_pipelines.storage.connect import connected
from agnt_pipelines.storage.contract import check_source
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.migrations import check_current

LOCKED_OUT_TAG = "agnt/locked_out"
"""Of a run that found its writer set held: no failure of the window, which runs when it is free."""


class WriterSet(dg.ConfigurableResource[Any]):
    """One run's right to write what one writer set owns.

    The lease is taken when an asset first asks for it, not when the run starts: a run that is locked
    out then fails as a step, which Dagster does not retry.
    """

    writer_set: str
    _settings: Settings = PrivateAttr(default_factory=get_settings)
    _run_id: str = PrivateAttr("")
    _stack: ExitStack = PrivateAttr(default_factory=ExitStack)
    _lease: Lease | None = PrivateAttr(None)
    _instance: dg.DagsterInstance | None = PrivateAttr(None)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[WriterSet]:
        """Let go of everything when the run ends, however it ends."""
        self._run_id = context.run.run_id if context.run else "outside-a-run"
        self._instance = context.instance
        with self._stack:
            yield self

    @property
    def settings(self) -> Settings:
        """The settings of this process."""
        return self._settings

    def lease(self, job: str) -> Lease:
        """Return the run's lease, taking it the first time; whoever is gone is erased first.

        Raises:
            LockedOut: another live run holds the writer set.
            SourceContractError: the operational tables are not what the jobs read.
            MigrationNeeded: the schema is not this code's.
        """
        if self._lease is None:
            database = self._stack.enter_context(connected(self._settings, application_name=self._run_id))
            _check(database)
            lease = self._take(database)
            erase_gone(lease, job, self._settings)
            self._lease = lease
        return self._lease

    def _take(self, database: Database) -> Lease:
        held = exclusive(database, self.writer_set, self._run_id, self._settings)
        try:
            return self._stack.enter_context(held)
        except LockedOut:
            if self._instance is not None and self._instance.has_run(self._run_id):
                self._instance.add_run_tags(self._run_id, {LOCKED_OUT_TAG: "true"})
            raise


def _check(database: Database) -> None:
    with database.reading() as snapshot:
        check_current(snapshot)
        check_source(snapshot)
