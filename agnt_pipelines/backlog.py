"""Which windows of a job are due, missing or stale, and which of them a caller means.

What belongs here: from keys and digests to ranges of closed windows. What does not: the comparison
of digests (`replay.staleness`) and running anything (`serving.runs`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from agnt_pipelines.dreaming import agent_chunk_store, deep_store, summary_store
from agnt_pipelines.dreaming import store as dreaming
from agnt_pipelines.errors import SettingsError
from agnt_pipelines.faq import store as faq
from agnt_pipelines.replay import staleness
from agnt_pipelines.replay.derivation import Derivation
from agnt_pipelines.replay.staleness import Due
from agnt_pipelines.replay.windows import FOLD, WITA, Calendar, Window
from agnt_pipelines.settings import Settings
from agnt_pipelines.timetable import TIMETABLE, Job, job_named
from agnt_pipelines.wiki import store as wiki

MAX_GAP = 7
"""Windows with nothing due that one run may pass over: a run costs seconds, a clean window a query."""

DERIVATIONS: Mapping[str, Callable[[Settings], Derivation]] = {
    "observations": dreaming.observations,
    "user_memory": dreaming.user_memory,
    "summaries": summary_store.summaries,
    "soul_prompts": dreaming.soul_prompts,
    "taste_profiles": deep_store.taste_profiles,
    "memory_chunks": deep_store.memory_chunks,
    "agent_chunks": agent_chunk_store.agent_chunks,
    "agent_insights": deep_store.agent_insights,
    "hypotheses": deep_store.hypotheses,
    "agent_summaries": summary_store.agent_summaries,
    "agent_prompts": summary_store.agent_prompts,
    "faq_candidates": faq.candidates,
    "faq_entries": faq.entries,
    "wiki_pages": wiki.wiki_pages,
}
"""What each asset of the timetable derives."""


@dataclass(frozen=True, slots=True)
class Range:
    """Consecutive windows, from `first` to `last`, both included."""

    first: Window
    last: Window
    count: int

    def __str__(self) -> str:
        return self.first.key if self.count == 1 else f"{self.first.key} to {self.last.key}"


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a job has to do.

    Attributes:
        closed: every closed window from the first with inputs on.
        windowed: what is due in each windowed derivation, by key, oldest first.
        folds: what is due in each fold.
        waiting: keys of windows that are missing because their own tick is still to come: nobody is late
            with them (the FAQ's weeks are under review till then).
    """

    job: Job
    closed: tuple[Window, ...]
    windowed: Mapping[str, Mapping[str, Due]]
    folds: Mapping[str, Due]
    waiting: frozenset[str] = frozenset()

    @property
    def windows(self) -> dict[str, Due]:
        """What is due by window, oldest first: in any of the windowed derivations."""
        found: dict[str, Due] = {}
        for name, dues in self.windowed.items():
            for key, due in dues.items():
                entry = found.setdefault(key, Due(key))
                entry.missing |= due.missing
                entry.units |= {f"{name} {unit}": digest for unit, digest in due.units.items()}
                entry.code |= {f"{name} {unit}": digest for unit, digest in due.code.items()}
        return dict(sorted(found.items()))

    def keys(self, *, code: bool = False) -> list[str]:
        """Return the keys of the windows to run; `code`: also those another version made."""
        found = [key for key, due in self.windows.items() if self._is_due(key, due, code=code)]
        late = any(due.units or due.missing or (code and due.code) for due in self.folds.values())
        if not found and late and self.closed:
            found = [self.closed[-1].key]  # any window will do: the folds follow it
        return found

    def ranges(self, *, code: bool = False) -> list[Range]:
        """Return the windows to run as ranges, oldest first; close ones are one range."""
        keys = set(self.keys(code=code))
        places = [place for place, window in enumerate(self.closed) if window.key in keys]
        ranges: list[tuple[int, int]] = []
        for place in places:
            if ranges and place - ranges[-1][1] <= MAX_GAP + 1:
                ranges[-1] = (ranges[-1][0], place)
            else:
                ranges.append((place, place))
        return [Range(self.closed[a], self.closed[b], b - a + 1) for a, b in ranges]

    def units(self, *, code: bool = False) -> int:
        """Return how many units (a person in a window, a person in a fold) would be derived."""
        dues = [*self.windows.values(), *self.folds.values()]
        return sum(len(due.units) + (len(due.code) if code else 0) for due in dues)

    def dues(self) -> dict[str, dict[str, Due]]:
        """Return what is due by derivation and window, upstream first."""
        windowed = {name: dict(dues) for name, dues in self.windowed.items()}
        return windowed | {name: {FOLD: due} for name, due in self.folds.items()}

    def count(self, reason: str) -> int:
        """Return how many windows are due for a reason: missing, changed or code."""
        return sum(
            due.reason == reason and self._is_due(key, due, code=True) for key, due in self.windows.items()
        )

    def _is_due(self, key: str, due: Due, *, code: bool) -> bool:
        return (code or due.reason != "code") and not (due.missing and key in self.waiting)


