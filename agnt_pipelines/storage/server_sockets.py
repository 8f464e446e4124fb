"""The socket's folder: where it is, who holds it, and the removal of those that nobody holds.

An owner holds its folder by an flock for as long as it serves; a folder in /tmp that nobody holds, and in
which nobody listens, was left by a kill and is swept away by the next server that starts.

What belongs here: that folder. What does not: the data (`server_files`) and the server's process.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

from agnt_pipelines.errors import ServerFailed
from agnt_pipelines.storage.server_account import Account

PORT = 5432
"""Part of the socket's file name only: the server listens on no TCP port."""

SOCKET_PATH_MAX = 107
"""Bytes that fit into `sockaddr_un.sun_path` on Linux less the final zero (108 is refused: measured)."""

SOCKET_FILES = (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock")

_SHORT = Path("/tmp")  # noqa: S108 (what is there is checked; TMPDIR may be long, and differ between users)
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_./-]+")
_OPEN = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_ATTEMPTS = 10


def socket_folder(data: Path, account: Account, mark: str) -> Path:
    """Return the socket's folder: beside the data, or in /tmp where that path is too long or odd.

    `mark` stands for the data folder in a name: 16 hexadecimal digits.

    Raises:
        ServerFailed: something else is there.
    """
    beside = data.parent / "run"
    if len(os.fsencode(beside / SOCKET_FILES[0])) <= SOCKET_PATH_MAX and _PLAIN_PATH.fullmatch(str(beside)):
        return private_folder(beside, account)
    return private_folder(_SHORT / f"agnt-{account.uid}-{mark}", account)


def private_folder(path: Path, account: Account) -> Path:
    """Make `path` a folder that only `account` (and root) can enter, or check that it is one.

    Raises:
        ServerFailed: something else is there: in /tmp, anybody may have put it.
    """
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        if not _is_private(path, {account.uid, os.geteuid()}):
            message = f"{path} is not a private folder of user {account.name}. Remove it and start again."
            raise ServerFailed(message) from None
    if os.geteuid() == 0:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)
    return path


class Hold:
    """The right to a socket's folder, from before the server starts until after it has ended."""

    def __init__(self, folder: Path, account: Account) -> None:
        """Hold the folder; one that is swept away in this very moment is made again.

        Raises:
            ServerFailed: something else is there, or it cannot be held.
        """
        self._folder = folder
        self._held: int | None = None
        for _ in range(_ATTEMPTS):
            with contextlib.suppress(FileNotFoundError):
                private_folder(folder, account)
                held = os.open(folder, _OPEN)
                fcntl.flock(held, fcntl.LOCK_SH)
                if _same(held, folder):
                    self._held = held
                    return
                os.close(held)
        raise ServerFailed(f"{folder} goes away as soon as it is made. See what removes it, and start again.")

    def release(self) -> None:
        """Let go; a folder of its own in /tmp goes with its server."""
        if self._folder.parent == _SHORT:
            _remove(self._folder)
        self.forget()

    def forget(self) -> None:
        """Close without removing: in a forked child, where the server is still its parent's."""
        if self._held is not None:
            os.close(self._held)
        self._held = None


def sweep(account: Account) -> None:
    """Remove the folders in /tmp that servers of this account left when they were killed."""
    for folder in _SHORT.glob(f"agnt-{account.uid}-*"):
        if re.fullmatch(r"[0-9a-f]{16}", folder.name.rpartition("-")[2]):
            with contextlib.suppress(OSError), _unheld(folder, account) as unheld:
                if unheld and not _listens(folder):
                    _remove(folder)


@contextlib.contextmanager
def _unheld(folder: Path, account: Account) -> Iterator[bool]:
    """Yield whether a folder is a socket's of this account that nobody holds; nobody can meanwhile."""
    if not _is_private(folder, {account.uid}):
        yield False
        return
    held = os.open(folder, _OPEN)
    try:
        yield _locked(held) and _same(held, folder)
    finally:
        os.close(held)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _listens(folder: Path) -> bool:
    """Whether anybody accepts connections here, whatever its state: what is unclear counts as yes."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(str(folder / SOCKET_FILES[0]))
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except OSError:
            return True
    return True


def _remove(folder: Path) -> None:
    """Remove a folder with a dead server's files; one with anything else in it stays."""
    with contextlib.suppress(OSError):
        for name in SOCKET_FILES:
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()


def _is_private(path: Path, users: set[int]) -> bool:
    found = path.lstat()
    return stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) & 0o077 == 0 and found.st_uid in users


def _same(descriptor: int, path: Path) -> bool:
    try:
        there = path.lstat()
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(descriptor), there)
