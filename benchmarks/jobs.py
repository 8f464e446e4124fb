"""Every job of the platform through the functions that its assets call, without Dagster.

What belongs here: which functions make up a job, its windows, and what is due in them; the law over
all jobs runs through it, too. What does not: a job's own steps (its wing), and scheduling.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.engine import Connection

from agnt_pipelines.backlog import derivations_of, find_job
from agnt_pipelines.dreaming import deep_dream, light_dream
from agnt_pipelines.faq import faq_compile, faq_extract
from agnt_pipelines.graph import graph_build, taste_similarity
from agnt_pipelines.graph import store as graph_store
from agnt_pipelines.replay import staleness
from agnt_pipelines.replay.derivation import Applied, Derivation
from agnt_pipelines.replay.erasure import erase_gone
from agnt_pipelines.replay.exclusive import Lease, exclusive
from agnt_pipelines.replay.windows import FOLD, Window
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.wiki import wiki_reconcile

Say = Callable[[str], None]
Steps = Callable[[Lease, Sequence[Window], Settings], Iterator[Applied]]

_SAY_EVERY_S = 5.0


@dataclass(frozen=True, slots=True)
class Ran:
    """What a job did: windows that were due, those still due after it, and every apply."""

    due: int
    left: int
    done: list[Applied]
    seconds: float

    def figures(self) -> dict[str, Any]:
        """Return the figures of the contract; rows are those that were added or changed."""
        rows = sum(applied.added + applied.changed for applied in self.done)
        run = self.due - self.left
        return {"due": self.due, "run": run, "skipped": self.left, "rows": rows, "seconds": self.seconds}


def run_jobs(database: Database, settings: Settings, now: datetime, say: Say) -> Iterator[tuple[str, Ran]]:
    """Run whatever is due in every job, upstream first."""
    for name in JOBS:
        began = time.perf_counter()
        with leased(database, settings, name, f"bench-{name}") as lease:
            before = due(database, settings, name, now)
            say(f"{name}: {len(before)} due")
            done = _told(name, run(lease, settings, name, before), len(before), say)
        left = set(due(database, settings, name, now)) & set(before)
        ran = Ran(len(before), len(left), done, round(time.perf_counter() - began, 3))
        say(f"{name}: {ran.figures()}")
        yield name, ran


@contextmanager
def leased(database: Database, settings: Settings, name: str, run_id: str) -> Iterator[Lease]:
    """Hold a job's writer set, as a run of it does: who is gone is erased, a wiki's head recorded."""
    with exclusive(database, find_job(name).pool, run_id, settings) as lease:
        erase_gone(lease, name, settings)
        if name == "wiki_reconcile":
            wiki_reconcile.record(lease, settings)
        yield lease


def run(lease: Lease, settings: Settings, name: str, keys: Sequence[str]) -> Iterator[Applied]:
    """Run some windows of a job, oldest first, and its folds; none of its own where nothing is due."""
    calendar = find_job(name).window
    windows = [] if calendar is None else [calendar.window(key) for key in keys if key != FOLD]
    if keys:
        yield from JOBS[name](lease, windows, settings)


def due(database: Database, settings: Settings, name: str, now: datetime) -> list[str]:
    """Return the keys of a job's windows that are missing or stale, oldest first; FOLD for its folds."""
    with database.reading() as snapshot:
        found: set[str] = set()
        for derivation in _derivations(name, settings):
            if derivation.calendar is None:
                found |= set(staleness.due(snapshot, derivation)) if _is_used(name, settings) else set()
                continue
            windows = closed(snapshot, derivation, name, now)
            found |= set(staleness.due(snapshot, derivation, windows)) if windows else set()
    if found - {FOLD}:
        found -= {FOLD}  # its folds follow whatever window is run
    return sorted(found)


def closed(snapshot: Connection, derivation: Derivation, name: str, now: datetime) -> list[Window]:
    """Return the closed windows of a derivation whose job had its tick by now."""
    job = find_job(name)
    windows = staleness.due_windows(snapshot, derivation, now)
    # A tick may fall on the very minute in which the window closes.
    return [window for window in windows if job.tick_of(window) <= now]


def _light(lease: Lease, windows: Sequence[Window], settings: Settings) -> Iterator[Applied]:
    yield from light_dream.dream(lease, windows, settings)
    yield light_dream.remember(lease, settings)
    yield light_dream.summarise(lease, settings)
    yield light_dream.write_prompts(lease, settings)
    yield light_dream.weigh_taste(lease, settings)


def _deep(lease: Lease, windows: Sequence[Window], settings: Settings) -> Iterator[Applied]:
    yield from deep_dream.remember(lease, windows, settings)
    yield from deep_dream.gather(lease, windows, settings)
    yield from deep_dream.compare(lease, windows, settings)
    yield deep_dream.suppose(lease, settings)
    yield deep_dream.summarise(lease, settings)
    yield deep_dream.write_prompts(lease, settings)


def _wiki(lease: Lease, _windows: Sequence[Window], settings: Settings) -> Iterator[Applied]:
    yield wiki_reconcile.reconcile(lease, settings)


def _graph(lease: Lease, _windows: Sequence[Window], settings: Settings) -> Iterator[Applied]:
    yield graph_build.build(lease, settings)
    yield graph_build.liken(lease, settings)


def _taste(lease: Lease, _windows: Sequence[Window], settings: Settings) -> Iterator[Applied]:
    yield taste_similarity.compare(lease, settings)


def _extract(lease: Lease, windows: Sequence[Window], settings: Settings) -> Iterator[Applied]:
    yield from faq_extract.extract(lease, windows, settings)


def _compile(lease: Lease, windows: Sequence[Window], settings: Settings) -> Iterator[Applied]:
    yield from faq_compile.compile_weeks(lease, windows, settings)
    for window in windows:
        with lease.database.reading() as snapshot:
            found = faq_compile.staged(snapshot, window.key)
        faq_compile.stage(found, settings)
        faq_compile.publish(lease, window.key, settings)


JOBS: Final[Mapping[str, Steps]] = {
    "light_dream": _light,
    "deep_dream": _deep,
    "wiki_reconcile": _wiki,
    "graph_build": _graph,
    "taste_similarity": _taste,
    "faq_extract": _extract,
    "faq_compile": _compile,
}
"""Job -> its steps, upstream first."""


def _derivations(name: str, settings: Settings) -> list[Derivation]:
    if name == "graph_build":
        told = graph_store.entity_graph(settings, graph_build.as_of(settings))
        return [told, graph_store.venue_likeness(settings)]
    if name == "taste_similarity":
        return [graph_store.taste_neighbours(settings)]
    return derivations_of(find_job(name), settings)


def _is_used(name: str, settings: Settings) -> bool:
    return name != "wiki_reconcile" or settings.wiki_url is not None


def _told(name: str, applied: Iterator[Applied], total: int, say: Say) -> list[Applied]:
    done, said = [], time.monotonic()
    for one in applied:
        done.append(one)
        if time.monotonic() - said > _SAY_EVERY_S:
            said = time.monotonic()
            say(f"{name}: {one.derivation} {one.window_key}, {len(done)} steps for {total} windows")
    return done
