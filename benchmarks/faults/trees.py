"""Dagster's own processes, killed under a real daemon: the run's worker, the code server, the whole tree.

What belongs here: which processes die, and how long it takes until the next run of the same job has
started. What does not: faults of a worker alone (`kills`, `kinds`).
"""

from __future__ import annotations

import itertools
import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psutil
from dagster import DagsterInstance, DagsterRunStatus, RunsFilter

from agnt_pipelines.serving.coordinator import submit
from agnt_pipelines.serving.daemon import WORKSPACE, Daemon, DaemonPlan, Scope
from agnt_pipelines.serving.instance import open_instance, prepare_home
from agnt_pipelines.timetable import POOL_LIMITS
from benchmarks.faults.stages import Broken, Case

PATIENCE_S = 480.0
_POLL_S = 0.05
_DAGSTER = "dagster_of_trees"
_WORKER, _CODE_SERVER = "multiprocessing.spawn", "dagster api grpc"

_WINDOWS = {
    "light_dream": {"dagster/partition": "2026-11-14"},
    "deep_dream": {"dagster/partition": "2026-11-09"},
    "faq_extract": {"dagster/partition": "2026-11-08"},
    "faq_compile": {"dagster/partition": "2026-11-01"},
}
"""What is asked for of each job that has windows."""

Say = Callable[[str], None]


@dataclass(slots=True)
class Recoveries:
    """Seconds from kill -9 until the next run of the same job had started, by what was killed."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    orphaned_slots: int = 0

    @property
    def kills(self) -> int:
        """How many there were."""
        return sum(map(len, self.seconds.values()))

    def p95(self, victim: str) -> float | None:
        """Return the 95th percentile (nearest rank); None where none was measured."""
        found = sorted(self.seconds.get(victim, ()))
        return round(found[min(len(found) - 1, int(0.95 * len(found)))], 2) if found else None


class Tree:
    """A daemon with everything below it, on one case's databases."""

    def __init__(self, plan: DaemonPlan, instance: DagsterInstance) -> None:
        self.plan, self.instance = plan, instance
        self.daemon = Daemon(plan, lambda _: None)

    def start(self) -> None:
        """Start it anew, as a supervisor or a standby would."""
        deadline = time.monotonic() + PATIENCE_S
        self.daemon.start()
        while not self.daemon.ours:  # the server has yet to notice that the last one is dead
            if time.monotonic() > deadline:
                raise Broken("another daemon leads")
            time.sleep(_POLL_S)
            self.daemon.start()

    def family(self) -> list[psutil.Process]:
        """Return every process of it."""
        assert self.daemon.pid is not None
        root = psutil.Process(self.daemon.pid)
        return [root, *root.children(recursive=True)]

    def kill(self, victim: str) -> None:
        """Kill -9 one kind of its processes, or all of them."""
        for process in [one for one in self.family() if _is(one, victim)]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        if victim in _NEED_A_NEW_ONE:
            self.daemon.stop()
            self.daemon = Daemon(self.plan, lambda _: None)

    def await_run(self, known: set[str], job: str, status: DagsterRunStatus) -> str:
        """Wait until a run of a job that was not known has got so far; return its id."""
        wanted = [status, DagsterRunStatus.SUCCESS, DagsterRunStatus.CANCELED]
        asked = RunsFilter(job_name=job, statuses=wanted)
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            for run in self.instance.get_runs(asked):
                if run.run_id not in known:
                    return run.run_id
            time.sleep(_POLL_S)
        met = [
            f"{run.run_id[:8]} {run.status.value}" for run in self.instance.get_runs(RunsFilter(job_name=job))
        ]
        raise Broken(
            f"no run of {job} was {status.value} within {PATIENCE_S:g} s; its runs: {', '.join(met)}"
        )


_WAITING = frozenset({DagsterRunStatus.QUEUED, DagsterRunStatus.NOT_STARTED})

VICTIMS = ("worker", "code server", "tree", "worker", "daemon")
"""Killed in turn, a round each."""

_NEED_A_NEW_ONE = frozenset({"tree", "daemon"})
"""A guard whose daemon is gone ends what is left: a supervisor, or the standby, starts the next one."""

ROUNDS = (
    ("light_dream", "faq_extract", "graph_build", "wiki_reconcile"),
    ("deep_dream", "faq_compile", "graph_build", "wiki_reconcile"),
)
"""Jobs that run side by side: one of each pool."""


