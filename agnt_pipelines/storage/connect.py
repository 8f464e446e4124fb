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
from agnt_pipelines.storage.database import DAGSTER_DRIVER, PLATFORM_DRIVER, Database, with_driver

PLATFORM_DATABASE = "agnt"
DAGSTER_DATABASE = "dagster"

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
            for name in (PLATFORM_DATABASE, DAGSTER_DATABASE):
                server.ensure_database(address, name)
            platform = make_url(address.url(PLATFORM_DATABASE, PLATFORM_DRIVER))
            default = make_url(address.url(DAGSTER_DATABASE, DAGSTER_DRIVER))
            yield Addresses(platform, _dagster(settings, default))
        return
    raw = settings.database_url.get_secret_value()
    platform = with_driver(raw, PLATFORM_DRIVER, setting="AGNT_DATABASE_URL")
    default = platform.set(drivername=DAGSTER_DRIVER, database=DAGSTER_DATABASE)
    yield Addresses(platform, _dagster(settings, default))


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


def _dagster(settings: Settings, default: URL) -> URL:
    if settings.dagster_url is None:
        return default
    return with_driver(settings.dagster_url.get_secret_value(), DAGSTER_DRIVER, setting="AGNT_DAGSTER_URL")
