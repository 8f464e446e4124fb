"""The demo: its world into the database, every job over it, and what the world's truth says of that.

What belongs here: the order of the steps, and the refusal to mix with anybody's data. What does not:
the world itself (`demo.generator`) and how what was learnt is shown (`cli.demo`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.backlog import Range, backlog_of, find_job
from agnt_pipelines.demo.generator import World, generate
from agnt_pipelines.demo.wiki import build_wiki
from agnt_pipelines.demo.wiki_history import BRANCH
from agnt_pipelines.errors import LockedOut, SettingsError
from agnt_pipelines.graph.store import latest_build
from agnt_pipelines.replay import state
from agnt_pipelines.replay.windows import FAQ_WEEK, WITA
from agnt_pipelines.serving.faq_reviewing import decide_faq, faq_week
from agnt_pipelines.serving.importing import ImportReport, import_lines
from agnt_pipelines.serving.runs import Listener, Runner, RunReport, serving_queue
from agnt_pipelines.serving.session import Announce, Platform
from agnt_pipelines.settings import Settings, get_settings, remember
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.source import SOURCE_MODELS
from agnt_pipelines.timetable import Job
from agnt_pipelines.wiki.store import newest_head

JOBS = (
    "light_dream",
    "deep_dream",
    "wiki_reconcile",
    "graph_build",
    "taste_similarity",
    "faq_extract",
    "faq_compile",
)
"""In the order in which they read each other."""

REVIEWER = "demo"
"""Who approves the demo's FAQ: everything but the newest week, which waits for its viewer."""

TRUTH = "truth.jsonl"
_FOLDER = "demo"
_FIRST_COMMITS = 30  # of the wiki, before the others: so that its delta log has changes to tell


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

    @property
    def failed(self) -> RunReport | None:
        """The run that ended it early, if one did."""
        return next((run for run in self.runs if not run.succeeded), None)


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
    today = now.astimezone(WITA).date()
    if until is not None and until > today:
        raise SettingsError(f"--until {until} is still to come; today is {today} in Bali.")
    remembered = _remembered(settings)
    if remembered is not None and until not in (None, remembered):
        raise SettingsError(
            f"The demo in AGNT_STATE={settings.state} ends on {remembered}; for one that ends on {until}, "
            "set AGNT_STATE to another folder."
        )
    return generate(remembered or until or today)


def is_there(platform: Platform) -> bool:
    """Whether the demo's world is in this state already, its graph and all."""
    with platform.database.reading() as snapshot:
        return _remembered(platform.settings) is not None and latest_build(snapshot) is not None


def perform(platform: Platform, world: World, announce: Announce, listener: Listener) -> Shown:
    """Load the world, run every job over all of its windows, and compare STATE with what it was.

    Raises:
        SettingsError: the database holds rows that are not the demo's.
        LockedOut: another demo is under way there.
    """
    with _alone(platform):
        return _perform(platform, world, announce, listener)


@contextmanager
def _alone(platform: Platform) -> Iterator[None]:
    """Keep a second demo out, which would count the rows of the first as its own."""
    with platform.database.direct() as connection:
        got = connection.execute("SELECT pg_try_advisory_lock(hashtextextended('agnt demo', 0))").fetchone()
        if got is None or not got[0]:
            raise LockedOut(
                f"Another demo is under way in AGNT_STATE={platform.settings.state}: wait for its end, or "
                "set AGNT_STATE to another folder."
            )
        yield


def _perform(platform: Platform, world: World, announce: Announce, listener: Listener) -> Shown:
    began = time.monotonic()
    with platform.database.reading() as snapshot:
        _refuse_others(snapshot, platform.settings, world)
        before = state.dump(snapshot)
    announce(f"Loading sixty days of talk before {world.until}.")
    platform = _settled(platform, world)
    imported = dict(_load(platform, world))
    with serving_queue(platform, announce) as runner:
        runs = tuple(_until_one_fails(_runs(runner, world, listener)))
    with platform.database.reading() as snapshot:
        changed = state.changed_rows(before, state.dump(snapshot))
    jobs = {name: _figures([run for run in runs if run.job == name]) for name in JOBS}
    seconds = round(time.monotonic() - began, 2)
    return Shown(world.until, imported, jobs, runs, changed, seconds)


