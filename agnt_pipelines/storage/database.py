"""One process's connections to the platform's database.

What belongs here: URLs and drivers, the small pool, session settings every connection needs, and
the direct connection that locks live on. What does not: queries, and the server (`storage.server`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import psycopg
import sqlalchemy as sa
from psycopg.types.json import set_json_dumps, set_json_loads
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.storage import canonical
from agnt_pipelines.storage.failures import PLATFORM_SETTING, gone_away, hush, lost, not_connected

PLATFORM_DRIVER = "postgresql+psycopg"
DAGSTER_DRIVER = "postgresql+psycopg2"
"""SQLAlchemy 2.1 reads a bare `postgresql://` as psycopg 3, which breaks dagster-postgres' event
writes: each side always names its driver."""

MASK = "***"
_PORT = "write postgresql://user@host:5432/name, with a port from 1 to 65535"
_SESSION = (
    "SET TIME ZONE 'UTC'",
    # A dead client's lock is freed within half a second, even inside a long statement.
    "SET client_connection_check_interval = '500ms'",
    "SET idle_in_transaction_session_timeout = '10min'",
)
_KEEPALIVE: dict[str, Any] = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}


def with_driver(raw: str, driver: str, *, setting: str, database: str | None = None) -> URL:
    """Return a user's URL with our driver, whatever PostgreSQL driver it named.

    Raises:
        SettingsError: the text is no URL, or not one of PostgreSQL; the message names `setting`.
    """
    try:
        url = make_url(raw)
    except ArgumentError:
        message = f"{setting} is no URL; write postgresql://user@host:5432/name."
        raise SettingsError(message) from None
    except ValueError:
        raise SettingsError(f"{setting} has a port that is no number; {_PORT}.") from None
    if url.port is not None and not 0 < url.port < 2**16:
        raise SettingsError(f"{setting} has the port {url.port}, which none is; {_PORT}.")
    if url.get_backend_name() not in {"postgresql", "postgres"}:
        message = f"{setting} names {url.get_backend_name()!r}; only PostgreSQL 15+ will do."
        raise SettingsError(message)
    url = url.set(drivername=driver)
    return url if database is None else url.set(database=database)


def masked(url: URL | str) -> str:
    """Return a URL without its passwords, in whatever place it has them."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return MASK  # no URL: who knows what it is
    secret = {key: MASK for key in parsed.query if "pass" in key or "secret" in key}
    # Without the driver, which is ours and not what the operator wrote.
    plain = parsed.update_query_dict(secret).set(drivername=parsed.get_backend_name())
    shown = plain.render_as_string(hide_password=True)
    return shown.replace(quote(MASK, safe=""), MASK)


class Database:
    """The platform's database, as seen by one process (or one run).

    Every session carries `application_name`, so that all sessions of a dead run can be ended.
    """

    def __init__(self, url: URL | str, *, application_name: str = "agnt", pool_size: int = 3) -> None:
        """Prepare the pool; nothing connects yet."""
        self.url = make_url(url)
        self.application_name = application_name[:63]
        self.engine: Engine = sa.create_engine(
            self.url,
            pool_size=pool_size,
            max_overflow=0,
            # A failed statement is logged where erasure does not reach: without people's words.
            hide_parameters=True,
            connect_args={"application_name": self.application_name, **_KEEPALIVE},
        )
        sa.event.listen(self.engine, "connect", _prepare)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield one read-only snapshot (REPEATABLE READ): digests and rows agree.

        Raises:
            DatabaseUnreachable: no server answers, or it went away in the middle.
            SettingsError: it refuses the connection.
        """
        with self._connected() as connection:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            with connection.execution_options(**options).begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a transaction outside any lease: for imports, decisions and quarantine only.

        Raises:
            DatabaseUnreachable: no server answers, or it went away in the middle.
            SettingsError: it refuses the connection.
        """
        with self._connected() as connection, connection.begin():
            yield connection

    def direct(self) -> psycopg.Connection[tuple[Any, ...]]:
        """Open a connection of its own, in autocommit, outside the pool.

        Session locks are re-entrant, so a lock's connection is never shared.

        Raises:
            DatabaseUnreachable: no server answers.
        """
        arguments = self.engine.dialect.create_connect_args(self.url)[1]
        try:
            connection = psycopg.connect(
                **arguments, application_name=self.application_name, autocommit=True, **_KEEPALIVE
            )
        except psycopg.Error as failure:
            raise self._not_connected(failure) from failure
        _prepare(connection, None)
        return connection

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        """Yield a connection; what goes wrong in the block is told without anybody's words."""
        try:
            connection = self.engine.connect()
        except (DBAPIError, psycopg.Error) as failure:
            raise self._not_connected(failure) from failure
        try:
            with connection:
                yield connection
        except (DBAPIError, psycopg.Error) as failure:
            hush(failure)
            if lost(failure):
                raise gone_away(failure) from failure
            raise

    def _not_connected(self, failure: Exception) -> SettingsError:
        return not_connected(failure, self.url, shown=masked(self.url), setting=PLATFORM_SETTING)


def raw(connection: Connection) -> psycopg.Connection[Any]:
    """Return the psycopg connection under a SQLAlchemy one, for COPY and server-side cursors."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


def _prepare(connection: psycopg.Connection[Any], _record: object) -> None:
    before = connection.autocommit
    connection.autocommit = True
    for statement in _SESSION:
        connection.execute(statement.encode())
    connection.autocommit = before
    set_json_dumps(canonical.dump, connection)
    set_json_loads(canonical.load, connection)
