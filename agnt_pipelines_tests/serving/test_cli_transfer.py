"""Import and export as commands: streams, reports and exit codes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.serving.calls import agnt, answer

LINES = [{"id": name, "created_at": "2026-11-16T08:00:00+08:00"} for name in ("ayu", "tom")]
TEXT = "".join(json.dumps(line) + "\n" for line in LINES)


@pytest.mark.usefixtures("database")
def test_a_file_is_imported_once_and_again_without_change(tmp_path: Path) -> None:
    path = tmp_path / "users.jsonl"
    path.write_text(TEXT)
    first = answer("import", "users", str(path))
    assert (first["read"], first["imported"], first["refused"]) == (2, 2, 0)
    second = answer("import", "users", str(path))
    assert (second["imported"], second["changed"], second["unchanged"]) == (0, 0, 2)


@pytest.mark.usefixtures("database")
def test_a_bad_line_is_quarantined_alone_and_the_way_to_it_is_told() -> None:
    result = agnt("import", "users", "-", typed=TEXT + "{nonsense\n")
    assert result.exit_code == 0
    assert "./agnt quarantine --origin import:users" in result.stderr
    rows = answer("quarantine", "--origin", "import:users")["rows"]
    assert [row["source_id"] for row in rows] == ["3"]
    refused = agnt("export", "users", "--refused", "--take")
    assert refused.stdout == "{nonsense\n"
    assert answer("quarantine")["total"] == 0


@pytest.mark.usefixtures("database")
def test_an_import_of_which_every_line_is_refused_fails_and_one_good_line_is_enough() -> None:
    wrong = "".join(json.dumps({"name": f"n{number}"}) + "\n" for number in range(2))
    result = agnt("import", "users", "-", typed=wrong)
    assert result.exit_code == 1
    assert "Not one of 2 lines is a row of users" in result.stderr
    assert "./agnt quarantine --origin import:users" in result.stderr
    told = agnt("import", "users", "-", "--json", typed=wrong)
    found = json.loads(told.stdout)
    assert (told.exit_code, found["read"], found["refused"], found["error"]["exit_code"]) == (1, 2, 2, 1)
    assert agnt("import", "users", "-", typed=wrong + TEXT).exit_code == 0
    assert agnt("import", "users", "-", typed="").exit_code == 0
    assert "1 if every line was refused" in " ".join(agnt("import", "--help").stdout.split())


@pytest.mark.usefixtures("database")
def test_a_file_whose_name_is_not_utf8_is_imported_and_named(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"us\xffers.jsonl")
    path.write_text(TEXT)
    assert answer("import", "users", str(path))["file"].endswith("us\ufffders.jsonl")


@pytest.mark.usefixtures("database")
def test_what_is_exported_can_be_imported_and_is_the_same_bytes(tmp_path: Path) -> None:
    agnt("import", "users", "-", typed=TEXT)
    out = tmp_path / "out.jsonl"
    assert answer("export", "users", "--out", str(out)) == {"kind": "users", "file": str(out), "rows": 2}
    assert agnt("export", "users").stdout == out.read_text()
    assert answer("import", "users", str(out))["unchanged"] == 2


def test_an_export_that_fails_leaves_no_half_file(tmp_path: Path, database: Database) -> None:
    result = agnt("export", "nonsense", "--out", str(tmp_path / "out"))
    assert result.exit_code == 2
    assert "the kinds are users, interactions" in result.stderr
    assert list(tmp_path.glob("out*")) == []
    nowhere = agnt("export", "users", "--out", str(tmp_path / "no" / "such" / "folder"))
    assert nowhere.exit_code == 2
    assert "cannot be written" in nowhere.stderr


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["import", "nonsense", "-"], "'nonsense'"),
        (["import", "users", "no-such-file"], "no-such-file"),
        (["export", "users", "--json"], "--out"),
        (["export", "users", "--take"], "--refused"),
        (["export", "observations", "--refused"], "observations is never imported"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(arguments: list[str], sentence: str) -> None:
    result = agnt(*arguments)
    assert result.exit_code == 2
    assert sentence in result.stderr
