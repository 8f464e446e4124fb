"""The demo: its world into the database, light dreaming over it, and what was learnt.

What belongs here: the order of the steps, and the refusal to mix with anybody's data. What does not:
the world itself (`demo.world`) and how it is shown (`cli.demo`).
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.backlog import Range, backlog_of, windowed_jobs
from agnt_pipelines.demo.world import World, world
from agnt_pipelines.errors import SettingsError
from agnt_pipelines.replay import state
from agnt_pipelines.replay.windows import WITA
from agnt_pipelines.serving.importing import ImportReport, import_lines
from agnt_pipelines.serving.runs import Listener, RunReport, serving_queue
from agnt_pipelines.serving.session import Announce, Platform
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.source import SOURCE_MODELS
from agnt_pipelines.timetable import Job

_FOLDER = "demo"


@dataclass(frozen=True, slots=True)
class JobFigures:
    """What one job did in the demo."""

    windows: int
    rows: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Shown:
    """The demo, done."""

    until: date
    imported: Mapping[str, ImportReport]
    jobs: Mapping[str, JobFigures]
    runs: tuple[RunReport, ...]
    changed_rows: int
    """Rows of STATE that this call changed: all of them the first time, none the second."""
    seconds: float


def require_embedded(settings: Settings) -> None:
    """Refuse to put an invented world into a database that was given by URL.

    Raises:
        SettingsError: AGNT_DATABASE_URL is set.
    """
    if settings.database_url is not None:
        raise SettingsError(
            "The demo only goes into the embedded database: unset AGNT_DATABASE_URL for it, as in "
            "`env -u AGNT_DATABASE_URL ./agnt demo`."
        )


def placed(settings: Settings, until: date | None, now: datetime) -> World:
    """Return the demo's world: where it was placed the first time, else before `until` or today.

    Raises:
        SettingsError: it was placed elsewhere before, or `until` is still to come.
    """
    note = settings.state / _FOLDER / "until"
    today = now.astimezone(WITA).date()
    if until is not None and until > today:
        raise SettingsError(f"--until {until} is still to come; today is {today} in Bali.")
    remembered = None
    with suppress(FileNotFoundError, ValueError):
        remembered = date.fromisoformat(note.read_text("utf-8").strip())
    if remembered is not None and until not in (None, remembered):
        raise SettingsError(
            f"The demo in AGNT_STATE={settings.state} ends on {remembered}; for one that ends on {until}, "
            "set AGNT_STATE to another folder."
        )
    return world(remembered or until or today)


def perform(platform: Platform, shown: World, announce: Announce, listener: Listener) -> Shown:
    """Load the world, run every job over all of its windows, and compare STATE with what it was.

    Raises:
        SettingsError: the database holds rows that are not the demo's.
    """
    began = time.monotonic()
    with platform.database.reading() as snapshot:
        _refuse_others(snapshot, platform.settings, shown)
        before = state.dump(snapshot)
    imported = dict(_load(platform, shown))
    runs = _run_all(platform, shown, announce, listener)
    with platform.database.reading() as snapshot:
        changed = state.changed_rows(before, state.dump(snapshot))
    jobs = {job.name: _figures([run for run in runs if run.job == job.name]) for job in windowed_jobs()}
    seconds = round(time.monotonic() - began, 2)
    return Shown(shown.until, imported, jobs, tuple(runs), changed, seconds)


def _run_all(platform: Platform, shown: World, announce: Announce, listener: Listener) -> list[RunReport]:
    """Run every job over the world; one that fails is the last."""
    runs: list[RunReport] = []
    with serving_queue(platform, announce) as runner:
        for job in windowed_jobs():
            for over in _windows(platform, job, shown):
                runs.append(runner.run(job, over, listener))
                if not runs[-1].succeeded:
                    return runs
    return runs


def _refuse_others(snapshot: Connection, settings: Settings, shown: World) -> None:
    for kind, model in SOURCE_MODELS.items():
        table = table_of(model)
        column = next(iter(table.primary_key.columns))
        foreign = sa.select(sa.func.count()).where(column.not_in(shown.ids(kind)))
        if count := snapshot.scalar(foreign):
            raise SettingsError(
                f"The database in AGNT_STATE={settings.state} holds {count:,} rows of {kind} that are not "
                "the demo's: set AGNT_STATE to a new folder for it."
            )


def _load(platform: Platform, shown: World) -> Iterator[tuple[str, ImportReport]]:
    """Write the world as files that `./agnt import` would take, and import them."""
    folder = platform.settings.state / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    _written(folder / "until", shown.until.isoformat())
    for kind, lines in shown.lines.items():
        text = "".join(json.dumps(dict(line), ensure_ascii=False) + "\n" for line in lines)
        path = _written(folder / f"{kind}.jsonl", text)
        yield (
            kind,
            import_lines(
                platform.database,
                kind,
                path,
                progress=lambda _: None,
                batch_rows=platform.settings.chunk_rows,
                state=platform.settings.state,
            ),
        )


def _written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def _windows(platform: Platform, job: Job, shown: World) -> Iterator[Range]:
    """Yield all of the world's closed windows, due or not: that a second run changes nothing is shown."""
    with platform.database.reading() as snapshot:
        closed = backlog_of(snapshot, job, platform.settings, shown.now).closed
    if closed:
        yield Range(closed[0], closed[-1], len(closed))


def _figures(reports: list[RunReport]) -> JobFigures:
    rows = sum(a.added + a.changed + a.unchanged for report in reports for a in report.assets)
    windows = sum(report.windows for report in reports)
    return JobFigures(windows, rows, round(sum(report.seconds for report in reports), 2))
