"""The embedded PostgreSQL: one owner for each state folder, any number of guests.

`serving(state)` is all that others need. The first process to ask becomes the owner and starts the
server as its child; the others are guests, and the owner waits for them before it stops the server. If
the owner dies, so does the server, and the next process to ask becomes the owner and recovers it.

What belongs here: the server as others see it. What does not: who owns it (`server_ownership`), its
process (`server_process`), folders (`server_files`) and programs (`server_programs`); connections and
tables (`database`).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.storage.server_files import USER, Announce
from agnt_pipelines.storage.server_ownership import shares
from agnt_pipelines.storage.server_sockets import PORT

_CREATING_DATABASE = 0x61676E74  # "agnt"; any number will do that is the same in every process

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where the server answers: a socket in a folder that only its user and root can enter."""

    host: str
    port: int = PORT
    user: str = USER

    def url(self, database: str, driver: str = "postgresql+psycopg") -> str:
        """Return SQLAlchemy's URL of a database; `driver` as in `postgresql+psycopg2`."""
        return f"{driver}://{self.user}@/{quote(database, safe='')}?host={self.host}&port={self.port}"


@contextmanager
def serving(
    state: Path, *, pg_bin: Path | None = None, durable: bool = True, announce: Announce = _log.info
) -> Iterator[ServerAddress]:
    """Yield the address of the server of `state`, which runs until every user of it has left.

    May be nested and used from several threads and processes; the `pg_bin` and `durable` of the one
    that starts the server count. `durable=False` is for data that may be lost (tests): a kill may cost
    the last second's commits, a crash of the machine everything. `announce` gets a sentence whenever
    something takes time.

    Raises:
        SettingsError: the folder or the programs cannot be used; names the setting.
        ServerFailed: the server does not start; shows the last lines of its log.
    """
    share = shares.enter(state_folder(state))
    try:
        sockets = share.join(pg_bin, durable=durable, announce=announce)
        yield ServerAddress(str(sockets))
    finally:
        shares.leave(share)


def ensure_database(address: ServerAddress, name: str, *, formerly: str | None = None) -> None:
    """Create the database `name` unless it exists; several processes may ask at the same time.

    One that was made under the name `formerly` is renamed instead.

    Raises:
        SettingsError: another process uses the one to be renamed.
    """
    with psycopg.connect(
        host=address.host, port=address.port, user=address.user, dbname="postgres", autocommit=True
    ) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_CREATING_DATABASE])
        found = connection.execute(
            "SELECT datname FROM pg_database WHERE datname IN (%s, %s)", [name, formerly]
        )
        names = {row[0] for row in found}
        if name in names:
            return
        if formerly not in names:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            return
        _rename(connection, str(formerly), name)


def _rename(connection: psycopg.Connection[tuple[Any, ...]], formerly: str, name: str) -> None:
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    try:
        connection.execute(rename.format(sql.Identifier(formerly), sql.Identifier(name)))
    except psycopg.errors.ObjectInUse as failure:
        raise SettingsError(
            f"The database {formerly!r} of this state is to be called {name!r} from now on, and another "
            "process uses it (an older ./agnt up?): end that one, then do this again."
        ) from failure


def state_folder(state: Path) -> Path:
    """Make the folder if need be. Made by root, others may pass through it: the server's user must.

    Raises:
        SettingsError: it can't be made or written in.
    """
    try:
        if not state.exists():
            state.mkdir(parents=True, exist_ok=True)
            if os.geteuid() == 0:
                state.chmod(0o711)
        for name in ("pg.lock", "pg.guests"):
            (state / name).touch(mode=0o600)
    except OSError as failure:
        message = f"AGNT_STATE={state}: {failure.strerror}. Set AGNT_STATE to a folder that you may write in."
        raise SettingsError(message) from failure
    return state.resolve()
