"""The world before each job, kept as a template database each, and cases that begin as copies of one.

A stage is settled up to one job, to which the second round of rows and commits has just come. Every
case ends in the same place: the state of the run in which nothing failed, right after its job or after
all of them. What belongs here: making
stages and cases. What does not: what goes wrong in a case (`kinds`), and counting (`counts`).
"""

from __future__ import annotations

import itertools
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.migrations import upgrade
from benchmarks.faults import children, counts, runs, world
from benchmarks.faults.children import Child
from benchmarks.faults.counts import Ending
from benchmarks.faults.runs import JOBS, Place
from benchmarks.faults.server import OwnServer

_STAGE = "stage"


class Broken(AssertionError):
    """The harness itself failed: a fault did not fire, or a run failed that nothing happened to."""


@dataclass(slots=True)
class Case:
    """One world to break: its place, and the children that work on it."""

    job: str
    place: Place
    server: OwnServer
    name: str
    usual_s: float
    children: list[Child] = field(default_factory=list)
    facts: dict[str, float] = field(default_factory=dict)

    def start(
        self,
        task: Callable[[], object] | None = None,
        *,
        url: str = "",
        settings: Mapping[str, str] | None = None,
        **more: str,
    ) -> Child:
        """Start a run of the case's job (or another task) in a process of its own."""
        place = replace(self.place, url=url) if url else self.place
        log = self.place.state.with_suffix(f".{len(self.children)}.log")
        child = children.start(
            task or (lambda: runs.run_due(self.job)), place.environment(**(settings or {}), **more), log
        )
        self.children.append(child)
        return child

    def end_children(self) -> None:
        """End whoever is left, by force."""
        for child in self.children:
            if child.status is None:
                child.kill()
                child.wait()

    def settle(self, *, whole: bool) -> None:
        """Run whatever is missing or stale of the job (`whole`: of every job) in a process of its own.

        Raises:
            Broken: it fails.
        """
        child = self.start(runs.settle if whole else lambda: runs.settle_job(self.job)).wait()
        if not child.succeeded:
            raise Broken(f"{self.name}: settling failed: {child.failure}")

    def ending(self) -> Ending:
        """Return how the case stands now."""
        return counts.ending(self.place.url)


class Stages:
    """Every stage on one server, made once; cases are numbered."""

    def __init__(self, server: OwnServer, folder: Path, hook: str | None = None) -> None:
        """Make every stage, and the reference, which is how it all ends if nothing fails."""
        self.server, self.folder = server, folder
        self.usual_s: dict[str, float] = {}
        self._numbers = itertools.count(1)
        folder.mkdir(parents=True, exist_ok=True)
        self._wiki = world.Wiki(folder / "wiki")
        self._hook = hook
        self.after: dict[str, Ending] = {}
        self.reference = self._make()

    @contextmanager
    def case(self, job: str) -> Iterator[Case]:
        """Yield a copy of the world before a job; nothing of it is left afterwards."""
        name = f"case_{next(self._numbers)}"
        place = self._place(name, world.NOW)
        self.server.create(name, f"before_{job}")
        shutil.copytree(self._state(f"before_{job}"), place.state)
        case = Case(job, place, self.server, name, self.usual_s[job])
        try:
            yield case
        finally:
            case.end_children()
            self.server.drop(name)
            shutil.rmtree(place.state, ignore_errors=True)
            for log in self.folder.glob(f"{name}.*"):
                log.unlink()

    def _make(self) -> Ending:
        self.server.create(_STAGE)
        first, second = self._place(_STAGE, world.FIRST_NOW), self._place(_STAGE, world.NOW)
        first.state.mkdir()
        with _opened(first.url) as database:
            upgrade(database)
            world.begin(database)
        modules = self.folder / "modules"

        def settle_and_note() -> None:
            runs.settle()
            runs.note_modules(modules)

        self._do(settle_and_note, first)
        runs.warm(modules)
        with _opened(first.url) as database:
            world.go_on(database)
        self._wiki.go_on()
        for job in JOBS:
            self.server.create(f"before_{job}", _STAGE)
            shutil.copytree(first.state, self._state(f"before_{job}"))
            began = time.monotonic()
            self._do(lambda job=job: runs.run_due(job), second)  # type: ignore[misc]
            self.usual_s[job] = time.monotonic() - began
            self.after[job] = counts.ending(second.url)
        self._do(runs.settle, second)
        return counts.ending(second.url)

    def _do(self, task: Callable[[], object], place: Place) -> None:
        log = self.folder / "stages.log"
        child = children.start(task, place.environment(), log).wait()
        if not child.succeeded:
            raise Broken(f"a run failed that nothing happened to: {child.failure}")

    def _place(self, name: str, now: datetime) -> Place:
        return Place(self.server.address.url(name), self._state(name), self._wiki.folder, now, self._hook)

    def _state(self, name: str) -> Path:
        return self.folder / name


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = Database(url, application_name="stages")
    try:
        yield database
    finally:
        database.close()
