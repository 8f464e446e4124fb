"""An import that was killed goes on, and ends in the same table."""

from __future__ import annotations

import gzip
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from agnt_pipelines.serving.importing import ImportProgress, import_lines
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.conftest import empty
from agnt_pipelines_tests.serving.exchange import Exchange, encoded, interaction, silent, user


@pytest.fixture
def exchange(database: Database, tmp_path: Path) -> Exchange:
    return Exchange(database, tmp_path)


def dies(task: Callable[[], object]) -> int:
    """Run a task in a forked process; return its id at once."""
    child = os.fork()
    if child == 0:
        try:
            task()
        except BaseException:  # noqa: BLE001 - the edge of a process
            traceback.print_exc(file=sys.stderr)
        os._exit(1)
    return child


def killed(child: int) -> bool:
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


MIXED = [interaction(n // 2) if n % 10 else b"nonsense %d" % n for n in range(400)]


@pytest.mark.parametrize("packed", [False, True])
def test_after_a_kill_the_import_goes_on_after_the_last_commit(exchange: Exchange, packed: bool) -> None:
    clean = exchange.load("interactions", MIXED, batch_rows=20)
    table, refused = exchange.dump("interactions"), exchange.dump("quarantine")
    empty(exchange.database)
    content = encoded(MIXED)
    path = exchange.file(gzip.compress(content) if packed else content)

    def die(progress: ImportProgress) -> None:
        if progress.lines >= 140:
            os.kill(os.getpid(), signal.SIGKILL)

    def task() -> None:
        import_lines(Database(exchange.database.url), "interactions", path, progress=die, batch_rows=20)

    assert killed(dies(task))
    there = len(exchange.ids("interactions"))
    report = import_lines(exchange.database, "interactions", path, progress=silent, batch_rows=20)
    assert report.resumed_at == 140
    assert report.read == clean.read - 140
    assert there + report.imported == clean.imported
    assert exchange.dump("interactions") == table
    assert without_times(exchange.dump("quarantine")) == without_times(refused)
    once_more = import_lines(exchange.database, "interactions", path, progress=silent, batch_rows=20)
    assert (once_more.resumed_at, once_more.imported, once_more.read) == (0, 0, clean.read)


def without_times(exported: bytes) -> list[dict[str, Any]]:
    return [{**json.loads(line), "at": None} for line in exported.splitlines()]


def test_killed_at_any_moment_it_ends_in_the_same_table(exchange: Exchange) -> None:
    content = encoded(MIXED)
    exchange.load("interactions", content)
    table, refused = exchange.dump("interactions"), exchange.dump("quarantine")
    empty(exchange.database)
    path = exchange.file(content)
    count = sa.text(
        "SELECT (SELECT count(*) FROM source.interactions) + (SELECT count(*) FROM mind.quarantine)"
    )

    def task() -> None:
        import_lines(Database(exchange.database.url), "interactions", path, progress=silent, batch_rows=1)

    for wanted in (20, 60, 110):
        child = dies(task)
        deadline = time.monotonic() + 60
        found = 0
        while found < wanted and time.monotonic() < deadline:
            with exchange.database.reading() as snapshot:
                found = snapshot.scalar(count) or 0
        os.kill(child, signal.SIGKILL)
        assert killed(child)
        assert found >= wanted
    report = import_lines(exchange.database, "interactions", path, progress=silent, batch_rows=1)
    assert report.resumed_at > 0
    assert report.read > 0
    assert exchange.dump("interactions") == table
    assert without_times(exchange.dump("quarantine")) == without_times(refused)


class Interrupted(Exception):
    pass


def interrupt(_progress: ImportProgress) -> None:
    raise Interrupted


def interrupted(exchange: Exchange) -> list[dict[str, Any]]:
    rows = [user(f"u{number}") for number in range(10)]
    with pytest.raises(Interrupted):
        exchange.load("users", rows, batch_rows=5, progress=interrupt)
    return rows


def test_what_was_imported_into_an_emptied_database_is_read_again(exchange: Exchange) -> None:
    interrupted(exchange)
    empty(exchange.database)
    report = import_lines(
        exchange.database, "users", exchange.folder / "lines.jsonl", progress=silent, batch_rows=5
    )
    assert (report.resumed_at, report.imported) == (0, 10)


def test_a_file_that_was_changed_is_read_again(exchange: Exchange) -> None:
    rows = interrupted(exchange)
    path = exchange.file([user("u0", city="Ubud"), *rows[1:]])
    report = import_lines(exchange.database, "users", path, progress=silent, batch_rows=5)
    assert (report.resumed_at, report.changed, report.imported) == (0, 1, 5)


@pytest.mark.parametrize("note", [b"", b"[]", b'{"offset": 3}', b"\xff"])
def test_a_spoilt_note_costs_a_full_reading_only(exchange: Exchange, note: bytes) -> None:
    interrupted(exchange)
    [bookmark] = (exchange.folder / "state" / "imports").iterdir()
    bookmark.write_bytes(note)
    report = import_lines(
        exchange.database, "users", exchange.folder / "lines.jsonl", progress=silent, batch_rows=5
    )
    assert (report.resumed_at, report.read) == (0, 10)


def test_the_note_holds_nobodys_data_and_goes_when_all_is_done(exchange: Exchange) -> None:
    interrupted(exchange)
    notes = exchange.folder / "state" / "imports"
    [bookmark] = notes.iterdir()
    assert set(json.loads(bookmark.read_bytes())) == {"offset", "number", "witness"}
    import_lines(exchange.database, "users", exchange.folder / "lines.jsonl", progress=silent, batch_rows=5)
    assert list(notes.iterdir()) == []
