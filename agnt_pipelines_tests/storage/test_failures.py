"""A server that goes away is a sentence, and no exception carries anybody's words."""

from __future__ import annotations

import os
import signal
import traceback

import psycopg
import psycopg2
import pytest
import sqlalchemy as sa
from dagster._utils.error import serializable_error_info_from_exc_info
from sqlalchemy.exc import DataError, IntegrityError

from agnt_pipelines.errors import DatabaseUnreachable
from agnt_pipelines.storage.copy import copy_rows
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.failures import explained
from agnt_pipelines.storage.server import ServerAddress
from agnt_pipelines_tests.storage.server_house import House, postmaster

_WORDS = "my secret allergy"
_TABLE = sa.Table(
    "claims_of_people",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("said", sa.Text, sa.CheckConstraint("said NOT LIKE '%allergy'", name="not_that")),
    sa.Column("day", sa.Text, unique=True),
    sa.Column("who", sa.Text, nullable=False),
    prefixes=["TEMPORARY"],
)


def _write(database: Database, way: str, rows: list[tuple[object, ...]]) -> None:
    names = [column.name for column in _TABLE.columns]
    with database.writing() as writer:
        _TABLE.create(writer)
        if way == "copy":
            copy_rows(writer, _TABLE, rows)
        else:
            writer.execute(sa.insert(_TABLE), [dict(zip(names, one, strict=True)) for one in rows])


def test_a_kill_of_the_postmaster_in_the_middle_of_a_command_is_a_sentence(house: House) -> None:
    state = house.state()
    owner = house.start(state)
    database = Database(owner.address().url("postgres"))

    def read() -> None:
        with database.reading() as snapshot:
            os.kill(postmaster(state / "data"), signal.SIGKILL)
            snapshot.execute(sa.text("SELECT pg_sleep(60)"))  # its session notices, and ends

    with pytest.raises(DatabaseUnreachable, match=r"AGNT_DATABASE_URL went away in the middle \(.+\)"):
        read()
    owner.hear("Starting it again")
    database.close()


def test_a_lost_connection_of_dagsters_own_driver_is_one_too_however_it_was_wrapped(
    server: ServerAddress,
) -> None:
    connection = psycopg2.connect(server.url("postgres").replace("+psycopg", ""))
    wrapped = RuntimeError("too many retries")
    with connection.cursor() as cursor, pytest.raises(psycopg2.OperationalError) as caught:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    connection.close()
    wrapped.__cause__ = caught.value
    told = explained(wrapped)
    assert isinstance(told, DatabaseUnreachable)
    assert "AGNT_DAGSTER_URL went away" in str(told)


def test_what_is_no_databases_failure_stays_what_it_is() -> None:
    assert explained(KeyError("x")) is None


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ([(1, _WORDS, "mon", "ayu")], "constraint not_that"),
        ([(1, "a", _WORDS, "ayu"), (2, "b", _WORDS, "ayu")], "constraint claims_of_people_day_key"),
        ([(1, _WORDS + "!", "mon", None)], "column who"),
    ],
)
@pytest.mark.parametrize("way", ["copy", "insert"])
def test_a_row_that_a_constraint_refuses_is_not_quoted_in_the_error(
    database: Database, way: str, rows: list[tuple[object, ...]], named: str
) -> None:
    with pytest.raises((IntegrityError, psycopg.errors.IntegrityError)) as caught:
        _write(database, way, rows)
    dagsters = serializable_error_info_from_exc_info((caught.type, caught.value, caught.tb))
    told = "".join([*traceback.format_exception(caught.value), str(dagsters), repr(caught.value)])
    assert _WORDS not in told
    assert "claims_of_people" in str(caught.value)
    assert named in str(caught.value)


def test_a_value_that_a_type_refuses_is_not_quoted_either(database: Database) -> None:
    with pytest.raises(DataError) as caught, database.writing() as writer:
        writer.execute(sa.text("SELECT CAST(CAST(:words AS text) AS integer)"), {"words": _WORDS})
    told = "".join(traceback.format_exception(caught.value))
    assert _WORDS not in told
    assert "invalid input syntax for type integer" in told


def test_the_embedded_servers_log_does_not_quote_a_refused_row(house: House) -> None:
    state = house.state()
    database = Database(house.start(state).address().url("postgres"))
    with pytest.raises(IntegrityError):
        _write(database, "insert", [(1, f"{_WORDS}!", "mon", None)])
    database.close()
    log = (state / "pg.log").read_text()
    assert "violates not-null constraint" in log
    assert _WORDS + "!" not in log
