"""Kinds of faults other than kills: each is done to a run of a job, for real, and must have happened.

What belongs here: a function for each kind, which breaks one case and makes sure that it broke. What
does not: recovering and counting (`kills.recovered`), and Dagster's own processes (`trees`).
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

import psycopg

from benchmarks.faults import runs, world
from benchmarks.faults.children import Child
from benchmarks.faults.proxy import Command, proxying
from benchmarks.faults.stages import Broken, Case

IN_AN_APPLY = "apply.logged"
"""Where a run stands while its world changes: rows and log are written, nothing is committed."""

_SHORT = {"AGNT_LEASE_TTL_S": "0.4", "AGNT_HEARTBEAT_S": "0.1"}
"""A lease that runs out while a test waits; whoever only stands by has the usual one."""

_END_OTHERS = """
    SELECT count(*) FILTER (WHERE pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()"""


_BALLAST = bytes(2**20)


class NotAllowedHere(Exception):
    """This machine does not let us do that kind of fault; the message says what it lacks."""


Kind = Callable[[Case], None]


def worker_killed(case: Case) -> None:
    """Kill -9 in the middle of an apply."""
    child = case.start(AGNT_CRASH_AT=IN_AN_APPLY).wait()
    _require(case, child.died, "it did not die")


def server_killed(case: Case) -> None:
    """Kill -9 of the server in the middle of an apply."""
    _server_ends(case, signal.SIGKILL)


def server_restarted(case: Case) -> None:
    """Shut the server down immediately in the middle of an apply; it comes back."""
    _server_ends(case, signal.SIGQUIT)


def holder_stopped(case: Case) -> None:
    """Stop a holder past its lease, let the next run take over, and let it go on."""
    stopped = _stopped(case, settings=_SHORT)
    _succeeds(case, case.start(settings=_SHORT))
    _refused_when_it_goes_on(case, stopped)


def sessions_ended(case: Case) -> None:
    """End every session of a run in the middle of its apply."""
    stopped = _stopped(case)
    with case.server.admin(case.name) as connection:
        row = connection.execute(_END_OTHERS.encode()).fetchone()
    _require(case, row is not None and row[0] != 0, "there was no session to end")
    _refused_when_it_goes_on(case, stopped)


def connection_cut(case: Case) -> None:
    """Reset every connection of a run in the middle of its apply."""
    _cut_off(case, Command.CUT)


def connection_stalled(case: Case) -> None:
    """Let nothing pass between a run and the server; the next run takes over; then all arrives."""
    _cut_off(case, Command.STALL)


def connection_half_closed(case: Case) -> None:
    """Close the way to the server and keep the way back open."""
    _cut_off(case, Command.HALF_CLOSE)


def clock_jumps(case: Case) -> None:
    """Run with the world's now a day back, then forty minutes ahead, then back again."""
    now = case.place.now
    for jump in (world.FIRST_NOW, now + timedelta(minutes=40), now - timedelta(hours=3)):
        _succeeds(case, case.start(AGNT_NOW=jump.isoformat()))


def ticks_doubled(case: Case) -> None:
    """Run every tick's window twice, at the same time."""
    tags = _due(case)
    _require(case, bool(tags), "nothing was due")
    for one in tags:
        both = [case.start(partial(runs.run, case.job, one)) for _ in range(2)]
        for child in both:
            _succeeds(case, child)


def ticks_missed(case: Case) -> None:
    """Run the last tick's window alone, as if those before it had been missed."""
    last = _due(case)[-1]
    key = last.get("dagster/asset_partition_range_end", last.get("dagster/partition"))
    _succeeds(
        case, case.start(partial(runs.run, case.job, {} if key is None else {"dagster/partition": key}))
    )


def eight_at_once(case: Case) -> None:
    """Run one job eight times at once: they take turns, or are locked out and say so."""
    every = [case.start().wait for _ in range(8)]
    ended = [wait() for wait in every]
    _require(case, any(child.succeeded for child in ended), "not one succeeded")
    for child in ended:
        _require(case, child.succeeded or "LockedOut" in child.failure, child.failure)


def disk_full(case: Case) -> None:
    """Leave no room on the disk of the server and of the state folder."""
    with _full(case.server.state.parent):
        child = case.start().wait()
        _require(case, not child.succeeded, "it went on without room")
    case.server.await_answer()


def connections_exhausted(case: Case) -> None:
    """Take every connection that the server has."""
    with ExitStack() as taken:
        refused = False
        with suppress(psycopg.OperationalError):
            for _ in range(1000):
                taken.enter_context(case.server.admin(case.name))
        with suppress(psycopg.OperationalError):
            refused = not case.server.answers()
        child = case.start().wait()
    _require(case, refused and not child.succeeded, "there was a connection left")


IN_ANOTHER_ORDER = frozenset({"clock_jumps", "ticks_missed"})
"""Kinds after which windows are run in other portions than where nothing fails: a fold may be completed
once more on the way, of other inputs."""

KINDS: dict[str, Kind] = {
    kind.__name__: kind
    for kind in (
        worker_killed, server_killed, server_restarted, holder_stopped, sessions_ended, connection_cut,
        connection_stalled, connection_half_closed, clock_jumps, ticks_doubled, ticks_missed, eight_at_once,
        disk_full, connections_exhausted,
    )
}  # fmt: skip


def _server_ends(case: Case, number: signal.Signals) -> None:
    stopped = _stopped(case)
    case.server.kill(number)
    case.server.await_answer()
    _refused_when_it_goes_on(case, stopped)


def _cut_off(case: Case, command: Command) -> None:
    with proxying(case.server.address) as proxy:
        child = _stopped(case, url=proxy.url(case.name), settings=_SHORT)
        proxy.tell(command)
        child.resume()
        _succeeds(case, case.start(settings=_SHORT))
        if command is not Command.CUT:
            proxy.tell(Command.FLOW)
        child.wait()
        _require(case, not child.succeeded, "its late write was not refused")


def _stopped(case: Case, *, url: str = "", settings: Mapping[str, str] | None = None) -> Child:
    """Return a run that stands still in the middle of an apply."""
    child = case.start(url=url, settings=settings, AGNT_STOP_AT=IN_AN_APPLY)
    _require(case, child.stops(), f"it did not get to {IN_AN_APPLY}: {child.failure}")
    return child


def _refused_when_it_goes_on(case: Case, stopped: Child) -> None:
    stopped.resume()
    stopped.wait()
    _require(case, not stopped.succeeded and not stopped.died, "its late write was not refused")


def _succeeds(case: Case, child: Child) -> None:
    child.wait()
    _require(case, child.succeeded, child.failure)


def _require(case: Case, condition: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as it is called
    if not condition:
        raise Broken(f"{case.name}: {otherwise}")


def _due(case: Case) -> list[dict[str, str]]:
    """Return the tags of the runs that are due of the case's job, asked in a process of its own."""
    asked = case.place.state.with_suffix(".due")

    def ask() -> None:
        lines = [" ".join(f"{name}={value}" for name, value in tags.items()) for tags in runs.due(case.job)]
        asked.write_text("".join(f"{line}\n" for line in lines), "utf-8")

    _succeeds(case, case.start(ask))
    lines = asked.read_text("utf-8").splitlines()
    return [dict(part.split("=") for part in line.split()) for line in lines]


@contextmanager
def _full(disk: Path) -> Iterator[None]:
    """Fill a disk of our own to the last byte."""
    if disk.stat().st_dev == disk.parent.stat().st_dev:
        raise NotAllowedHere("a disk of one's own can be mounted by root alone")
    ballast = disk / "ballast"
    try:
        with ballast.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(_BALLAST):
                pass
        yield
    finally:
        ballast.unlink(missing_ok=True)
