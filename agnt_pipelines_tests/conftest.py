"""One real PostgreSQL for the whole run, one database per worker, emptied before each test."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from agnt_pipelines.settings import Settings, get_settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.migrations import upgrade
from agnt_pipelines.storage.server import ServerAddress, ensure_database, serving
from agnt_pipelines.storage.tables import Kind, tables_of_kind


def pytest_configure() -> None:
    """Keep the operator's settings out of the tests."""
    for name in [name for name in os.environ if name.startswith("AGNT_") and name != "AGNT_VENV"]:
        del os.environ[name]


# A law is about values: how long an example takes says something of the machine alone.
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes minutes, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session")
def server() -> Iterator[ServerAddress]:
    """The embedded server that all workers share; nothing of it outlives the run.

    Not below pytest's own folder: only its owner may enter that, and as root the server is another.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    state = Path(tempfile.gettempdir()) / f"agnt-tests-{os.geteuid()}-{run}"
    with serving(state, durable=False) as address:
        yield address
    if not (state / "data" / "postmaster.pid").exists():
        shutil.rmtree(state, ignore_errors=True)


@pytest.fixture(scope="session")
def database_url(server: ServerAddress) -> str:
    """A migrated database of this worker's own."""
    name = f"agnt_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    ensure_database(server, name)
    url = server.url(name)
    database = Database(url)
    upgrade(database)
    database.close()
    return url


@pytest.fixture
def settings(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings that point at this worker's database, also for code that reads the environment."""
    monkeypatch.setenv("AGNT_DATABASE_URL", database_url)
    monkeypatch.setenv("AGNT_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("AGNT_LOCK_WAIT_S", "0.3")
    get_settings.cache_clear()
    yield get_settings()
    get_settings.cache_clear()


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """An empty platform database."""
    assert isinstance(settings.database_url, SecretStr)
    opened = Database(settings.database_url.get_secret_value(), application_name="tests")
    empty(opened)
    yield opened
    opened.close()


def empty(database: Database) -> None:
    """Remove every row of `source` and `mind`."""
    tables = [table for kind in Kind for table in tables_of_kind(kind)]
    deletes = "; ".join(f"DELETE FROM {table.fullname}" for table in _referring_first(tables))
    with database.writing() as connection:
        connection.execute(sa.text(deletes))


def _referring_first(tables: list[sa.Table]) -> list[sa.Table]:
    return sorted(tables, key=lambda table: (not table.foreign_keys, table.fullname))