def _settled(platform: Platform, world: World) -> Platform:
    """Have this and every later command on the state live in the world: at its time, with its wiki."""
    settings = platform.settings
    folder = _folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "until").write_text(world.until.isoformat(), "utf-8")
    world.truth.write(folder / TRUTH)  # for the score alone: no job knows the place
    place = {"now": world.now.isoformat(), "wiki_url": str(_wiki(settings)), "wiki_branch": BRANCH}
    remember(settings.state, place)
    return replace(platform, settings=get_settings())


def _until_one_fails(runs: Iterator[RunReport]) -> Iterator[RunReport]:
    for run in runs:
        yield run
        if not run.succeeded:
            return


def _runs(runner: Runner, world: World, listener: Listener) -> Iterator[RunReport]:
    """Run each job once over all of the world's windows, due or not: a second time must change nothing."""
    platform = runner.platform
    for name in JOBS:
        job = find_job(name)
        if job.window is not None:
            if name == "faq_compile":
                _review(platform, world)
            if (over := _windows(platform, job, world)) is not None:
                yield runner.run(job, over, listener)
        elif name == "wiki_reconcile":
            for commits in _histories(platform):
                build_wiki(_wiki(platform.settings), world.until, commits=commits)
                yield runner.run(job, None, listener)
        else:
            yield runner.run(job, None, listener)


def _windows(platform: Platform, job: Job, world: World) -> Range | None:
    """Return all closed windows whose own tick has come by the world's now."""
    with platform.database.reading() as snapshot:
        closed = backlog_of(snapshot, job, platform.settings, world.now).closed
    due = [window for window in closed if job.tick_of(window) <= world.now]
    return Range(due[0], due[-1], len(due)) if due else None


def _histories(platform: Platform) -> tuple[int | None, ...]:
    """Return how much of the wiki's history is met, run by run: its beginning only the first time."""
    with platform.database.reading() as snapshot:
        return (_FIRST_COMMITS, None) if newest_head(snapshot) is None else (None,)


def _review(platform: Platform, world: World) -> None:
    """Approve what the weeks before the newest one ask, as an operator would from Monday to Saturday."""
    over = _windows(platform, find_job("faq_compile"), world)
    for number in range(over.count if over else 0):
        assert over is not None
        window = FAQ_WEEK.window_at(over.first.start + FAQ_WEEK.length * number)
        for proposal in faq_week(platform, window.key).proposals:
            if proposal.state == "open" and proposal.doubt is None:
                decide_faq(platform, proposal.id, REVIEWER, approve=True, window=window.key)


def _refuse_others(snapshot: Connection, settings: Settings, world: World) -> None:
    for kind, model in SOURCE_MODELS.items():
        table = table_of(model)
        column = next(iter(table.primary_key.columns))
        foreign = sa.select(sa.func.count()).where(column.not_in(world.ids(kind)))
        if count := snapshot.scalar(foreign):
            raise SettingsError(
                f"The database in AGNT_STATE={settings.state} holds {count:,} rows of {kind} that are not "
                "the demo's: set AGNT_STATE to a new folder for it."
            )


def _load(platform: Platform, world: World) -> Iterator[tuple[str, ImportReport]]:
    """Write the world as files that `./agnt import` would take, and import them."""
    for kind, path in world.write_import_files(_folder(platform.settings)).items():
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


def _figures(reports: list[RunReport]) -> JobFigures:
    rows = sum(a.added + a.changed + a.unchanged for report in reports for a in report.assets)
    windows = sum(max(report.windows, 1) for report in reports)
    return JobFigures(windows, rows, round(sum(report.seconds for report in reports), 2))


def _remembered(settings: Settings) -> date | None:
    with suppress(FileNotFoundError, ValueError):
        return date.fromisoformat((_folder(settings) / "until").read_text("utf-8").strip())
    return None


def _folder(settings: Settings) -> Path:
    return settings.state / _FOLDER


def _wiki(settings: Settings) -> Path:
    return _folder(settings) / "wiki"