def find_job(name: str) -> Job:
    """Return the job of a name.

    Raises:
        SettingsError: there is none; lists those there are.
    """
    job = job_named(name)
    if job is None:
        raise SettingsError(f"There is no job {name!r}; the jobs are {', '.join(j.name for j in TIMETABLE)}.")
    return job


def windowed_jobs() -> list[Job]:
    """Return the jobs that derive something window by window, in the timetable's order."""
    return [job for job in TIMETABLE if job.window is not None]


def derivations_of(job: Job, settings: Settings) -> list[Derivation]:
    """Return what a job's assets derive, upstream first."""
    return [DERIVATIONS[asset](settings) for asset in job.assets if asset in DERIVATIONS]


def backlog_of(connection: Connection, job: Job, settings: Settings, now: datetime) -> Backlog:
    """Compare a job's inputs with its completions, in one snapshot; one without windows has folds alone."""
    closed: list[Window] = []
    windowed: dict[str, dict[str, Due]] = {}
    folds: dict[str, Due] = {}
    for derivation in derivations_of(job, settings):
        if derivation.calendar is not None:
            mine = staleness.due_windows(connection, derivation, now)
            windowed[derivation.name] = staleness.due(connection, derivation, mine) if mine else {}
            closed = max(closed, mine, key=len)  # all end with the last closed window
        elif (due := staleness.due(connection, derivation).get(FOLD)) is not None:
            folds[derivation.name] = due
    waiting = frozenset(window.key for window in closed if job.tick_of(window) > now)
    return Backlog(job, tuple(closed), windowed, folds, waiting)


def chosen(
    job: Job, now: datetime, *, window: str | None = None, first: str | None = None, last: str | None = None
) -> Range | None:
    """Return the range that a caller's keys mean; without any, the last closed window.

    None for a job without windows, which takes no key.

    Raises:
        SettingsError: a key is none, a window is not closed yet, or the range runs backwards.
    """
    if job.window is None and (window or first or last) is None:
        return None
    calendar = calendar_of(job)
    newest = calendar.last_closed(now)
    start = calendar.window(window or first or newest.key)
    end = calendar.window(window or last or newest.key)
    for asked in (start, end):
        _require_closed(asked, newest, now)
    if start.key > end.key:
        raise SettingsError(f"--from {start.key} lies after --to {end.key}: exchange them.")
    return Range(start, end, _steps(calendar, start, end))


def calendar_of(job: Job) -> Calendar:
    """Return how a job's windows follow each other.

    Raises:
        SettingsError: it has none.
    """
    if job.window is None:
        raise SettingsError(f"{job.name} has no windows: leave --window, --from, --to and --stale out.")
    return job.window


def _steps(calendar: Calendar, start: Window, end: Window) -> int:
    return (end.start - start.start) // calendar.length + 1


def _require_closed(window: Window, newest: Window, now: datetime) -> None:
    if window.end > now:
        closes = window.end.astimezone(WITA)
        raise SettingsError(
            f"Window {window.key} is not closed before {closes:%Y-%m-%d %H:%M} WITA; "
            f"the last closed one is {newest.key}."
        )
