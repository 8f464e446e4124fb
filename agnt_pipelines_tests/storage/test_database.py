"""URLs get our drivers, passwords stay out of sentences, and values come back as they went in."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from agnt_pipelines.errors import DatabaseUnreachable, SettingsError
from agnt_pipelines.storage import canonical
from agnt_pipelines.storage.copy import copy_rows
from agnt_pipelines.storage.database import DAGSTER_DRIVER, PLATFORM_DRIVER, Database, masked, with_driver

_VALUES = sa.Table(
    "values_of_every_type",
    sa.MetaData(),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("word", sa.Text),
    sa.Column("small", sa.SmallInteger),
    sa.Column("large", sa.BigInteger),
    sa.Column("ratio", sa.Double),
    sa.Column("flag", sa.Boolean),
    sa.Column("day", sa.Date),
    sa.Column("at", sa.DateTime(timezone=True)),
    sa.Column("ids", ARRAY(sa.Uuid)),
    sa.Column("json", JSONB),
    sa.Column("raw", sa.LargeBinary),
    prefixes=["TEMPORARY"],
)
_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
_ROWS = st.tuples(
    st.uuids(),
    st.none() | _TEXT,
    st.integers(-32768, 32767),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(allow_nan=False, allow_infinity=False).filter(
        lambda ratio: ratio != 0 or math.copysign(1, ratio) > 0
    ),
    st.booleans(),
    st.none() | st.dates(date(1, 1, 1), date(9999, 12, 31)),
    st.integers(0, 4 * 10**15).map(
        lambda micros: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
    ),
    st.lists(st.uuids(), max_size=3),
    st.lists(
        st.dictionaries(_TEXT, _TEXT | st.integers(-(2**53) + 1, 2**53 - 1) | st.none(), max_size=3),
        max_size=3,
    ),
    st.binary(max_size=8),
)


@pytest.mark.parametrize(
    "given_url",
    [
        "postgresql://ann@db:5432/agnt",
        "postgres://ann@db:5432/agnt",
        "postgresql+asyncpg://ann@db:5432/agnt",
        "postgresql+psycopg2://ann@db:5432/agnt",
    ],
)
def test_any_postgresql_url_gets_the_driver_that_each_side_needs(given_url: str) -> None:
    for driver in (PLATFORM_DRIVER, DAGSTER_DRIVER):
        url = with_driver(given_url, driver, setting="AGNT_DATABASE_URL")
        assert url.render_as_string() == f"{driver}://ann@db:5432/agnt"


@pytest.mark.parametrize(
    ("given_url", "says"),
    [("not a url", "AGNT_DATABASE_URL is no URL"), ("mysql://ann@db/agnt", "names 'mysql'; only PostgreSQL")],
)
def test_any_other_url_is_refused_by_name(given_url: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        with_driver(given_url, PLATFORM_DRIVER, setting="AGNT_DATABASE_URL")


@pytest.mark.parametrize(
    "url", ["postgresql://ann:hush@db/agnt", "postgresql://ann@db/agnt?password=hush", "hush, no URL at all"]
)
def test_a_password_is_masked_wherever_it_stands(url: str) -> None:
    assert "hush" not in masked(url)


def test_an_unreachable_server_is_one_sentence_without_its_password() -> None:
    database = Database("postgresql+psycopg://ann:hush@127.0.0.1:1/agnt?password=hush")
    with pytest.raises(DatabaseUnreachable, match=r"No PostgreSQL answers at .+ AGNT_DATABASE_URL") as caught:
        database.direct()
    assert "hush" not in str(caught.value)


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(_ROWS, min_size=1, max_size=4, unique_by=lambda row: row[0]))
def test_rows_read_back_have_the_canonical_bytes_they_were_written_with(
    database: Database, rows: list[tuple[object, ...]]
) -> None:
    with database.engine.connect() as connection:
        _VALUES.create(connection)
        assert copy_rows(connection, _VALUES, rows) == len(rows)
        found = connection.execute(sa.select(_VALUES)).all()
        connection.rollback()
    assert sorted(canonical.dump(list(row)) for row in found) == sorted(map(canonical.dump, rows))


def test_canonical_json_does_not_depend_on_where_a_value_came_from() -> None:
    wita = datetime(2026, 11, 22, 8, tzinfo=timezone(timedelta(hours=8)))
    one = {"b": canonical.utc(wita), "a": UUID(int=1), "c": canonical.fragment({"y": 1, "x": 2})}
    other = {"c": {"x": 2, "y": 1}, "a": str(UUID(int=1)), "b": "2026-11-22T00:00:00Z"}
    assert canonical.dump(one) == canonical.dump(other)


def test_what_has_no_canonical_form_is_refused() -> None:
    with pytest.raises(TypeError):
        canonical.dump({"a": {uuid4()}})
