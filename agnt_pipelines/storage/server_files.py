"""Where the embedded server's files are: data and log, and whose they are.

What belongs here: choosing, making and checking those places, and the account that uses them. What
does not: the socket's folder (`server_sockets`), PostgreSQL's programs (`server_programs`), a running
server (`server_process`).
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from agnt_pipelines.errors import ServerFailed, SettingsError
from agnt_pipelines.storage.server_account import Account, run
from agnt_pipelines.storage.server_sockets import socket_folder

Announce = Callable[[str], None]

SHARED_HOME = Path("/var/lib/agnt")
"""Root's only: for what the server's account cannot reach below the state folder or the venv."""

USER = "agnt"

_LOG_MAX = 10 * 2**20
_LOG_KEPT = 2**20


@dataclass(frozen=True, slots=True)
class Places:
    """Every path of one embedded server; `data` may be elsewhere than below `state` (see `locate`)."""

    state: Path
    data: Path
    sockets: Path
    account: Account

    @property
    def log(self) -> Path:
        """The server's own log."""
        return self.state / "pg.log"


def locate(state: Path, announce: Announce) -> Places:
    """Choose, make and check the folders of the server of `state` (resolved, existing).

    An ordinary user keeps everything in `state`. PostgreSQL refuses root, so root lends it the account
    `nobody` (or whoever owns an existing data folder). Where that account cannot enter `state`, the
    data lies in `SHARED_HOME` under the state path's hash, and `state/data` is a link to it.

    Raises:
        ServerFailed: a folder is not what it must be.
        SettingsError: no account fits, or it cannot enter a folder that already holds the data.
    """
    data = state / "data"
    account = _account(data)
    settled = data.exists() or (data.is_symlink() and data.resolve().parent.exists())
    if not settled and not account.may_enter(state):
        _settle_elsewhere(data, announce)
    data = data.resolve()
    if not account.may_enter(data.parent):
        message = (
            f"The database is in {data}, which user {account.name} can no longer enter. Give the folders "
            f"above it the right to pass (chmod o+x), or set AGNT_STATE to another folder."
        )
        raise SettingsError(message)
    return Places(
        state=state, data=data, sockets=socket_folder(data, account, digest(str(data))), account=account
    )


def shared_home() -> Path:
    """Make and check root's own folder outside the state folder.

    Raises:
        ServerFailed: others may write in it, so nothing in it can be trusted.
    """
    SHARED_HOME.mkdir(parents=True, exist_ok=True)
    found = SHARED_HOME.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or found.st_mode & 0o022:
        message = f"{SHARED_HOME} is not a folder that only root may write in. Remove it and start again."
        raise ServerFailed(message)
    SHARED_HOME.chmod(0o755)  # whatever the umask
    return SHARED_HOME


def open_log(path: Path) -> int:
    """Open the log for appending (a descriptor), cut to its last megabyte if it has grown beyond ten."""
    log = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    size = os.fstat(log).st_size
    if size > _LOG_MAX:
        kept = os.pread(log, _LOG_KEPT, size - _LOG_KEPT)
        os.ftruncate(log, 0)
        os.write(log, kept[kept.find(b"\n") + 1 :])
    return log


def last_lines(log: Path, start: int, count: int = 12) -> str:
    """Return the last lines that were written to the log after byte `start`."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(start, log.stat().st_size - 64 * 1024))
        text = file.read().decode(errors="replace")
    return "\n".join(text.splitlines()[-count:])


def initialise(places: Places, programs: Path, *, durable: bool) -> None:
    """Make the data folder if there is none. It appears whole: a kill at any moment leaves none.

    Raises:
        ServerFailed: initdb did not succeed; the message holds its own words.
    """
    data = places.data
    for half in data.parent.glob(f"{data.name}.new-*"):
        shutil.rmtree(half, ignore_errors=True)  # a killed initdb's; its children may still write
    if (data / "PG_VERSION").exists():
        return
    half = Path(tempfile.mkdtemp(prefix=f"{data.name}.new-", dir=data.parent))
    if os.geteuid() == 0:
        os.chown(half, places.account.uid, places.account.gid)
    options = ["-U", USER, "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "-D", str(half)]
    outcome = run(places.account, [str(programs / "initdb"), *options, *([] if durable else ["--no-sync"])])
    if outcome.returncode:
        shutil.rmtree(half, ignore_errors=True)
        message = f"initdb could not make {data}:\n{outcome.stderr.strip()}"
        raise ServerFailed(message)
    half.rename(data)
    if durable:
        _sync_folder(data.parent)


def digest(text: str) -> str:
    """Return 16 hexadecimal digits that stand for `text` in a file's name."""
    return blake2b(text.encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()


def _account(data: Path) -> Account:
    if os.geteuid() != 0:
        return Account.current()
    try:
        owner = data.stat()
    except FileNotFoundError:
        owner = None
    if owner is not None and owner.st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        message = (
            "PostgreSQL does not run as root and there is no user 'nobody' here. Start as another user, "
            "or set AGNT_DATABASE_URL to a server that runs already."
        )
        raise SettingsError(message) from None
    return Account(nobody.pw_uid, nobody.pw_gid)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _settle_elsewhere(link: Path, announce: Announce) -> None:
    home = shared_home() / digest(str(link.parent))
    home.mkdir(exist_ok=True)
    home.chmod(0o755)
    found = "found again" if (home / "data").exists() else "kept"
    announce(
        f"The database is {found} in {home}: PostgreSQL does not run as root, and the user it runs as "
        f"cannot enter {link.parent}. To start afresh, remove both folders."
    )
    link.unlink(missing_ok=True)  # a link to a home that was removed
    link.symlink_to(home / "data")
