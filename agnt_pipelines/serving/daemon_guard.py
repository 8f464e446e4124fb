"""The process between whoever wants a daemon and Dagster's daemon: one leader, and nothing left behind.

It holds an advisory lock in Dagster's database for as long as the daemon lives (the leader), takes
its orphaned descendants in, and ends the whole tree when its owner dies, when it is told to, or
when it can't prove any more that it holds the lock. With `--standby` it waits for the lock instead
of giving up, with a daemon beside it that has loaded everything: a hot standby. A standby outlives
the database: whatever it loses, it connects again and waits for its turn.

What a standby says on its standard output, a line each, is a `Word` and a reason.

What belongs here: who leads, and when the tree must end. What does not: the lock itself
(`daemon_lock`), processes (`daemon_tree`), and Dagster, which only `daemon_process` imports; this
one starts in a fifth of a second.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Final

import psycopg

from agnt_pipelines.serving.daemon_lock import LeaderLock, close_quietly, lock_holder, reason_of
from agnt_pipelines.serving.daemon_tree import (
    DAEMON_MODULE,
    READY,
    SERVES,
    DaemonTree,
    adopt_orphans,
    die_with_parent,
)
from agnt_pipelines.serving.instance import URL_VARIABLE

__all__ = ["TAKEN", "Word", "die_with_parent", "lock_holder", "main"]

TAKEN: Final = 75
"""Exit code: another daemon serves this queue already (EX_TEMPFAIL of sysexits.h)."""
LOCK_CHECK_S: Final = 2.0
"""Seconds between two proofs that the lock is held; a session that the server ends is noticed sooner."""

_ANSWER_S: Final = 5.0  # a busy server answers late; see daemon_lock for what must come after it
_LOOK_S: Final = 0.25
_TURN_S: Final = 0.5  # between two tries of a standby
_SETTLE_S: Final = 2.0  # a leader that lost its session has killed its tree by then
_AGAIN_S: Final = 1.0  # between two tries to reach the database
_REMIND_S: Final = 10.0  # the owner may have to start the server, and its own try may have failed
_DAEMON_GRACE_S: Final = 8.0  # ticks of schedules and sensors finish
_QUEUE_GRACE_S: Final = 0.5  # a daemon for runs alone, with no run left, has nothing to finish
_TOLD_TO_STOP: Final = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})


class Word(Enum):
    """What a guard tells its owner."""

    WAITS = "waits"
    """Another one leads; its name follows."""
    READY = "ready"
    """The daemon has loaded everything; leading begins at once when it is our turn."""
    LEADS = "leads"
    """The lock is ours."""
    SERVES = "serves"
    """The daemon's threads have started."""
    LOST = "lost"
    """The lock was lost and the tree has been killed; the reason follows."""
    UNREACHABLE = "unreachable"
    """The database does not answer; the reason follows."""


class _End(Enum):
    TOLD = "told"
    TAKEN = "taken"
    TURN = "turn"
    LOST = "lost"
    ENDED = "ended"


