"""Where the platform's database is: an external one by URL, or the embedded server, shared.

What belongs here: resolving settings to an open `Database` whose schema is current. What does not:
running the server (`server`) and speaking to it (`database`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.engine import URL, make_url

from agnt_pipelines.settings import Settings
from agnt_pipelines.storage import server
from agnt_pipelines.storage.dagster_database import name_beside
from agnt_pipelines.storage.database import DAGSTER_DRIVER, PLATFORM_DRIVER, Database, with_driver
from agnt_pipelines.storage.failures import DAGSTER_SETTING, PLATFORM_SETTING

PLATFORM_DATABASE = "agnt"
_FORMER_DAGSTER_DATABASE = "dagster"
"""What the embedded server's was called, before each platform's got a name of its own."""

Announce = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the platform's tables and Dagster's are, each with its driver."""

    platform: URL
    dagster: URL


def quietly(_message: str) -> None:
    """Announce nothing."""


@contextmanager
def addresses(settings: Settings, announce: Announce = quietly) -> Iterator[Addresses]:
    """Yield both addresses for as long as the block lasts; starts the embedded server if needed.

    Raises:
        SettingsError: a URL is wrong.
        ServerFailed: the embedded server would not start.
    """
    if settings.database_url is None:
        with server.serving(settings.state, pg_bin=settings.pg_bin, announce=announce) as address:
            platform = make_url(address.url(PLATFORM_DATABASE, PLATFORM_DRIVER))
            server.ensure_database(address, PLATFORM_DATABASE)
            if settings.dagster_url is None:
                server.ensure_database(address, name_beside(platform), formerly=_FORMER_DAGSTER_DATABASE)
            yield Addresses(platform, _dagster(settings, platform))
        return
    raw = settings.database_url.get_secret_value()
    platform = with_driver(raw, PLATFORM_DRIVER, setting=PLATFORM_SETTING)
    yield Addresses(platform, _dagster(settings, platform))


@contextmanager
def connected(
    settings: Settings, *, application_name: str = "agnt", announce: Announce = quietly
) -> Iterator[Database]:
    """Yield the platform's database.

    Raises:
        SettingsError: a URL is wrong.
        ServerFailed: the embedded server would not start.
    """
    with addresses(settings, announce) as where:
        database = Database(where.platform, application_name=application_name, pool_size=settings.pool_size)
        try:
            yield database
        finally:
            database.close()


def _dagster(settings: Settings, platform: URL) -> URL:
    """Return where Dagster's tables are: the setting's, else a database of their own beside ours."""
    if settings.dagster_url is not None:
        return with_driver(settings.dagster_url.get_secret_value(), DAGSTER_DRIVER, setting=DAGSTER_SETTING)
    beside = platform.difference_update_query(["dbname"])
    return beside.set(drivername=DAGSTER_DRIVER, database=name_beside(platform))
