"""The schema in the database is the one in code, documented to the last column."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from agnt_pipelines.errors import MigrationNeeded
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.migrations import VERSION_TABLE, check_current, upgrade
from agnt_pipelines.storage.server import ServerAddress, ensure_database
from agnt_pipelines.storage.tables import Base, Kind, role_of, tables_of_kind

EVERY_TABLE = [table for kind in Kind for table in tables_of_kind(kind)]


@pytest.fixture
def bare(server: ServerAddress) -> Iterator[Database]:
    """A database that nobody migrated."""
    name = f"agnt_bare_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    ensure_database(server, name)
    database = Database(server.url(name))
    yield database
    with database.writing() as connection:
        connection.execute(
            sa.text("DROP SCHEMA IF EXISTS mind CASCADE; DROP SCHEMA IF EXISTS source CASCADE")
        )
    database.close()


def test_migrations_make_exactly_what_the_models_say(database: Database) -> None:
    with database.reading() as snapshot:
        # A relation's partition is exchanged by the build that fills it: it is no table of the models.
        def ours(name: str | None, kind: str, _parents: object) -> bool:
            return kind != "table" or not (name or "").startswith("entity_edges_")

        options = {
            "include_name": ours,
            "include_schemas": True,
            "version_table": VERSION_TABLE,
            "version_table_schema": "mind",
        }
        assert compare_metadata(MigrationContext.configure(snapshot, opts=options), Base.metadata) == []


@pytest.mark.parametrize("table", EVERY_TABLE, ids=str)
def test_every_table_and_column_says_what_it_is(table: sa.Table, database: Database) -> None:
    assert table.comment
    role_of(table)
    with database.reading() as snapshot:
        query = sa.text(
            "SELECT attname, col_description(attrelid, attnum) AS comment FROM pg_attribute "
            "WHERE attrelid = to_regclass(:name) AND attnum > 0 AND NOT attisdropped"
        )
        comments = {row.attname: row.comment for row in snapshot.execute(query, {"name": table.fullname})}
    assert {name for name, comment in comments.items() if not comment} == set()


def test_a_second_upgrade_has_nothing_to_do(bare: Database) -> None:
    first = upgrade(bare)
    assert first[0] == "0001"
    assert upgrade(bare) == []


def test_an_operators_source_is_left_alone(bare: Database) -> None:
    with bare.writing() as connection:
        connection.execute(sa.text("CREATE SCHEMA source; CREATE TABLE source.users (id text)"))
    upgrade(bare)
    with bare.reading() as snapshot:
        tables = snapshot.scalars(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'source'"))
        assert list(tables) == ["users"]


def test_an_old_schema_is_refused_with_the_way_out(bare: Database) -> None:
    upgrade(bare)
    with bare.writing() as connection:
        connection.execute(sa.text(f"UPDATE mind.{VERSION_TABLE} SET version_num = '0000'"))
    with (
        bare.reading() as snapshot,
        pytest.raises(MigrationNeeded, match=r"revision 0000, this code needs .+ `\./agnt migrate`"),
    ):
        check_current(snapshot)
