"""Who owns the server of a state folder: one process, by an flock; the others are its guests.

`pg.lock` is held by the owner and names the socket's folder once the server answers; `pg.guests` is
shared by the guests, and taken by the owner alone when it stops the server. The system releases both
when a process ends, however it ends, so there is nothing stale to tell from what lives.

What belongs here: those two locks and this process's part in them. What does not: the server itself.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from threading import Lock

from agnt_pipelines.errors import ServerFailed
from agnt_pipelines.storage.server_files import Announce, initialise, locate
from agnt_pipelines.storage.server_process import Postmaster, answers, command_line
from agnt_pipelines.storage.server_programs import find_programs
from agnt_pipelines.storage.server_sockets import Hold, sweep

_POLL_S = 0.05
_PATIENCE_S = 2.0


class FileLock:
    """An flock on a file that stays."""

    def __init__(self, path: Path) -> None:
        """Prepare; nothing is opened yet."""
        self._path = path
        self._file: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock, in either kind."""
        return self._file is not None

    def acquire(self, how: int) -> bool:
        """Lock as flock's flags say; tell whether that succeeded (it waits without LOCK_NB)."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)  # not inherited: Python sets CLOEXEC
        try:
            fcntl.flock(file, how)
        except BaseException as failure:
            os.close(file)
            if isinstance(failure, BlockingIOError):
                return False
            raise
        self._file = file
        return True

    def release(self) -> None:
        """Unlock, also what a child that is just being forked has a copy of."""
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        self.forget()

    def forget(self) -> None:
        """Close without unlocking: in a forked child, where the lock is still its parent's."""
        if self._file is not None:
            os.close(self._file)
        self._file = None

    def write(self, text: str) -> None:
        """Replace what the file says; only for the holder."""
        assert self._file is not None
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, text.encode(), 0)

    def read(self) -> str:
        """Return what the holder wrote."""
        return self._path.read_text()


class Share:
    """This process's part in the server of one state folder: its owner, or a guest."""

    def __init__(self, state: Path) -> None:
        """Take no part yet."""
        self.state = state
        self.users = 0
        self._turn = Lock()  # one thread joins; the others then find it done
        self._own = FileLock(state / "pg.lock")
        self._visit = FileLock(state / "pg.guests")
        self._hold: Hold | None = None
        self._postmaster: Postmaster | None = None
        self._announce: Announce = lambda _: None

    def join(self, pg_bin: Path | None, *, durable: bool, announce: Announce) -> Path:
        """Become the owner and start the server, or a guest and wait for it; return its socket's folder.

        Raises:
            SettingsError, ServerFailed: as `server.serving` says.
        """
        with self._turn:
            self._announce = announce
            news_at = time.monotonic() + _PATIENCE_S
            while True:
                if self._own.held or self._own.acquire(fcntl.LOCK_EX | fcntl.LOCK_NB):
                    self._visit.release()
                    return self._serve(pg_bin, durable=durable)
                # While the owner stops the server, this lock is its own: then wait for its end.
                if self._visit.held or self._visit.acquire(fcntl.LOCK_SH | fcntl.LOCK_NB):
                    sockets = self._own.read().strip()
                    if sockets and answers(Path(sockets)):
                        return Path(sockets)
                if time.monotonic() > news_at:
                    announce(f"Waiting for another process to start or stop the server of {self.state}.")
                    news_at = float("inf")
                time.sleep(_POLL_S)

    def leave(self) -> None:
        """Stop being a guest; or, as the owner, wait for the guests and stop the server."""
        try:
            if self._postmaster is not None:
                self._wait_for_guests()
        finally:
            try:
                self._stop()
            finally:
                self._visit.release()

    def forget(self) -> None:
        """Have no part any more: a forked child inherits descriptors, not the server."""
        self._own.forget()
        self._visit.forget()
        if self._hold is not None:
            self._hold.forget()

    def _serve(self, pg_bin: Path | None, *, durable: bool) -> Path:
        if self._postmaster is None or self._postmaster.failure:
            try:
                self._start(pg_bin, durable=durable)
            except OSError as failure:
                self._stop()
                message = f"The server of {self.state} cannot be started: {failure}."
                raise ServerFailed(message) from failure
            except BaseException:
                self._stop()
                raise
        assert self._postmaster is not None
        self._postmaster.wait_ready()
        return self._postmaster.places.sockets

    def _start(self, pg_bin: Path | None, *, durable: bool) -> None:
        self._own.write("")
        places = locate(self.state, self._announce)
        self._hold = Hold(places.sockets, places.account)
        sweep(places.account)
        programs = find_programs(pg_bin, places.account, self._announce)
        initialise(places, programs, durable=durable)
        command = command_line(places, programs, durable=durable)
        self._postmaster = Postmaster(places, command, self._announce)
        self._postmaster.start()
        self._postmaster.wait_ready()
        self._own.write(f"{places.sockets}\n")

    def _stop(self) -> None:
        try:
            if self._postmaster is not None:
                self._postmaster.stop()
            if self._hold is not None:
                self._hold.release()
        finally:
            self._hold = None
            self._postmaster = None
            if self._own.held:
                self._own.write("")
            self._own.release()

    def _wait_for_guests(self) -> None:
        if not self._visit.acquire(fcntl.LOCK_EX | fcntl.LOCK_NB):
            self._announce(f"Waiting for other processes that use the server of {self.state}.")
            self._visit.acquire(fcntl.LOCK_EX)


class Shares:
    """This process's parts in all state folders, with the number of users of each."""

    def __init__(self) -> None:
        """Take part in nothing."""
        self._turn = Lock()
        self._shares: dict[Path, Share] = {}

    def enter(self, state: Path) -> Share:
        """Count one more user; its `join` comes next."""
        with self._turn:
            share = self._shares.setdefault(state, Share(state))
            share.users += 1
            return share

    def leave(self, share: Share) -> None:
        """Count one user less; the last one ends this process's part."""
        with self._turn:
            if self._shares.get(share.state) is not share:
                return  # a forked child leaves what its parent had entered
            share.users -= 1
            if share.users:
                return
            del self._shares[share.state]
        share.leave()

    def forget(self) -> None:
        """Take part in nothing: a forked child asks anew, as a guest of its parent."""
        self._turn = Lock()  # another thread may have held it at the fork
        for share in self._shares.values():
            share.forget()
        self._shares.clear()


shares = Shares()
os.register_at_fork(after_in_child=shares.forget)
