"""The platform opened for the length of one command: where its databases are, and that they are ready.

What belongs here: settings to an open database with a current schema, and Dagster's database beside
it. What does not: running jobs (`runs`), and what commands print (`cli`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.connect import addresses
from agnt_pipelines.storage.contract import check_source
from agnt_pipelines.storage.dagster_database import claim, identity_of
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.migrations import check_current, upgrade

Announce = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Platform:
    """Everything a capability needs of the outside world."""

    settings: Settings
    database: Database
    dagster_url: str

    @property
    def now(self) -> datetime:
        """The world's now: the setting's, else the clock's."""
        return now(self.settings)


def now(settings: Settings) -> datetime:
    """Return the world's now: the setting's, else the clock's."""
    return settings.now or datetime.now(UTC)


@contextmanager
def connected(settings: Settings, announce: Announce) -> Iterator[Platform]:
    """Yield the platform whatever state its schema is in; starts the embedded server if needed.

    Raises:
        SettingsError: a URL is wrong.
        ServerFailed: the embedded server would not start.
    """
    # A child that starts in another folder must find the same state, and so the same server.
    os.environ["AGNT_STATE"] = str(settings.state)
    with addresses(settings, announce) as where:
        database = Database(where.platform, pool_size=settings.pool_size)
        try:
            url = where.dagster.render_as_string(hide_password=False)
            yield Platform(settings, database, url)
        finally:
            database.close()


@contextmanager
def opened(
    settings: Settings, announce: Announce, *, create: bool = False, source: bool = False
) -> Iterator[Platform]:
    """Yield the platform with the schema that this code was written for.

    A new database gets its tables: an embedded one always, an external one if `create`. With `source`
    the operational tables are held against their contract, for whoever reads them.

    Raises:
        SourceContractError: a table or column of `source` is missing or of another type.
        MigrationNeeded: the schema is older or newer; `./agnt migrate` is the way out.
        DatabaseUnreachable: no server answers.
    """
    with connected(settings, announce) as platform:
        embedded = settings.database_url is None
        if (create or embedded) and is_new(platform.database):
            revisions = ", ".join(upgrade(platform.database))
            announce(f"This database is new: its tables were made (revision {revisions}).")
        with platform.database.reading() as snapshot:
            check_current(snapshot)
            if source:
                check_source(snapshot)
        yield platform


def is_new(database: Database) -> bool:
    """Whether nothing of ours was ever in this database."""
    with database.reading() as snapshot:
        return bool(snapshot.scalar(sa.text("SELECT to_regnamespace('mind') IS NULL")))


def ensure_dagster_database(platform: Platform) -> bool:
    """Make Dagster's database unless there is one, and make it ours; return whether it was made.

    Raises:
        SettingsError: it is another platform's, or this user may not make it; names AGNT_DAGSTER_URL.
        DatabaseUnreachable: no server answers there.
    """
    with platform.database.direct() as connection:
        made = platform.settings.dagster_url is None and _made_beside(platform, connection)
        owner = identity_of(connection)
    claim(platform.dagster_url, owner)
    return made


def _made_beside(platform: Platform, connection: psycopg.Connection[tuple[Any, ...]]) -> bool:
    name = sa.make_url(platform.dagster_url).database or ""
    if connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is not None:
        return False
    try:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
        return False  # another process was faster
    except psycopg.errors.InsufficientPrivilege as failure:
        raise SettingsError(
            f"Dagster's database {name!r} does not exist and this user may not make it: create it, or "
            "set AGNT_DAGSTER_URL to one that exists."
        ) from failure
    return True
