"""A state machine that interleaves everything that can happen, held against a model in plain Python.

The model is the rows that were ever written and stand: dictionaries. In the end a fresh database is
given the model's rows and the recorded decisions, and one clean run in order must make the same bytes
of STATE. After every step: nobody who is gone has a row once a run has begun since, only closed
windows are complete, every chain verifies. What belongs here: the rules. What does not: the jobs
(`steps`).
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, seed, strategies
from hypothesis import settings as Budget  # noqa: N812 - settings are ours
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from agnt_pipelines.backlog import DERIVATIONS, find_job
from agnt_pipelines.replay import delta_log, state
from agnt_pipelines.replay.erasure import gone
from agnt_pipelines.replay.faults import POINTS
from agnt_pipelines.replay.windows import FOLD
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.migrations import upgrade
from agnt_pipelines.storage.tables import Kind, tables_of_kind
from benchmarks.faults import children, steps, world
from benchmarks.faults.runs import JOBS
from benchmarks.faults.server import OwnServer

TEXTS = (
    "I'm vegetarian", "I'm allergic to peanuts", "I love sushi", "I love jazz", "ok thanks",
    "Is there parking at the venues?", "I don't eat sushi anymore", "saya suka kopi",
)  # fmt: skip
_EMPTY = "empty"
_FIRST_DAY, _LAST_DAY = 0, 13
_EXAMPLE_STEPS = 40
_HELD_BY_NOTHING: Mapping[str, Any] = {"hold_rows": 10**6, "wiki_hold_pages": 10**6}

_days = strategies.integers(_FIRST_DAY, _LAST_DAY)
_people = strategies.sampled_from(world.PEOPLE)
_jobs = strategies.sampled_from(JOBS)
_numbers = strategies.integers(0, 10_000)


@dataclass(slots=True)
class Ground:
    """What every example stands on: a server with an empty, migrated database, and a folder."""

    server: OwnServer
    folder: Path
    numbers: Any = field(default_factory=itertools.count)
    steps: int = 0

    def prepare(self) -> None:
        """Make the empty database."""
        self.server.create(_EMPTY)
        database = Database(self.server.address.url(_EMPTY))
        upgrade(database)
        database.close()


def machine(ground: Ground) -> type[RuleBasedStateMachine]:
    """Return the machine on a ground; Hypothesis wants a class without arguments."""

    class Everything(Interleaving):
        def __init__(self) -> None:
            super().__init__(ground)

    return Everything


def walk(ground: Ground, number: int, start: int) -> None:
    """Take about so many steps, in examples of forty.

    Raises:
        AssertionError: a law was broken; Hypothesis tells the steps that led there.
    """
    budget = Budget(
        max_examples=max(1, number // _EXAMPLE_STEPS),
        stateful_step_count=_EXAMPLE_STEPS,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(start)(machine(ground)), settings=budget)


class Interleaving(RuleBasedStateMachine):
    """Rows, runs and crashes in any order."""

    def __init__(self, ground: Ground) -> None:
        super().__init__()
        self.ground = ground
        self.name = f"machine_{next(ground.numbers)}"
        self.folder = ground.folder / self.name
        self.folder.mkdir(parents=True)
        self.wiki = world.Wiki(self.folder / "wiki")
        ground.server.create(self.name, _EMPTY)
        self.database = Database(ground.server.address.url(self.name), application_name=self.name)
        self.settings = self._settings("state")
        self.rows: dict[sa.Table, dict[str, world.Row]] = {
            world.USERS: {},
            world.TALK: {},
            world.BOOKINGS: {},
        }
        self.fresh = False
        """Whether a run has begun since somebody left: then nothing of theirs is there."""
        self.commits = 0
        for place in range(len(world.PEOPLE)):
            self._write(world.USERS, world.person_row(place))
        self._write(world.TALK, world.message(world.PEOPLE[0], TEXTS[0], _FIRST_DAY))

    def _settings(self, state_folder: str) -> Settings:
        own = {
            "state": self.folder / state_folder, "wiki_url": str(self.wiki.folder), "faq_auto_approve": True,
            "lock_wait_s": 30.0, "now": world.FIRST_NOW, **_HELD_BY_NOTHING,
        }  # fmt: skip
        return Settings.model_validate(Settings().model_dump() | own)

    @rule(person=_people, day=_days, text=strategies.sampled_from(TEXTS), minute=strategies.integers(0, 9))
    def somebody_says(self, person: str, day: int, text: str, minute: int) -> None:
        """A message comes, on time or late; or the one that was there is corrected."""
        self._write(world.TALK, world.message(person, text, day, minute=minute))

    @rule(person=_people, day=_days, venue=strategies.integers(0, 2))
    def somebody_books(self, person: str, day: int, venue: int) -> None:
        """A booking comes, or moves to another place."""
        self._write(world.BOOKINGS, {
            "id": f"{person}/{day}", "user_id": person, "venue_id": f"venue-{venue}", "status": "completed",
            "auto_confirmed": False, "party_size": 2, "slot_at": world.at(day, 600),
            "created_at": world.at(day, 60),
        })  # fmt: skip

    @rule(day=_days)
    def many_ask(self, day: int) -> None:
        """Six people ask the same in their own words, each in a conversation."""
        for row in world.asking(day):
            self._write(world.TALK, row)

    @precondition(lambda self: len(self.rows[world.TALK]) > 1)
    @rule(number=_numbers)
    def a_message_is_deleted(self, number: int) -> None:
        """A row goes."""
        keys = sorted(self.rows[world.TALK])
        key = keys[number % len(keys)]
        del self.rows[world.TALK][key]
        with self.database.writing() as connection:
            connection.execute(sa.delete(world.TALK).where(world.TALK.c.id == key))

    @rule(person=strategies.sampled_from(world.PEOPLE[5:]))
    def somebody_leaves(self, person: str) -> None:
        """A person asks to be deleted; five stay."""
        self._write(world.USERS, {**self.rows[world.USERS][person], "deleted_at": world.NOW})
        self.fresh = False

    @rule()
    def a_day_passes(self) -> None:
        """The world's now goes on, up to the end of what is told."""
        assert self.settings.now is not None
        now = min(self.settings.now + timedelta(days=1), world.NOW)
        self.settings = self.settings.model_copy(update={"now": now})

    @rule(page=strategies.integers(0, 3), number=_numbers)
    def the_wiki_moves(self, page: int, number: int) -> None:
        """A page is written, or removed; one stays."""
        self.commits += 1
        path = f"platform/page-{page}.md"
        text = (
            None if number % 4 == 0 else f"# Page {page}\n\nCommit {self.commits}.\n\n## More\n\nIt is so.\n"
        )
        self.wiki.commit({path: text})

    @rule(job=_jobs, number=_numbers)
    def a_job_runs(self, job: str, number: int) -> None:
        """A job runs over what is due, or some of it: the oldest, the newest, or all."""
        steps.run(self.database, self.settings, job, self._windows(job, number))
        self.fresh = True

    @rule(job=strategies.sampled_from(JOBS[:3]), number=_numbers)
    def old_windows_are_run_again(self, job: str, number: int) -> None:
        """A backfill of closed windows, due or not."""
        closed = steps.closed(self.database, self.settings, job)
        if closed:
            first = number % len(closed)
            steps.run(self.database, self.settings, job, closed[first : first + 3])
            self.fresh = True

    @rule(job=_jobs, point=strategies.sampled_from(POINTS), number=_numbers)
    def a_run_dies(self, job: str, point: str, number: int) -> None:
        """A job is killed at a point, if it gets there."""
        windows = self._windows(job, number)
        url, own = self.database.url, self.settings

        def task() -> None:
            steps.run(Database(url, application_name="victim"), own, job, windows)

        log = self.folder / "victim.log"
        child = children.start(task, {"AGNT_CRASH_AT": f"{point}:{1 + number % 3}"}, log).wait()
        assert child.died or child.succeeded, child.failure
        self.fresh |= child.succeeded

    @invariant()
    def laws(self) -> None:
        """Count the step; nobody gone has a row, only closed windows are complete, chains verify."""
        self.ground.steps += 1
        with self.database.reading() as snapshot:
            if self.fresh:
                assert gone(snapshot) == []
            assert self._open_windows_that_are_complete(snapshot) == []
            for job in JOBS:
                delta_log.verify(snapshot, job)

    def teardown(self) -> None:
        """Settle, and hold the outcome against a clean run of the model's rows and the decisions."""
        try:
            self.settings = self.settings.model_copy(update={"now": world.NOW})
            steps.settle(self.database, self.settings)
            with self.database.reading() as snapshot:
                found = state.dump(snapshot)
            expected = self._clean_run()
            differing = [name for name in expected if expected[name] != found[name]]
            assert differing == [], f"STATE differs from a clean run in {differing}"
            assert found["job_windows"]
        finally:
            self.database.close()
            for name in (self.name, f"{self.name}_clean"):
                self.ground.server.drop(name)
            shutil.rmtree(self.folder, ignore_errors=True)

    def _clean_run(self) -> dict[str, list[bytes]]:
        """Return STATE as one run in order makes it of the model's rows and the recorded decisions."""
        name = f"{self.name}_clean"
        self.ground.server.create(name, _EMPTY)
        shutil.copytree(self.folder / "state", self.folder / "clean", dirs_exist_ok=True)
        database = Database(self.ground.server.address.url(name), application_name=name)
        try:
            with self.database.reading() as snapshot, database.writing() as connection:
                for table, rows in self.rows.items():
                    if rows:
                        connection.execute(sa.insert(table), list(rows.values()))
                for table in tables_of_kind(Kind.INPUT):
                    decided = [dict(row) for row in snapshot.execute(sa.select(table)).mappings()]
                    if decided:
                        connection.execute(sa.insert(table), decided)
            steps.settle(database, self.settings.model_copy(update={"state": self.folder / "clean"}))
            with database.reading() as snapshot:
                return state.dump(snapshot)
        finally:
            database.close()

    def _windows(self, job: str, number: int) -> list[Any]:
        if find_job(job).window is None:
            return []
        found = steps.due(self.database, self.settings, job)
        if job == "faq_compile":  # it needs the extraction of its week, and says so
            missing = {window.key for window in steps.due(self.database, self.settings, "faq_extract")}
            found = [window for window in found if window.key not in missing]
        choices: tuple[Callable[[], list[Any]], ...] = (
            lambda: found, lambda: found[:1], lambda: found[-1:],
        )  # fmt: skip
        return choices[number % 3]()

    def _write(self, table: sa.Table, row: world.Row) -> None:
        before = self.rows[table].get(str(row["id"]))
        self.rows[table][str(row["id"])] = row
        with self.database.writing() as connection:
            if before is None:
                connection.execute(sa.insert(table).values(row))
            else:
                connection.execute(sa.update(table).where(table.c.id == row["id"]).values(row))

    def _open_windows_that_are_complete(self, snapshot: sa.Connection) -> list[str]:
        assert self.settings.now is not None
        found = snapshot.execute(sa.text("SELECT derivation, window_key FROM mind.job_windows")).all()
        open_ones = []
        for name, key in found:
            made = DERIVATIONS.get(name)
            calendar = made(self.settings).calendar if made is not None else None
            if calendar is not None and key != FOLD and calendar.window(key).end > self.settings.now:
                open_ones.append(f"{name} {key}")
        return open_ones
