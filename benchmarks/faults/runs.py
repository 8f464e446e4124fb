"""Runs of every job through Dagster and its assets, in this process, on one place.

What belongs here: one run of a job, and running whatever is due until nothing is. What does not: who
dies meanwhile.
"""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

import dagster as dg

from agnt_pipelines.backlog import backlog_of, find_job
from agnt_pipelines.replay.windows import Window
from agnt_pipelines.settings import get_settings
from agnt_pipelines.storage.database import Database

JOBS = (
    "light_dream",
    "deep_dream",
    "faq_extract",
    "faq_compile",
    "graph_build",
    "taste_similarity",
    "wiki_reconcile",
)
"""Upstream first."""

_ROUNDS = 5

Tags = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run runs: its database, its state folder, its wiki, its clock and whom it tells."""

    url: str
    state: Path
    wiki: Path
    now: datetime
    hook: str | None = None
    more: Mapping[str, str] = field(default_factory=dict)

    def environment(self, **more: str) -> dict[str, str]:
        """Return the settings that make a process work here."""
        hook = {} if self.hook is None else {"AGNT_SOUL_PROMPT_HOOK": self.hook}
        return {
            "AGNT_DATABASE_URL": self.url,
            "AGNT_STATE": str(self.state),
            "AGNT_WIKI_URL": str(self.wiki),
            "AGNT_NOW": self.now.isoformat(),
            "AGNT_FAQ_AUTO_APPROVE": "1",
            "AGNT_LOCK_WAIT_S": "30",
            **hook,
            **self.more,
            **more,
        }


@cache
def definitions() -> dg.Definitions:
    """Return the platform's definitions, built once: forked processes have them ready."""
    from agnt_pipelines.definitions import build_definitions  # noqa: PLC0415 - slow, and not for all who read

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)
        return build_definitions()


def warm(modules: Path) -> None:
    """Import and build what runs need, before anybody forks: imports are most of a small run.

    `modules` names what a run imported that was made before (`note_modules`). Nothing is executed here,
    for threads and connections would not survive a fork.
    """
    for job in JOBS:
        definitions().resolve_job_def(job)
    for name in modules.read_text("utf-8").split() if modules.exists() else ():
        with suppress(Exception):
            importlib.import_module(name)


def note_modules(modules: Path) -> None:
    """Note what has been imported in this process."""
    modules.write_text("\n".join(sorted(sys.modules)), "utf-8")


def run(job: str, tags: Tags | None = None) -> None:
    """Run a job once, in this process, through its assets; whatever an asset raises comes out."""
    with dg.DagsterInstance.ephemeral() as instance:
        definitions().resolve_job_def(job).execute_in_process(instance=instance, tags=dict(tags or {}))


def run_due(job: str) -> int:
    """Run what is due of a job (one without windows: once); return how many runs that took."""
    found = list(due(job))
    for tags in found:
        run(job, tags)
    return len(found)


def settle_job(job: str) -> None:
    """Run one job until nothing of it is missing or stale.

    Raises:
        AssertionError: what was run stays stale.
    """
    windowed = find_job(job).window is not None
    for _ in range(_ROUNDS):
        if not run_due(job) or not windowed:
            return
    raise AssertionError(f"what {job} ran stays stale")


def settle() -> None:
    """Run whatever is missing or stale, upstream first, until nothing is.

    Raises:
        AssertionError: what was run stays stale.
    """
    for number in range(_ROUNDS):
        ran = 0
        for job in JOBS:
            if find_job(job).window is not None or ran or not number:
                ran += run_due(job)
        if not ran:
            return
    raise AssertionError("what was run stays stale")


def due(job: str) -> Iterator[Tags]:
    """Yield the tags of the runs that bring a job up to date; of one without windows, one run's."""
    settings, found = get_settings(), find_job(job)
    if found.window is None:
        yield {}
        return
    assert settings.database_url is not None
    assert settings.now is not None
    database = Database(settings.database_url.get_secret_value(), application_name="due")
    try:
        with database.reading() as snapshot:
            ranges = backlog_of(snapshot, found, settings, settings.now).ranges()
    finally:
        database.close()
    for one in ranges:
        yield span(one.first, one.last)


def span(first: Window, last: Window) -> Tags:
    """Return the tags of one run over consecutive windows."""
    if first.key == last.key:
        return {"dagster/partition": first.key}
    return {
        "dagster/asset_partition_range_start": first.key,
        "dagster/asset_partition_range_end": last.key,
    }
