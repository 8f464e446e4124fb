"""The contract names what is missing or mistyped in the operator's tables."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.errors import SourceContractError
from agnt_pipelines.storage.contract import check_source, violations
from agnt_pipelines.storage.database import Database


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    """A transaction in which tables may be broken; rolled back."""
    with database.engine.connect() as opened:
        yield opened
        opened.rollback()


def test_our_own_tables_keep_the_contract(connection: Connection) -> None:
    assert violations(connection) == []
    check_source(connection)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("DROP TABLE source.bookings", "Table source.bookings is missing"),
        (
            "ALTER TABLE source.interactions DROP COLUMN content",
            "Column source.interactions.content (text) is missing",
        ),
        (
            "ALTER TABLE source.users ALTER COLUMN created_at TYPE timestamp",
            "Column source.users.created_at is timestamp without time zone, not timestamp with time zone",
        ),
        (
            "ALTER TABLE source.bookings ALTER COLUMN id TYPE bigint USING 1",
            "Column source.bookings.id is bigint, not text: cast it in the view (id::text)",
        ),
    ],
)
def test_what_is_wrong_is_named_with_the_way_out(connection: Connection, change: str, sentence: str) -> None:
    connection.execute(sa.text(change))
    (found,) = violations(connection)
    assert sentence in found
    with pytest.raises(SourceContractError):
        check_source(connection)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE source.users ALTER COLUMN city TYPE varchar(80)",
        "ALTER TABLE source.bookings ALTER COLUMN party_size TYPE smallint",
        "ALTER TABLE source.saved_preferences ALTER COLUMN confidence TYPE numeric",
        "ALTER TABLE source.users ADD COLUMN credits int",
    ],
)
def test_types_that_read_the_same_and_further_columns_are_fine(connection: Connection, change: str) -> None:
    connection.execute(sa.text(change))
    assert violations(connection) == []


def test_views_serve_as_well_as_tables(connection: Connection) -> None:
    connection.execute(sa.text("ALTER TABLE source.users SET SCHEMA mind"))
    connection.execute(sa.text("CREATE VIEW source.users AS SELECT * FROM mind.users"))
    assert violations(connection) == []


def test_several_faults_are_counted(connection: Connection) -> None:
    connection.execute(sa.text("DROP TABLE source.bookings; DROP TABLE source.interactions"))
    with pytest.raises(SourceContractError, match=r"1 more: `\./agnt doctor` lists them"):
        check_source(connection)
