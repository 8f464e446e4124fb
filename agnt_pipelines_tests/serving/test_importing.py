"""Where lines come from, what stops an import, and how much memory it takes."""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from agnt_pipelines.errors import DatabaseUnreachable, SettingsError
from agnt_pipelines.serving import importing
from agnt_pipelines.serving.exporting import export_lines
from agnt_pipelines.serving.importing import ImportProgress, ImportReport, import_lines
from agnt_pipelines.serving.line_files import KEEP_BYTES
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.serving.exchange import Exchange, encoded, interaction, silent, user


@pytest.fixture
def exchange(database: Database, tmp_path: Path) -> Exchange:
    return Exchange(database, tmp_path)


def test_blank_lines_byte_order_marks_and_line_ends_are_nothing(exchange: Exchange) -> None:
    content = (
        b"\xef\xbb\xbf"
        + json.dumps(user("u1")).encode()
        + b"\r\n\r\n  \n\n"
        + json.dumps(user("u2")).encode()
    )
    assert exchange.load("users", content) == ImportReport(read=2, imported=2)
    assert exchange.load("users", b"") == ImportReport()


def test_the_line_number_counts_blank_lines(exchange: Exchange) -> None:
    exchange.load("users", b"\n\n\nnonsense\n")
    assert [refused.source_id for refused in exchange.refused()] == ["4"]


def test_a_packed_file_is_unpacked(exchange: Exchange) -> None:
    packed = gzip.compress(encoded(user(f"u{number}") for number in range(300)))
    seen: list[ImportProgress] = []
    assert exchange.load("users", packed, progress=seen.append).imported == 300
    assert seen[-1].bytes_read == seen[-1].bytes_total == len(packed)


