"""The steps of every job, called as its assets call them, without Dagster: for thousands of them.

What belongs here: one run of a job over some windows, and settling. What does not: Dagster's part of a
run (`runs`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from agnt_pipelines.backlog import backlog_of, find_job
from agnt_pipelines.dreaming import deep_dream, light_dream
from agnt_pipelines.faq import faq_compile, faq_extract
from agnt_pipelines.graph import graph_build, taste_similarity
from agnt_pipelines.replay.erasure import erase_gone
from agnt_pipelines.replay.exclusive import Lease, exclusive
from agnt_pipelines.replay.windows import Window
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.wiki import wiki_reconcile
from benchmarks.faults.runs import JOBS

_ROUNDS = 6

Step = Callable[[Lease, Sequence[Window], Settings], object]


def run(database: Database, settings: Settings, job: str, windows: Sequence[Window] = ()) -> None:
    """Run a job once, over some windows if it has any."""
    with exclusive(database, find_job(job).pool, f"step-{job}", settings) as lease:
        erase_gone(lease, job, settings)
        _STEPS[job](lease, windows, settings)


def closed(database: Database, settings: Settings, job: str) -> tuple[Window, ...]:
    """Return every closed window of a job from the first with inputs on."""
    assert settings.now is not None
    with database.reading() as snapshot:
        return backlog_of(snapshot, find_job(job), settings, settings.now).closed


def due(database: Database, settings: Settings, job: str) -> list[Window]:
    """Return the windows of a job that are missing or stale, and those between."""
    assert settings.now is not None
    with database.reading() as snapshot:
        ranges = backlog_of(snapshot, find_job(job), settings, settings.now).ranges()
    calendar = find_job(job).window
    assert calendar is not None
    return [window for one in ranges for window in calendar.between(one.first.key, one.last.key)]


def settle(database: Database, settings: Settings) -> None:
    """Run whatever is missing or stale, upstream first, until nothing is.

    Raises:
        AssertionError: what was run stays stale.
    """
    for number in range(_ROUNDS):
        ran = False
        for job in JOBS:
            if find_job(job).window is None:
                if ran or not number:
                    run(database, settings, job)
            elif windows := due(database, settings, job):
                run(database, settings, job, windows)
                ran = True
        if not ran and number:
            return
    raise AssertionError("what was run stays stale")


def _light(lease: Lease, windows: Sequence[Window], settings: Settings) -> None:
    _all(light_dream.dream(lease, windows, settings))
    folds = (light_dream.remember, light_dream.summarise, light_dream.write_prompts, light_dream.weigh_taste)
    for fold in folds:
        fold(lease, settings)


def _deep(lease: Lease, windows: Sequence[Window], settings: Settings) -> None:
    _all(deep_dream.remember(lease, windows, settings))
    _all(deep_dream.gather(lease, windows, settings))
    _all(deep_dream.compare(lease, windows, settings))
    for fold in (deep_dream.suppose, deep_dream.summarise, deep_dream.write_prompts):
        fold(lease, settings)


def _extract(lease: Lease, windows: Sequence[Window], settings: Settings) -> None:
    _all(faq_extract.extract(lease, windows, settings))


def _compile(lease: Lease, windows: Sequence[Window], settings: Settings) -> None:
    _all(faq_compile.compile_weeks(lease, windows, settings))


def _graph(lease: Lease, _windows: Sequence[Window], settings: Settings) -> None:
    graph_build.build(lease, settings)
    graph_build.liken(lease, settings)


def _taste(lease: Lease, _windows: Sequence[Window], settings: Settings) -> None:
    taste_similarity.compare(lease, settings)


def _wiki(lease: Lease, _windows: Sequence[Window], settings: Settings) -> None:
    wiki_reconcile.record(lease, settings)
    wiki_reconcile.reconcile(lease, settings)


def _all(done: Iterable[object]) -> None:
    for _ in done:
        pass


_STEPS: dict[str, Step] = dict(
    zip(JOBS, (_light, _deep, _extract, _compile, _graph, _taste, _wiki), strict=True)
)
