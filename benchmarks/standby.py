"""standby: two daemons on one database, of which the leader is killed again and again.

Figures: takeover_s_p95, takeover_s_median, takeovers_s (by what was killed), doubled_ticks, lost_ticks,
ticks. A takeover lasts from kill -9 to the other daemon's first heartbeat in the database, written
as its threads begin to look at queue and schedules. A tick is doubled if its minute has more than one
run or one completed tick, lost if it has none.

Real processes, real database, and a location that ticks every minute (`standby_location`); with a
`minute_s` below 60 the schedules' clock runs ahead (`standby_clock`).
"""

from __future__ import annotations

import os
import random
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psutil
import psycopg

from agnt_pipelines.serving.daemon_guard import Word
from agnt_pipelines.serving.instance import with_driver
from benchmarks import standby_clock

VICTIMS: Final = ("everything", "guard", "daemon", "command")
"""What is killed in turn: all processes of the leader at once, or one of them."""

REAL_MINUTE_S: Final = 60.0
_READY_S: Final = 120.0
_POLL_S: Final = 0.05
_MODULES: Final = {
    "guard": "agnt_pipelines.serving.daemon_guard",
    "daemon": "--guard",  # both modules of the daemon are given their guard
}
_RUNS: Final = """
    SELECT extract(epoch FROM t.value::timestamptz)::bigint, count(*)
    FROM runs AS r JOIN run_tags AS t USING (run_id)
    WHERE t.key = '.dagster/scheduled_execution_time' AND r.status <> 'NOT_STARTED' GROUP BY 1
"""
_TICKS: Final = """
    SELECT extract(epoch FROM timestamp)::bigint, count(*) FROM job_ticks WHERE status = 'SUCCESS' GROUP BY 1
"""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Takeover:
    """One kill of the leader: what was killed, and seconds until the other one led, and served."""

    victim: str
    lead_s: float
    serve_s: float


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What came of a rehearsal."""

    takeovers: Sequence[Takeover]
    runs: Mapping[int, int]
    """Runs by minute (seconds since 1970), for every minute that was expected."""
    ticks: Mapping[int, int]
    """Completed ticks, likewise."""

    @property
    def doubled_ticks(self) -> int:
        """Minutes with more than one run or tick."""
        return sum(self.runs[minute] > 1 or self.ticks[minute] > 1 for minute in self.runs)

    @property
    def lost_ticks(self) -> int:
        """Minutes without a run."""
        return sum(count == 0 for count in self.runs.values())

    def figures(self) -> dict[str, Any]:
        """Return the benchmark's keys."""
        seconds = sorted(one.serve_s for one in self.takeovers)
        return {
            "takeover_s_p95": round(_percentile(seconds, 0.95), 2),
            "takeover_s_median": round(statistics.median(seconds), 2),
            "takeovers_s": {
                victim: [round(one.serve_s, 2) for one in self.takeovers if one.victim == victim]
                for victim in VICTIMS
            },
            "ticks": len(self.runs),
            "doubled_ticks": self.doubled_ticks,
            "lost_ticks": self.lost_ticks,
        }


@dataclass(slots=True)
class Member:
    """One daemon's command, and what it has said."""

    process: subprocess.Popen[bytes]
    told: Path
    _everyone: list[psutil.Process] = field(default_factory=list)

    def said(self, word: Word) -> bool:
        """Tell whether its guard has said this."""
        return any(line.split(" ", 1)[0] == word.value for line in self.told.read_text().splitlines())

    def kill(self, victim: str) -> None:
        """Kill a part of it, or all, with SIGKILL."""
        root = psutil.Process(self.process.pid)
        self._everyone = [root, *root.children(recursive=True)]
        if victim == "everything":
            chosen = self._everyone
        elif victim == "command":
            chosen = [root]
        else:
            chosen = [one for one in self._everyone[1:] if _MODULES[victim] in _command(one)][:1]
        for one in chosen:
            with suppress(psutil.NoSuchProcess):
                one.kill()

    def end(self) -> None:
        """End it politely."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(_READY_S)

    def left(self) -> Sequence[psutil.Process]:
        """Return who of those it had when it was killed still lives."""
        return [one for one in self._everyone if _lives(one)]


def _command(process: psutil.Process) -> str:
    """Return a process's command line; nothing of one that has ended, buried or not."""
    with suppress(psutil.NoSuchProcess):  # a zombie, to psutil, is one of these
        return " ".join(process.cmdline())
    return ""


