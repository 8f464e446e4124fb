"""Kills: a job's process ends by SIGKILL at a named point or at a random moment, and is recovered from.

What belongs here: one kill after another, and their tally. What does not: other kinds of faults
(`kinds`), and Dagster's own processes (`trees`).
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from agnt_pipelines.replay import outbox, webhook
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.replay.faults import POINTS
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from benchmarks.faults import counts, points
from benchmarks.faults.children import Child
from benchmarks.faults.receiver import Receiver
from benchmarks.faults.runs import JOBS
from benchmarks.faults.stages import Broken, Case, Stages

ANYWHERE = "random"
_FREE_PATIENCE_S = 10.0
_POLL_S = 0.02
_ASLEEP = b"""
    SELECT 1 FROM pg_stat_activity
     WHERE datname = current_database() AND state = 'active' AND wait_event = 'PgSleep'"""
_WHOLE_EVERY = 8
"""One case in so many is settled downstream too: what lies there was not run yet when the fault came."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Kill:
    """What dies, and where: at a point, the n-th time it gets there, or at a share of its usual time."""

    job: str
    point: str
    count: int = 1
    moment: float = 0.0


@dataclass(slots=True)
class Tally:
    """What came of kills; everything but the first two and the times ought to be zero."""

    kills: int = 0
    by_point: Counter[str] = field(default_factory=Counter)
    by_job: Counter[str] = field(default_factory=Counter)
    missed: int = 0
    broken: int = 0
    divergences: int = 0
    double_commits: int = 0
    rebought_calls: int = 0
    lost_answers: int = 0
    orphaned_locks: int = 0
    lost_letters: int = 0
    lock_release_s_max: float = 0.0
    told: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Add another tally."""
        self.by_point += other.by_point
        self.by_job += other.by_job
        self.told += other.told
        self.lock_release_s_max = max(self.lock_release_s_max, other.lock_release_s_max)
        for name in _NUMBERS:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def clean(self) -> bool:
        """Whether nothing went wrong."""
        wrong = (
            self.divergences, self.double_commits, self.rebought_calls, self.orphaned_locks,
            self.lost_letters, self.broken,
        )  # fmt: skip
        return not any(wrong)


_NUMBERS = (
    "kills", "missed", "broken", "divergences", "double_commits", "rebought_calls", "lost_answers",
    "orphaned_locks", "lost_letters",
)  # fmt: skip


def plan(number: int, seed: int) -> list[Kill]:
    """Choose what to kill: every point once, as far as the number goes, then whatever comes.

    Of those that come by chance, half are at points (any time they are reached, up to the fourth) and
    half at a random moment, from outside.
    """
    chance = random.Random(seed)
    first = [Kill(chance.choice(points.REACHED_BY[point]), point) for point in POINTS]
    chance.shuffle(first)
    return [*first, *_by_chance(chance, number - len(first))][:number]


def _by_chance(chance: random.Random, number: int) -> Iterator[Kill]:
    for turn in range(number):
        if turn % 2:
            point = chance.choice(POINTS)
            yield Kill(chance.choice(points.REACHED_BY[point]), point, count=chance.randint(1, 4))
        else:
            yield Kill(chance.choice((*JOBS, points.TOY)), ANYWHERE, moment=chance.random())


def carry_out(
    stages: Stages, kills: Sequence[Kill], receiver: Receiver, say: Say, *, spare: Sequence[Kill] = ()
) -> Tally:
    """Kill, recover and count, one after the other; for one that came too late, one of the spare ones."""
    tally = Tally()
    for place, kill in enumerate((*kills, *spare), start=1):
        if place > len(kills) and tally.kills + tally.broken >= len(kills):
            break
        began = time.monotonic()
        try:
            one = _one(stages, kill, receiver, whole=place % _WHOLE_EVERY == 0)
        except (Broken, TimeoutError) as failure:
            one = Tally(broken=1, told=[f"{kill}: {failure}"])
        tally.add(one)
        say(f"{place}/{len(kills)} {kill.job} {kill.point} {time.monotonic() - began:.2f} s {one.told or ''}")
    return tally


def _one(stages: Stages, kill: Kill, receiver: Receiver, *, whole: bool) -> Tally:
    job = kill.job if kill.job != points.TOY else JOBS[-1]
    with stages.case(job) as case:
        tally = _toy(case, kill) if kill.job == points.TOY else _job(case, kill)
        recovered(stages, case, tally, receiver, whole=whole)
    return tally


def _job(case: Case, kill: Kill) -> Tally:
    if kill.point == ANYWHERE:
        child = case.start()
        time.sleep(kill.moment * case.usual_s)
        child.kill()
    else:
        child = case.start(AGNT_CRASH_AT=f"{kill.point}:{kill.count}")
    _ended(case, child)
    return _told(case, kill, died=child.died)


def in_a_long_statement(stages: Stages, seconds: int = 20) -> float:
    """Kill a holder in a statement that takes so long; return seconds until the next run holds its set.

    The dead one has the advisory lock, and in a write transaction the token's row, too.
    """
    with stages.case(JOBS[0]) as case:
        own = Settings.model_validate(Settings().model_dump() | {"lock_wait_s": _FREE_PATIENCE_S})

        def task() -> None:
            victim = Database(case.place.url, application_name="victim")
            with exclusive(victim, "dreaming", "victim", own) as lease, lease.transaction() as connection:
                connection.execute(sa.text("SELECT pg_sleep(:seconds)"), {"seconds": seconds})

        child = case.start(task)
        with case.server.admin(case.name) as connection:
            deadline = time.monotonic() + seconds
            while not connection.execute(_ASLEEP).fetchall() and time.monotonic() < deadline:
                time.sleep(_POLL_S)
        child.kill()
        child.wait()
        if not child.died:
            raise Broken("the holder ended before it was killed")
        began = time.monotonic()
        database = Database(case.place.url, application_name="next")
        with exclusive(database, "dreaming", "next", own):
            held = time.monotonic() - began
        database.close()
    return held


def _toy(case: Case, kill: Kill) -> Tally:
    asked = case.place.state / "asked.jsonl"
    known: set[str] = set()

    def task() -> None:
        points.ask_everything(asked)

    if kill.point == ANYWHERE:
        child = case.start(task)
        time.sleep(kill.moment * 0.1)
        child.kill()
    else:
        child = case.start(task, AGNT_CRASH_AT=f"{kill.point}:{kill.count}")
    _ended(case, child)
    tally = _told(case, kill, died=child.died)
    database = Database(case.place.url, application_name="counts")
    known |= points.staged(database)
    before = {key for key, _ in points.bought(asked)}
    again = case.start(task).wait()
    if not again.succeeded:
        raise Broken(f"{case.name}: the toy failed: {again.failure}")
    database.close()
    every = points.bought(asked)
    tally.lost_answers = len(before - known)
    tally.rebought_calls = sum(staged for _, staged in every)
    return tally


def _ended(case: Case, child: Child) -> None:
    child.wait()
    if not child.died and not child.succeeded:
        raise Broken(f"{case.name}: it failed before it could be killed: {child.failure}")


def _told(case: Case, kill: Kill, *, died: bool) -> Tally:
    """Tell of a kill, and wait until its locks are free."""
    tally = Tally()
    tally.kills, tally.missed = int(died), int(not died)
    tally.by_point[kill.point] += died
    tally.by_job[kill.job] += died
    with case.server.admin(case.name) as connection:
        tally.lock_release_s_max = counts.seconds_until_free(connection, _FREE_PATIENCE_S)
    if not died and kill.count == 1 and kill.point != ANYWHERE:
        raise Broken(f"{kill.job} did not get to {kill.point}")
    return tally


def recovered(
    stages: Stages, case: Case, tally: Tally, receiver: Receiver, *, whole: bool, in_order: bool = True
) -> None:
    """Run whatever is missing or stale, and count what is not as if nothing had happened.

    `whole`: of every job, downstream too; else of the case's job, after which all must be as it was
    right after it where nothing failed. `in_order`: whether windows are completed as often as there.
    """
    case.settle(whole=whole)
    _deliver(case, receiver)
    found, reference = case.ending(), stages.reference if whole else stages.after[case.job]
    if wrong := counts.divergences(reference, found):
        tally.divergences += 1
        tally.told.append(f"diverges: {wrong}")
    if double := counts.double_commits(reference, found, completions=in_order):
        tally.double_commits += len(double)
        tally.told.append(f"twice: {double}")
    with case.server.admin(case.name) as connection:
        counts.seconds_until_free(connection, 1.0)
        tally.orphaned_locks += counts.locks(connection)
        waiting = connection.execute("SELECT count(*) FROM mind.outbox").fetchone()
    assert waiting is not None
    assert isinstance(waiting[0], int)
    tally.lost_letters += waiting[0]


def _deliver(case: Case, receiver: Receiver) -> None:
    """Send what is left in the outbox, as upkeep does every five minutes."""
    database = Database(case.place.url, application_name="upkeep")
    outbox.deliver(database, {webhook.SOUL_PROMPT: webhook.poster("receiver", receiver.url)})
    database.close()
