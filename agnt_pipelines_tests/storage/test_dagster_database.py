"""Dagster's database has a name of its platform's, and belongs to one platform alone."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy.engine import URL, make_url

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.connect import addresses
from agnt_pipelines.storage.dagster_database import (
    NAME_BYTES,
    Owner,
    claim,
    identity_of,
    name_beside,
    owner_of,
)
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.server import ServerAddress, ensure_database, serving
from agnt_pipelines_tests.storage.server_house import House, quiet

_NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=70).filter(
    lambda name: len(name.encode()) <= NAME_BYTES
)


@pytest.fixture
def dagster(server: ServerAddress) -> Iterator[str]:
    """An empty database for Dagster."""
    name = f"queue_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    ensure_database(server, name)
    url = server.url(name)
    yield url
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS agnt_platform")


@given(_NAMES, _NAMES)
def test_two_platforms_on_one_server_never_have_one_default(one: str, other: str) -> None:
    names = [name_beside(URL.create("postgresql", database=name)) for name in (one, other)]
    assert all(len(name.encode()) <= NAME_BYTES for name in names)
    assert (names[0] == names[1]) == (one == other)


@pytest.mark.parametrize(
    ("platform", "name"),
    [
        ("postgresql://ann@host:5432/agnt", "agnt_dagster"),
        ("postgresql://ann@host?dbname=theirs", "theirs_dagster"),
        ("postgresql://ann@host", "ann_dagster"),
    ],
)
def test_the_default_is_named_after_the_platforms_database(platform: str, name: str) -> None:
    assert name_beside(make_url(platform)) == name
    settings = Settings(database_url=SecretStr(platform), _env_file=None)
    with addresses(settings) as where:
        assert where.dagster.render_as_string().partition("?")[0].endswith(f"/{name}")
        assert where.dagster.query == {}


def test_the_first_platform_keeps_it_and_every_other_is_refused(dagster: str) -> None:
    ours, theirs = Owner("1/1", "ours"), Owner("1/2", "theirs")
    assert owner_of(dagster) is None
    claim(dagster, ours)
    claim(dagster, Owner("1/1", "renamed since"))
    with pytest.raises(SettingsError, match=r"'ours'; this is 'theirs'. Set AGNT_DAGSTER_URL"):
        claim(dagster, theirs)
    assert owner_of(dagster) == ours


def test_of_many_that_claim_it_at_once_one_has_it(dagster: str) -> None:
    refused: list[str] = []

    def ask(number: int) -> None:
        try:
            claim(dagster, Owner(f"1/{number}", f"p{number}"))
        except SettingsError as failure:
            refused.append(str(failure))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 5


def test_a_platform_is_its_database_not_its_name(database: Database, server: ServerAddress) -> None:
    ensure_database(server, "another")
    other = Database(server.url("another"))
    with database.direct() as ours, database.direct() as again, other.direct() as theirs:
        assert identity_of(ours) == identity_of(again)
        assert identity_of(ours).identity != identity_of(theirs).identity
        ours.execute("SET ROLE pg_monitor")
        assert identity_of(ours) == identity_of(again)
    other.close()


def test_a_database_of_dagsters_that_is_not_there_is_named(server: ServerAddress) -> None:
    with pytest.raises(SettingsError, match=r'"not_there".*AGNT_DAGSTER_URL'):
        owner_of(server.url("not_there"))


def test_an_embedded_state_of_before_keeps_dagsters_tables_under_the_new_name(house: House) -> None:
    state = house.state()
    with serving(state, durable=False, announce=quiet) as address:
        ensure_database(address, "dagster")
        old = address.url("dagster").replace("+psycopg", "")
        with psycopg.connect(old, autocommit=True) as connection:
            connection.execute("CREATE TABLE runs (id int)")
            with pytest.raises(SettingsError, match="another process uses it"), addresses(_own(state)):
                pass
        with addresses(_own(state)) as where, addresses(_own(state)):
            assert where.dagster.database == "agnt_dagster"
            new = where.dagster.set(drivername="postgresql").render_as_string(hide_password=False)
            with psycopg.connect(new) as connection:
                assert connection.execute("SELECT count(*) FROM runs").fetchone() == (0,)


def _own(state: object) -> Settings:
    return Settings(state=state, database_url=None, dagster_url=None, _env_file=None)  # type: ignore[arg-type]