def carry_out(case: Case, number: int, seed: int, say: Say) -> Recoveries:
    """Kill runs, four at a time, and wait for those that come after them."""
    chance, done = random.Random(seed), Recoveries()
    with _standing(case) as tree:
        for turn, victim in enumerate(itertools.cycle(VICTIMS)):
            jobs = ROUNDS[turn % len(ROUNDS)][: number - done.kills - len(done.told)]
            if not jobs:
                break
            try:
                _round(case, tree, victim, jobs, chance, done, say)
            except (Broken, psutil.Error) as failure:
                done.told.append(f"{victim}: {failure}")
        _await_quiet(tree)
        done.orphaned_slots = _slots(tree.instance)
    return done


def _round(
    case: Case,
    tree: Tree,
    victim: str,
    jobs: Sequence[str],
    chance: random.Random,
    done: Recoveries,
    say: Say,
) -> None:
    """Let runs start, hold them by a table that each reads under its lease, and kill."""
    _await_quiet(tree)
    known = {run.run_id for run in tree.instance.get_runs()}
    with case.server.admin(case.name) as connection, connection.transaction():
        connection.execute("LOCK TABLE mind.window_units IN ACCESS EXCLUSIVE MODE")
        killed = {job: submit(tree.instance, WORKSPACE, job, tags=_WINDOWS.get(job, {})) for job in jobs}
        for job in jobs:
            tree.await_run(known, job, DagsterRunStatus.STARTED)
        time.sleep(chance.random())
        # One that waits in the queue already, for a sensor asked for it, is a next run like any other.
        before = {run.run_id for run in tree.instance.get_runs() if run.status not in _WAITING}
        began = time.monotonic()
        tree.kill(victim)
    if victim in _NEED_A_NEW_ONE:
        tree.start()
    for job in jobs:
        if victim == "code server" and _ended_well(tree.instance, killed[job]):
            seconds = 0.0  # its worker went on by itself: nothing was to be redone
        else:
            tree.await_run(before, job, DagsterRunStatus.STARTED)
            seconds = time.monotonic() - began
        done.seconds.setdefault(victim, []).append(seconds)
        say(f"{victim} {job}: the next run had started after {seconds:.1f} s")


def _ended_well(instance: DagsterInstance, run_id: str) -> bool:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        run = instance.get_run_by_id(run_id)
        if run is not None and run.is_finished:
            return run.is_success
        time.sleep(_POLL_S)
    return False


@contextmanager
def _standing(case: Case) -> Iterator[Tree]:
    case.server.create(_DAGSTER)
    url = case.server.address.url(_DAGSTER, "postgresql+psycopg2")
    plan = DaemonPlan(prepare_home(case.place.state), url, POOL_LIMITS, scope=Scope.ALL)
    own = case.place.environment(AGNT_DAGSTER_URL=url)
    before = {name: os.environ.get(name) for name in own}
    os.environ.update(own)
    try:
        with open_instance(plan.home, url) as instance:
            tree = Tree(plan, instance)
            tree.start()
            try:
                yield tree
            finally:
                tree.daemon.stop()
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _await_quiet(tree: Tree) -> None:
    """Wait until no run is under way: the sensors ask for what is stale by themselves."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if all(run.is_finished for run in tree.instance.get_runs()):
            return
        time.sleep(_POLL_S)
    names = [f"{run.job_name} {run.status.value}" for run in tree.instance.get_runs() if not run.is_finished]
    raise Broken(f"still under way after {PATIENCE_S:g} s: {', '.join(names)}")


def _slots(instance: DagsterInstance) -> int:
    """Return how many slots of pools are taken although no run is under way."""
    storage = instance.event_log_storage
    keys = storage.get_concurrency_keys()
    return sum(storage.get_concurrency_info(key).active_slot_count for key in keys)


def _is(process: psutil.Process, victim: str) -> bool:
    with suppress(psutil.NoSuchProcess):
        line = " ".join(process.cmdline())
        match victim:
            case "worker":
                return _WORKER in line and "spawn_main" in line
            case "code server":
                return _CODE_SERVER in line
            case "daemon":
                return "daemon_process" in line and "daemon_guard" not in line
            case _:
                return True
    return False
