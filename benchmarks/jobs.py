"""Every job over all its due windows, through the functions that its assets call."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agnt_pipelines.dreaming import deep_dream, deep_store, light_dream, store
from agnt_pipelines.faq import faq_compile, faq_extract
from agnt_pipelines.faq import store as faq_store
from agnt_pipelines.graph import graph_build
from agnt_pipelines.replay import staleness
from agnt_pipelines.replay.derivation import Applied, Derivation
from agnt_pipelines.replay.erasure import erase_gone
from agnt_pipelines.replay.exclusive import Lease, exclusive
from agnt_pipelines.replay.windows import Window
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.timetable import job_named
from agnt_pipelines.wiki import wiki_reconcile

_SAY_EVERY = 100

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Ran:
    """What a job did: windows that were due, and every apply."""

    due: int
    done: list[Applied]
    seconds: float

    def figures(self) -> dict[str, Any]:
        """Return the figures of the contract; nothing is skipped, for nothing runs beside it."""
        rows = sum(applied.added + applied.changed for applied in self.done)
        return {"due": self.due, "run": self.due, "skipped": 0, "rows": rows, "seconds": self.seconds}


def run_jobs(database: Database, settings: Settings, now: datetime, say: Say) -> Iterator[tuple[str, Ran]]:
    """Run every job, upstream first."""
    for name, job in _JOBS.items():
        began = time.perf_counter()
        with _lease(database, settings, name) as lease:
            windows, done = job(lease, settings, now, say)
        ran = Ran(windows, done, round(time.perf_counter() - began, 3))
        say(f"{name}: {ran.figures()}")
        yield name, ran


def _light(lease: Lease, settings: Settings, now: datetime, say: Say) -> tuple[int, list[Applied]]:
    windows = _due(lease, store.observations(settings), now)
    done = _told(light_dream.dream(lease, windows, settings), len(windows), say)
    folds = (light_dream.remember, light_dream.write_prompts, light_dream.weigh_taste)
    return len(windows), [*done, *(fold(lease, settings) for fold in folds)]


def _deep(lease: Lease, settings: Settings, now: datetime, say: Say) -> tuple[int, list[Applied]]:
    windows = _due(lease, deep_store.memory_chunks(settings), now)
    done = _told(deep_dream.remember(lease, windows, settings), len(windows), say)
    done += _told(deep_dream.compare(lease, windows, settings), len(windows), say)
    return len(windows), [*done, deep_dream.suppose(lease, settings)]


def _graph(lease: Lease, settings: Settings, _now: datetime, _say: Say) -> tuple[int, list[Applied]]:
    return 1, [graph_build.build(lease, settings)]


def _wiki(lease: Lease, settings: Settings, _now: datetime, _say: Say) -> tuple[int, list[Applied]]:
    if wiki_reconcile.record(lease, settings) is None:
        return 0, []
    return 1, [wiki_reconcile.reconcile(lease, settings)]


def _extract(lease: Lease, settings: Settings, now: datetime, say: Say) -> tuple[int, list[Applied]]:
    windows = _due(lease, faq_store.candidates(settings), now)
    return len(windows), _told(faq_extract.extract(lease, windows, settings), len(windows), say)


def _compile(lease: Lease, settings: Settings, now: datetime, say: Say) -> tuple[int, list[Applied]]:
    compiled = job_named("faq_compile")
    assert compiled is not None
    due = _due(lease, faq_store.candidates(settings), now)
    windows = [window for window in due if compiled.tick_after(window.end) <= now]
    return len(windows), _told(faq_compile.compile_weeks(lease, windows, settings), len(windows), say)


_JOBS = {
    "light_dream": _light,
    "deep_dream": _deep,
    "wiki_reconcile": _wiki,
    "graph_build": _graph,
    "faq_extract": _extract,
    "faq_compile": _compile,
}


@contextmanager
def _lease(database: Database, settings: Settings, name: str) -> Iterator[Lease]:
    job = job_named(name)
    assert job is not None
    with exclusive(database, job.pool, f"bench-{name}", settings) as lease:
        erase_gone(lease, name, settings)
        yield lease


def _due(lease: Lease, derivation: Derivation, now: datetime) -> list[Window]:
    with lease.database.reading() as snapshot:
        return staleness.due_windows(snapshot, derivation, now)


def _told(applied: Iterable[Applied], total: int, say: Say) -> list[Applied]:
    done = []
    for one in applied:
        done.append(one)
        if len(done) % _SAY_EVERY == 0:
            say(f"{one.derivation}: {len(done)} of {total} windows")
    return done
