"""Import and export of source tables: what goes in comes out, once, and the laws of it."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql import JSONB

from agnt_pipelines.serving.exporting import EXPORT_KINDS, export_quarantine
from agnt_pipelines.serving.importing import ImportReport
from agnt_pipelines.serving.line_files import KEEP_BYTES
from agnt_pipelines.serving.lines import KINDS, POSSIBLE
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.source import SOURCE_MODELS
from agnt_pipelines_tests.conftest import empty
from agnt_pipelines_tests.serving.exchange import NOON, Exchange, interaction, user


@pytest.fixture
def exchange(database: Database, tmp_path: Path) -> Exchange:
    return Exchange(database, tmp_path)


def test_rows_come_in_with_what_may_be_left_out_left_out(exchange: Exchange) -> None:
    report = exchange.load("users", [user("u1", city="Ubud"), user("u2", deleted_at=None)])
    assert report == ImportReport(read=2, imported=2)
    assert exchange.dump("users").splitlines()[0] == (
        b'{"city":"Ubud","cp_agent_id":null,"created_at":"2026-11-22T04:00:00Z",'
        b'"deleted_at":null,"id":"u1","language":null}'
    )


def test_a_column_with_a_default_may_be_left_out(exchange: Exchange) -> None:
    booking = {"id": "b1", "user_id": "u1", "venue_id": "v1", "status": "CONFIRMED"}
    exchange.load("bookings", [{**booking, "slot_at": NOON, "created_at": NOON}])
    assert json.loads(exchange.dump("bookings"))["auto_confirmed"] is False


def test_importing_twice_changes_nothing(exchange: Exchange) -> None:
    rows = [interaction(number) for number in range(250)]
    assert exchange.load("interactions", rows).imported == 250
    before = exchange.dump("interactions")
    again = exchange.load("interactions", rows)
    assert again == ImportReport(read=250, unchanged=250)
    assert exchange.dump("interactions") == before


def test_unchanged_rows_are_not_written_again(exchange: Exchange) -> None:
    def versions() -> list[str]:
        with exchange.database.reading() as snapshot:
            query = sa.text("SELECT id || xmin::text FROM source.users ORDER BY id")
            return list(snapshot.scalars(query))

    exchange.load("users", [user("u1"), user("u2")])
    before = versions()
    report = exchange.load("users", [user("u1"), user("u2", city="Canggu"), user("u3")])
    assert report == ImportReport(read=3, imported=1, changed=1, unchanged=1)
    after = versions()
    assert after[0] == before[0]
    assert after[1] != before[1]


def test_a_row_with_a_part_left_out_replaces_the_whole_row(exchange: Exchange) -> None:
    exchange.load("users", [user("u1", city="Ubud")])
    assert exchange.load("users", [user("u1")]).changed == 1
    assert json.loads(exchange.dump("users"))["city"] is None


@pytest.mark.parametrize("batch_rows", [1, 2, 100])
def test_of_two_lines_with_one_key_the_last_wins(exchange: Exchange, batch_rows: int) -> None:
    cities = [user("u1", city="Ubud"), user("u2"), user("u1", city="Canggu"), user("u1", city="Seminyak")]
    report = exchange.load("users", cities, batch_rows=batch_rows)
    assert json.loads(exchange.dump("users").splitlines()[0])["city"] == "Seminyak"
    assert report.imported == 2
    assert report.read == report.imported + report.changed + report.unchanged + report.repeated


def test_rows_are_exported_by_code_point_whatever_their_order_of_import(exchange: Exchange) -> None:
    exchange.load("users", [user(name) for name in ["é", "b", "A", "a", "Z", "😀", "10", "9"]])
    assert exchange.ids("users") == ["10", "9", "A", "Z", "a", "b", "é", "😀"]


def test_refused_lines_can_be_mended_and_imported(exchange: Exchange) -> None:
    raw = [b'{"id": "u2", \xff}', json.dumps({"id": "u3", "created_at": "2026-11-22"}).encode()]
    exchange.load("users", [user("u1"), *raw])
    exchange.load("interactions", [b"of another kind"])
    out = io.BytesIO()
    assert export_quarantine(exchange.database, "users", out) == 2
    assert out.getvalue() == b"".join(line + b"\n" for line in raw)
    taken = io.BytesIO()
    assert export_quarantine(exchange.database, "users", taken, take=True) == 2
    assert [refused.origin for refused in exchange.refused()] == ["import:interactions"]
    mended = taken.getvalue().replace(b"\xff", b'"created_at": "%s"' % NOON.encode())
    mended = mended.replace(b'22"}', b'22T00:00:00Z"}')
    assert exchange.load("users", mended).imported == 2


def test_a_line_of_which_only_the_beginning_was_kept_stays_in_quarantine(exchange: Exchange) -> None:
    exchange.load("users", [b"x" * (KEEP_BYTES + 1)])
    assert export_quarantine(exchange.database, "users", io.BytesIO(), take=True) == 0
    assert len(exchange.refused()) == 1


def test_what_cannot_be_written_out_is_not_taken(exchange: Exchange) -> None:
    class Full(io.BytesIO):
        def write(self, _data: object) -> int:
            raise OSError(28, "No space left on device")

    exchange.load("users", [b"nonsense"])
    with pytest.raises(OSError, match="No space left"):
        export_quarantine(exchange.database, "users", Full(), take=True)
    assert len(exchange.refused()) == 1


@pytest.mark.parametrize("kind", EXPORT_KINDS)
def test_an_empty_table_is_exported_as_nothing(exchange: Exchange, kind: str) -> None:
    assert exchange.dump(kind) == b""


def test_the_quarantine_is_exported_with_its_bytes(exchange: Exchange) -> None:
    exchange.load("users", [b"\xff\x00"])
    assert json.loads(exchange.dump("quarantine"))["raw"] == "ff00"


PRINTABLE = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=8)
VISIBLE = st.characters(exclude_categories=["Cs", "Cc", "Cf", "Cn", "Zl", "Zp"])
IDS = st.text(VISIBLE, min_size=1, max_size=8).filter(str.strip)
ZONES = st.integers(-720, 720).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = st.builds(
    lambda seconds, micros, zone: (
        datetime(1, 1, 2, tzinfo=UTC) + timedelta(seconds=seconds, microseconds=micros)
    ).astimezone(zone),
    st.integers(0, int(timedelta(days=2099 * 365).total_seconds())),
    st.integers(0, 999_999),
    ZONES,
)


def values(column: sa.Column[Any]) -> st.SearchStrategy[Any]:
    lowest, highest = POSSIBLE.get((column.table.name, column.name), (None, None))
    by_type: dict[type, st.SearchStrategy[Any]] = {
        sa.DateTime: INSTANTS.map(datetime.isoformat),
        sa.Boolean: st.booleans(),
        sa.Integer: st.integers(-(2**31) if lowest is None else lowest, highest or 2**31 - 1),
        sa.Double: st.floats(lowest, highest, allow_nan=False, allow_infinity=False),
        JSONB: st.recursive(
            st.none() | st.booleans() | st.integers(-(2**31), 2**31) | PRINTABLE,
            lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=2),
            max_leaves=4,
        ).filter(lambda value: value is not None),
        sa.Text: IDS if column.primary_key or column.name.endswith("_id") else PRINTABLE,
    }
    some = by_type[type(column.type)]
    return st.none() | some if column.nullable else some


def rows_of(kind: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    table = table_of(SOURCE_MODELS[kind])
    return st.lists(
        st.fixed_dictionaries({column.name: values(column) for column in table.columns}), max_size=6
    )


LAW = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@LAW
@given(data=st.data(), kind=st.sampled_from(KINDS), batch_rows=st.integers(1, 4))
def test_what_is_exported_comes_in_again_and_out_as_the_same_bytes(
    exchange: Exchange, data: st.DataObject, kind: str, batch_rows: int
) -> None:
    rows = data.draw(rows_of(kind))
    empty(exchange.database)
    first = exchange.load(kind, rows, batch_rows=batch_rows)
    exported = exchange.dump(kind)
    assert first.refused == 0
    assert exported.count(b"\n") == first.imported
    assert exchange.load(kind, exported).unchanged == first.imported
    empty(exchange.database)
    assert exchange.load(kind, exported) == ImportReport(read=first.imported, imported=first.imported)
    assert exchange.dump(kind) == exported


ALMOST = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "city", "x"]), inner),
    max_leaves=4,
).map(lambda value: json.dumps(value).encode())


@LAW
@given(lines=st.lists(st.binary(max_size=30) | ALMOST, max_size=20))
def test_no_line_whatever_its_bytes_stops_the_import_or_is_lost(
    exchange: Exchange, lines: list[bytes]
) -> None:
    empty(exchange.database)
    lines = [line.replace(b"\n", b"").removesuffix(b"\r") for line in lines]
    report = exchange.load("users", [*lines, user("last")], batch_rows=7)
    kept = [line for line in lines if line and not line.isspace()]
    assert report.refused == len(kept)
    assert [refused.raw for refused in exchange.refused()] == kept
    assert exchange.ids("users") == ["last"]