@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_a_damaged_packed_file_keeps_what_came_before(exchange: Exchange, damage: str) -> None:
    noise = [user(f"u{number}", city=os.urandom(20).hex()) for number in range(3000)]
    packed = bytearray(gzip.compress(encoded(noise)))
    if damage == "cut":
        packed = packed[: len(packed) // 2]
    else:
        packed[len(packed) // 2] ^= 0xFF
    with pytest.raises(SettingsError, match=r"lines.jsonl cannot be read beyond line \d+"):
        exchange.load("users", bytes(packed))
    assert len(exchange.ids("users")) > 100


def test_standard_input_is_read_and_left_open(exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(encoded([user("u1"), b"nonsense"])))
    monkeypatch.setattr(sys, "stdin", stdin)
    report = import_lines(exchange.database, "users", "-", progress=silent, batch_rows=10)
    assert (report.imported, report.refused) == (1, 1)
    assert [refused.source for refused in exchange.refused()] == ["stdin"]
    assert not stdin.buffer.closed


def test_a_pipe_is_read_to_its_end(exchange: Exchange) -> None:
    reader, writer = os.pipe()
    os.write(writer, encoded([user("u1"), user("u2")]))
    os.close(writer)
    path = Path(f"/dev/fd/{reader}")
    report = import_lines(exchange.database, "users", path, progress=silent, batch_rows=1)
    os.close(reader)
    assert report.imported == 2


def test_progress_tells_only_what_is_committed(exchange: Exchange) -> None:
    seen: list[tuple[int, int]] = []

    def watch(progress: ImportProgress) -> None:
        assert progress.bytes_total is not None
        assert progress.bytes_read <= progress.bytes_total
        seen.append((progress.lines, len(exchange.ids("interactions"))))

    exchange.load(
        "interactions", [interaction(number) for number in range(25)], batch_rows=10, progress=watch
    )
    assert seen == [(10, 10), (20, 20), (25, 25)]


def test_wide_lines_end_a_batch_early(exchange: Exchange) -> None:
    sizes: list[int] = []
    wide = (interaction(number, "x" * 500_000) for number in range(40))
    exchange.load("interactions", wide, progress=lambda told: sizes.append(told.report.read))
    steps = [after - before for before, after in zip([0, *sizes], sizes, strict=False)]
    assert sum(steps) == 40
    assert max(steps) * 500_000 <= importing.BATCH_BYTES + 500_000


def test_a_line_without_end_is_not_held_whole(exchange: Exchange) -> None:
    endless = b"x" * (KEEP_BYTES + 3_000_000)
    exchange.load("users", [endless, user("u1")])
    [refused] = exchange.refused()
    assert (refused.reason, len(refused.raw)) == ("too_long", KEEP_BYTES)
    assert "Only its first" in refused.detail
    assert exchange.ids("users") == ["u1"]


def test_memory_does_not_grow_with_the_file(exchange: Exchange) -> None:
    def peak(rows: int) -> int:
        path = exchange.file(interaction(number, "x" * 200) for number in range(rows))
        tracemalloc.start()
        report = import_lines(exchange.database, "interactions", path, progress=silent, batch_rows=200)
        with (exchange.folder / "exported").open("wb") as out:
            assert export_lines(exchange.database, "interactions", out) == rows
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert report.read == rows
        return highest

    peak(400)  # what is loaded and cached once
    small = peak(2_000)
    assert peak(16_000) < 1.5 * small


def test_an_unknown_kind_is_a_clear_error(exchange: Exchange) -> None:
    with pytest.raises(SettingsError, match="no kind 'people' to import; the kinds are users"):
        exchange.load("people", [])
    with pytest.raises(SettingsError, match="no kind 'people' to export"):
        exchange.dump("people")
    with pytest.raises(SettingsError, match="no kind 'observations' to import"):
        exchange.load("observations", [])


def test_a_missing_file_is_a_clear_error(exchange: Exchange) -> None:
    with pytest.raises(SettingsError, match="nowhere cannot be read: No such file"):
        import_lines(exchange.database, "users", exchange.folder / "nowhere", progress=silent, batch_rows=5)
    with pytest.raises(SettingsError, match="Is a directory"):
        import_lines(exchange.database, "users", exchange.folder, progress=silent, batch_rows=5)


Change = Callable[[str, str], None]


@pytest.fixture
def changed_source(exchange: Exchange) -> Iterator[Change]:
    """Change the operational tables; they are as they were once the test is over."""
    undo: list[str] = []

    def run(statements: str) -> None:
        with exchange.database.writing() as connection:
            connection.exec_driver_sql(statements)

    def change(statements: str, back: str) -> None:
        run(statements)
        undo.append(back)

    yield change
    for statements in undo:
        run(statements)


def test_an_operators_view_takes_no_import_but_gives_an_export(
    exchange: Exchange, changed_source: Change
) -> None:
    exchange.load("users", [user("u2"), user("u1")])
    before = exchange.dump("users")
    changed_source(
        "ALTER TABLE source.users RENAME TO theirs;"
        "CREATE VIEW source.users AS SELECT id::varchar(40), city, language, cp_agent_id, deleted_at, created_at"
        " FROM source.theirs",
        "DROP VIEW source.users; ALTER TABLE source.theirs RENAME TO users",
    )
    with pytest.raises(SettingsError, match="is a view of your own database: import into the table"):
        exchange.load("users", [user("u3")])
    assert exchange.dump("users") == before


def test_an_operators_own_constraint_is_told_in_a_sentence(
    exchange: Exchange, changed_source: Change
) -> None:
    changed_source(
        "ALTER TABLE source.users ADD CONSTRAINT known_city CHECK (city <> 'Atlantis')",
        "ALTER TABLE source.users DROP CONSTRAINT known_city",
    )
    rows = [user("u1"), user("u2"), user("u3", city="Atlantis")]
    with pytest.raises(SettingsError, match=r'does not take lines 3 to 3: .*"known_city"'):
        exchange.load("users", rows, batch_rows=2)
    assert exchange.ids("users") == ["u1", "u2"]


def test_a_server_that_goes_away_is_told_in_a_sentence(exchange: Exchange) -> None:
    def cut(_progress: ImportProgress) -> None:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'importing'"
        with exchange.database.writing() as connection:
            connection.execute(sa.text(others))

    importer = Database(exchange.database.url, application_name="importing")
    path = exchange.file([user("u1"), user("u2")])
    with pytest.raises(DatabaseUnreachable, match="at lines 2 to 2; what came before is imported"):
        import_lines(importer, "users", path, progress=cut, batch_rows=1)
    report = import_lines(importer, "users", path, progress=silent, batch_rows=1)
    importer.close()
    assert (report.resumed_at, report.imported) == (1, 1)
