"""Dagster's database beside the platform's: what it is called, and which platform it belongs to.

A queue knows only one platform: two on one Dagster database would take each other's runs, do them on
their own tables, and report success. So the first platform to use one writes its name into it, and every
other is refused.

What belongs here: that name, and that one row. What does not: Dagster's own tables, which Dagster makes.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy.engine import URL, make_url

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.storage.database import PLATFORM_DRIVER, masked
from agnt_pipelines.storage.failures import DAGSTER_SETTING, not_connected, reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME_BYTES = 63
"""PostgreSQL cuts a longer name (NAMEDATALEN - 1)."""

_SUFFIX = "_dagster"
_DIGEST_BYTES = 4
_CONNECT_S = 10
_CLAIMING = 7_214_650_163_998_202
"""Advisory lock under which one process at a time claims; any constant of ours."""

_TABLE = """
    CREATE TABLE IF NOT EXISTS agnt_platform (
        only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
        identity text NOT NULL,
        name text NOT NULL,
        claimed_at timestamptz NOT NULL DEFAULT clock_timestamp())"""

_Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Owner:
    """A platform, by its own database: the server's system identifier with the database's oid, and its name.

    A database restored elsewhere or copied on its server is another platform; a renamed one is not.
    """

    identity: str
    name: str


def name_beside(platform: URL) -> str:
    """Return the default name of Dagster's database: the platform's with `_dagster`, in 63 bytes."""
    name = platform.database or _first(platform.query.get("dbname")) or platform.username or "agnt"
    room = NAME_BYTES - len(_SUFFIX)
    encoded = name.encode()[:NAME_BYTES]
    if len(encoded) > room:
        mark = blake2b(encoded, digest_size=_DIGEST_BYTES).hexdigest()
        encoded = encoded[: room - len(mark) - 1].decode(errors="ignore").encode() + f"_{mark}".encode()
    return encoded.decode(errors="ignore") + _SUFFIX


def identity_of(platform: _Connection) -> Owner:
    """Return which platform a connection to its own database is of."""
    oid, name, may_ask = _one(
        platform,
        "SELECT oid, datname, has_function_privilege('pg_control_system()', 'execute') "
        "FROM pg_database WHERE datname = current_database()",
    )
    server = "unknown"
    if may_ask:
        (server,) = _one(platform, "SELECT system_identifier FROM pg_control_system()")
    return Owner(f"{server}/{oid}", str(name))


def owner_of(dagster: URL | str) -> Owner | None:
    """Return the platform that Dagster's database belongs to; None where none has used it yet.

    Raises:
        SettingsError: it cannot be reached or read; names AGNT_DAGSTER_URL.
    """
    with _connected(dagster) as connection:
        return _owner(connection)


def claim(dagster: URL | str, platform: Owner) -> None:
    """Make Dagster's database this platform's, or see that it is.

    Raises:
        SettingsError: it is another platform's, or cannot be reached or written; names AGNT_DAGSTER_URL.
    """
    with _connected(dagster) as connection:
        found = _owner(connection) or _claimed(connection, platform)
    if found.identity != platform.identity:
        raise SettingsError(refusal(dagster, found, platform))


def refusal(dagster: URL | str, owner: Owner, platform: Owner) -> str:
    """Return why a platform may not use another's database for Dagster, and the way out."""
    name = make_url(dagster).database
    return (
        f"Dagster's database {name!r} belongs to another platform, of the database {owner.name!r}; this is "
        f"{platform.name!r}. Set {DAGSTER_SETTING} to a database of its own. (If this platform was moved "
        f"and no other uses that one: empty its table agnt_platform, and the next command takes it.)"
    )


def _owner(connection: _Connection) -> Owner | None:
    if _one(connection, "SELECT to_regclass('agnt_platform')")[0] is None:
        return None
    row = connection.execute("SELECT identity, name FROM agnt_platform").fetchone()
    return None if row is None else Owner(*row)


def _claimed(connection: _Connection, platform: Owner) -> Owner:
    """Write the row unless another process was faster; return whose it is."""
    values = (platform.identity, platform.name)
    with connection.transaction():
        # Two at once that make one table would collide.
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_CLAIMING])
        connection.execute(_TABLE)
        connection.execute(
            "INSERT INTO agnt_platform (identity, name) VALUES (%s, %s) ON CONFLICT DO NOTHING", values
        )
        identity, name = _one(connection, "SELECT identity, name FROM agnt_platform")
    return Owner(identity, name)


@contextmanager
def _connected(dagster: URL | str) -> Iterator[_Connection]:
    url = make_url(dagster)
    shown = masked(url)
    plain = url.set(drivername=PLATFORM_DRIVER)
    arguments = plain.get_dialect()().create_connect_args(plain)[1]
    try:
        connection = psycopg.connect(
            **{"connect_timeout": _CONNECT_S, "application_name": "agnt", **arguments}, autocommit=True
        )
    except psycopg.Error as failure:
        raise not_connected(failure, plain, shown=shown, setting=DAGSTER_SETTING) from failure
    try:
        with connection:
            yield connection
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction) as failure:
        raise SettingsError(
            f"The role may not write in Dagster's database at {shown} ({reason_of(failure)}): let it create "
            f"tables there, or set {DAGSTER_SETTING} to a database where it may."
        ) from failure


def _one(connection: _Connection, query: str) -> tuple[Any, ...]:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row


def _first(value: str | tuple[str, ...] | None) -> str | None:
    return value[0] if isinstance(value, tuple) else value