@dataclass(slots=True)
class _Guard:
    """One owner's daemon, from its first try to lead until nothing is left of it."""

    url: str
    name: str
    module: str
    standby: bool
    passed_on: list[str]
    lock: LeaderLock | None = None
    tree: DaemonTree | None = None
    _said: str = ""
    _said_at: float = 0.0

    def run(self) -> int:
        """Lead, or wait and then lead; the exit code tells why it ended."""
        try:
            while True:
                end = self._lead_once()
                if end is _End.TOLD:
                    return 0
                if end is _End.TAKEN:
                    return TAKEN
                if end is _End.ENDED:
                    assert self.tree is not None
                    return _exit_code(self.tree.code)
                if not self.standby:
                    return 1
        finally:
            if self.tree is not None:
                self.tree.stop()
            close_quietly(self.lock)

    def _lead_once(self) -> _End:
        """Get the lock and serve until something ends it."""
        if self.lock is None and not self._connect():
            return _End.TOLD
        if self.standby and self.tree is None:
            self.tree = self._start()
        try:
            end = self._await_turn()
            if end is _End.TURN:
                self._tell(Word.LEADS)
                self.tree = self.tree or self._start()
                end = self._settle() or self._serve()
        except psycopg.Error as failure:
            self._lose(reason_of(failure))
            return _End.LOST
        return end

    def _connect(self) -> bool:
        """Connect; a standby tries until it succeeds. False if we were told to stop meanwhile."""
        while True:
            try:
                self.lock = LeaderLock(self.url, self.name)
            except psycopg.OperationalError as failure:
                if not self.standby:
                    raise
                self._tell(Word.UNREACHABLE, reason_of(failure))
            else:
                return True
            if self._pause(_AGAIN_S) is _End.TOLD:
                return False

    def _await_turn(self) -> _End:
        assert self.lock is not None
        next_look = 0.0
        while not self.lock.take():
            if not self.standby:
                return _End.TAKEN
            if time.monotonic() >= next_look:
                next_look = time.monotonic() + LOCK_CHECK_S
                holder = self.lock.holder()
                if holder is not None:
                    self._tell(Word.WAITS, holder)
            end = self._pause(_TURN_S)
            if end is not None:
                return end
        return _End.TURN

    def _settle(self) -> _End | None:
        """Give a former leader the time to notice that it is none, and end what it still writes."""
        assert self.lock is not None
        until = time.monotonic() + _SETTLE_S
        while time.monotonic() < until:
            self.lock.end_work_of_others()
            end = self._pause(_LOOK_S)
            if end is not None:
                return end
        return None

    def _serve(self) -> _End:
        """Let the daemon serve until it ends, we are told to stop, or the lock is not proven."""
        assert self.lock is not None
        assert self.tree is not None
        reason = self.lock.proven(_ANSWER_S)  # after the pause, before the first word to the daemon
        if reason is None:
            self.tree.go()
        next_check = time.monotonic() + LOCK_CHECK_S
        while reason is None:
            end = self._pause(_LOOK_S)
            if end is not None:
                return end
            if self.lock.disturbed() or time.monotonic() >= next_check:
                reason = self.lock.proven(_ANSWER_S)
                next_check = time.monotonic() + LOCK_CHECK_S
        self.tree.kill()
        self.tree = None
        self._lose(reason)
        return _End.LOST

    def _pause(self, seconds: float) -> _End | None:
        """Wait for a signal; say why not to go on, if so. Words of the daemon are passed on."""
        told = signal.sigtimedwait(_TOLD_TO_STOP | {signal.SIGCHLD}, seconds)
        if told is not None and told.si_signo in _TOLD_TO_STOP:
            return _End.TOLD
        if self.tree is None:
            return None
        self.tree.reap()
        said = self.tree.said()
        for mark, word in ((READY, Word.READY), (SERVES, Word.SERVES)):
            if mark in said:
                self._tell(word)
        return None if self.tree.code is None else _End.ENDED

    def _start(self) -> DaemonTree:
        grace = _QUEUE_GRACE_S if "--queue-only" in self.passed_on else _DAEMON_GRACE_S
        return DaemonTree.start(self.module, self.passed_on, grace)

    def _lose(self, reason: str) -> None:
        close_quietly(self.lock)
        self.lock = None
        self._tell(Word.LOST, reason)

    def _tell(self, word: Word, reason: str = "") -> None:
        """Say something new to the owner, and write it down."""
        line = f"{word.value} {reason}".strip()
        told_again = word is Word.UNREACHABLE and time.monotonic() - self._said_at > _REMIND_S
        if line == self._said and not told_again:
            return
        if word is not Word.READY:
            self._said, self._said_at = line, time.monotonic()
        print(
            f"{time.strftime('%Y-%m-%d %H:%M:%S')} guard {os.getpid()}: {line}", file=sys.stderr, flush=True
        )
        if self.standby:
            with suppress(OSError, ValueError):  # the owner has ended; its death signal is on its way
                print(line, flush=True)


def _exit_code(code: int | None) -> int:
    """Return how a daemon ended as a shell would tell it; one that ends by itself has failed."""
    return 128 - code if code is not None and code < 0 else code or 1


def _arguments() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(prog="agnt daemon guard")
    parser.add_argument("--owner", type=int, help="end when this parent process does")
    parser.add_argument("--standby", action="store_true", help="wait for the lock instead of exiting 75")
    parser.add_argument("--module", default=DAEMON_MODULE, help="what to run as the daemon")
    return parser.parse_known_args()


def main() -> int:
    """Lead, run the daemon, and leave no process behind; the exit code tells why it ended."""
    options, passed_on = _arguments()
    signal.pthread_sigmask(signal.SIG_BLOCK, _TOLD_TO_STOP | {signal.SIGCHLD})
    if options.owner is not None:
        die_with_parent(options.owner, signal.SIGTERM)
    adopt_orphans()
    # The process that an operator can stop is the owner.
    name = f"agnt daemon, pid {options.owner or os.getpid()} on {os.uname().nodename}"
    guard = _Guard(os.environ[URL_VARIABLE], name, options.module, options.standby, passed_on)
    try:
        return guard.run()
    except psycopg.OperationalError as failure:
        print(f"Dagster's database does not answer: {str(failure).strip()}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