def _lives(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


@dataclass(slots=True)
class Stage:
    """Where a rehearsal takes place, and who takes part."""

    state: Path
    url: str
    minute_s: float
    since: float = field(default_factory=time.time)
    members: list[Member] = field(default_factory=list)
    _born: int = 0

    def enter(self) -> Member:
        """Start one more daemon."""
        self._born += 1
        told = self.state / f"member-{self._born}"
        real = self.minute_s == REAL_MINUTE_S
        module = "agnt_pipelines.serving.daemon_process" if real else standby_clock.__name__
        clock = {standby_clock.MINUTE: str(self.minute_s), standby_clock.SINCE: str(self.since)}
        with told.open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", f"{__package__}.standby_member", str(self.state), self.url, module],
                env={**os.environ, **clock},
                stdout=out,
                stderr=out,
            )
        member = Member(process, told)
        self.members.append(member)
        return member

    def now(self) -> float:
        """Return the schedules' time."""
        return self.since + (time.time() - self.since) * REAL_MINUTE_S / self.minute_s

    def serving(self) -> str | None:
        """Return the id of the daemon whose schedules' thread beat last."""
        with psycopg.connect(with_driver(self.url, None), autocommit=True) as connection:
            found = connection.execute("SELECT to_regclass('daemon_heartbeats') IS NOT NULL").fetchone()
            if found is None or not found[0]:
                return None
            row = connection.execute(
                "SELECT daemon_id FROM daemon_heartbeats WHERE daemon_type = 'SCHEDULER'"
            ).fetchone()
        return None if row is None else str(row[0])


def rehearse(
    state: Path, url: str, *, kills: int, ticks: int, minute_s: float = REAL_MINUTE_S, seed: int = 0, say: Say
) -> Rehearsal:
    """Let two daemons tick for `ticks` minutes and kill the leader `kills` times, evenly spread.

    Every other kill comes in the second in which a tick is due. `url` is an empty database of Dagster's.

    Raises:
        TimeoutError: a daemon did not lead, or was not ready, in two minutes.
    """
    chance = random.Random(seed)
    with staged(state, url, minute_s) as stage:
        leader = stage.enter()
        _await("the first daemon", lambda: leader.said(Word.SERVES))
        standby = stage.enter()
        first = _next_minute(stage)
        takeovers = []
        for number in range(kills):
            _await("the standby", lambda: standby.said(Word.READY))  # noqa: B023 - called in this round
            due = first + (number + 0.5) * ticks * 60 / kills
            phase = chance.uniform(0, 1.0) * 60 / minute_s if number % 2 else chance.uniform(0, 60)
            _until(stage, due - due % 60 + phase)
            takeovers.append(_takeover(stage, leader, standby, VICTIMS[number % len(VICTIMS)]))
            say(f"{takeovers[-1]}, {len(leader.left())} left")
            leader.end()
            leader, standby = standby, stage.enter()
        _until(stage, first + (ticks - 1) * 60 + 50)
    return _counted(url, range(first, first + ticks * 60, 60), takeovers)


@contextmanager
def staged(state: Path, url: str, minute_s: float) -> Iterator[Stage]:
    """Yield a stage whose daemons end with the block."""
    stage = Stage(state, url, minute_s)
    with ExitStack() as stack:
        stack.callback(_end_all, stage.members)
        yield stage


def _end_all(members: Sequence[Member]) -> None:
    for member in members:
        member.end()


def _takeover(stage: Stage, leader: Member, standby: Member, victim: str) -> Takeover:
    before, began = stage.serving(), time.monotonic()
    leader.kill(victim)
    _await("the standby's lead", lambda: standby.said(Word.LEADS))
    lead_s = time.monotonic() - began
    _await("the standby's heartbeat", lambda: stage.serving() != before)
    return Takeover(victim, round(lead_s, 2), round(time.monotonic() - began, 2))


def _counted(url: str, minutes: range, takeovers: Sequence[Takeover]) -> Rehearsal:
    with psycopg.connect(with_driver(url, None)) as connection:
        runs: dict[int, int] = dict(connection.execute(_RUNS).fetchall())
        ticks: dict[int, int] = dict(connection.execute(_TICKS).fetchall())
    return Rehearsal(
        takeovers,
        {minute: runs.get(minute, 0) for minute in minutes},
        {minute: ticks.get(minute, 0) for minute in minutes},
    )


def _next_minute(stage: Stage) -> int:
    return int(stage.now() // 60 + 1) * 60


def _until(stage: Stage, moment: float) -> None:
    """Let the schedules' clock reach a moment."""
    while (left := moment - stage.now()) > 0:
        time.sleep(min(1.0, left * stage.minute_s / REAL_MINUTE_S))


def _await(what: str, condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _READY_S
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} has not come within {_READY_S:.0f} s")
        time.sleep(_POLL_S)


def _percentile(ordered: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of all values does not exceed."""
    return ordered[max(0, -(-int(share * 100) * len(ordered) // 100) - 1)]
