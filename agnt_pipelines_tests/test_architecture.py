"""The rules of the house that no linter knows: purity, names, sizes, and what starting up imports."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grimp
import pytest

from agnt_pipelines.serving.quality import FILE_LINES, FUNCTION_LINES, FUNCTION_LINES_AIM, oversized
from agnt_pipelines.timetable import TIMETABLE

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "agnt_pipelines"
WINGS = ("dreaming", "graph", "wiki", "faq")
IMPURE_ROOMS = {
    "__init__",
    "assets",
    "store",
    "approval_store",
    "deep_store",
    "dreamt_store",
    "log_store",
    "edge_store",
    "partition_store",
    "network_store",
    "source_store",
    "taste_store",
    "spark_store",
    "engine",
    "gathering",
    "grounds",
    "increment",
    "present",
    "fate_store",
    "past_store",
    "proposal_store",
    "pull_requests",
    "recall_store",
    "talk_store",
    "model_extractor",
    "search_store",
    "audit_store",
    "undo_store",
    "pin_store",
    "beside_store",
    "summary_store",
    "summary_writer",
    "agent_chunk_store",
    "chunk_store",
    "diff_store",
    "vector_store",
    "wiki_store",
    *(job.name for job in TIMETABLE),
}
"""In a wing, everything thinks but these and the modules named after a job, which say its steps in
order: a new module is held to purity unasked."""

FOREIGN_TO_THINKING = ("dagster", "sqlalchemy", "psycopg", "psycopg2", "anthropic")
CLOCK_AND_WORLD = {"os", "time", "random", "secrets", "socket", "subprocess", "pathlib", "tempfile"}
READS_THE_WORLD = {"now", "today", "utcnow", "uuid1", "uuid4", "getenv"}
SLOW_TO_IMPORT = {"dagster", "sqlalchemy", "numpy", "scipy", "sklearn", "networkx", "anthropic", "alembic"}

TEXT = {".py", ".md", ".toml", ".cfg", ".yaml", ".yml", ".lock", ".sql", ".jsonl", ".json", ".ini", ".txt"}
NOT_OURS = {".git", ".venv", ".agnt", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:root|home|Users|work)/\w")


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def pure_modules() -> list[Path]:
    thinking = [
        path
        for wing in WINGS
        for path in (PACKAGE / wing).rglob("*.py")
        if path.stem not in IMPURE_ROOMS and "assets" not in path.parts
    ]
    windows = PACKAGE / "replay" / "windows.py"
    return sorted([*thinking, windows] if windows.exists() else thinking)


def named(path: Path) -> str:
    """The test's id, and the dotted name of a module."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def world_readings(tree: ast.AST) -> Iterator[str]:
    """Each import or call by which code would learn the time, chance, or what machine it runs on."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names if name.name.partition(".")[0] in CLOCK_AND_WORLD)
            case ast.ImportFrom(module=str(module), level=0):
                if module.partition(".")[0] in CLOCK_AND_WORLD:
                    yield module
            case ast.Call(func=ast.Attribute(attr=called)) | ast.Call(func=ast.Name(id=called)):
                if called in READS_THE_WORLD:
                    yield f"{called}()"


def text_files() -> Iterator[Path]:
    for path in sorted(ROOT.rglob("*")):
        ours = not NOT_OURS.intersection(path.relative_to(ROOT).parts)
        if ours and path.is_file() and (path.suffix in TEXT or not path.suffix):
            yield path


@cache
def imports() -> grimp.ImportGraph:
    return grimp.build_graph("agnt_pipelines", include_external_packages=True, cache_dir=None)


@pytest.mark.parametrize("path", pure_modules(), ids=named)
def test_what_thinks_reaches_no_framework_even_through_others(path: Path) -> None:
    graph = imports()
    chains = {
        foreign: graph.find_shortest_chain(named(path), foreign)
        for foreign in FOREIGN_TO_THINKING
        if foreign in graph.modules
    }
    assert not any(chains.values()), {foreign: chain for foreign, chain in chains.items() if chain}


@pytest.mark.parametrize("path", pure_modules(), ids=named)
def test_what_thinks_reads_no_clock_chance_or_environment(path: Path) -> None:
    assert list(world_readings(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "code",
    [
        "import os",
        "from time import monotonic",
        "datetime.now(UTC)",
        "date.today()",
        "uuid4()",
        "import random as dice",
    ],
)
def test_reading_the_world_is_recognised(code: str) -> None:
    assert list(world_readings(ast.parse(code)))


@pytest.mark.parametrize("path", modules(), ids=named)
def test_every_module_says_what_belongs_in_it(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_no_room_is_named_for_having_no_name() -> None:
    nameless = re.compile(r"(^|_)(utils?|helpers?|common|managers?|misc)(_|$)")
    found = [path for folder in (PACKAGE, ROOT / "agnt_pipelines_tests") for path in folder.rglob("*")]
    assert [str(path.relative_to(ROOT)) for path in found if nameless.search(path.stem)] == []


def test_no_file_or_function_is_too_long() -> None:
    assert [size for size in oversized() if size.fails] == []


def test_sizes_tell_a_long_function_from_one_that_is_too_long(tmp_path: Path) -> None:
    folder = tmp_path / "agnt_pipelines"
    folder.mkdir()
    for name, lines in [
        ("short", FUNCTION_LINES_AIM),
        ("long", FUNCTION_LINES),
        ("too_long", FUNCTION_LINES + 1),
    ]:
        (folder / f"{name}.py").write_text(f"def {name}():\n" + "    pass\n" * (lines - 1))
    (folder / "file.py").write_text("x = 1\n" * (FILE_LINES + 1))
    found = [(size.place.rpartition(" ")[2], size.fails) for size in oversized(tmp_path)]
    assert found == [("agnt_pipelines/file.py", True), ("too_long", True), ("long", False)]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-spark.lock"])
def test_lock_names_no_host_and_hashes_every_package(name: str) -> None:
    lock = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in lock
    assert "index-url" not in lock
    entries = re.split(r"\n(?=\S)", lock.strip())
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in text_files()
        for match in MACHINE_PATH.finditer(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


def test_help_starts_without_the_heavy_packages() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "agnt_pipelines.serving.cli", "--help"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr[-500:]
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if "|" in line}
    assert imported & SLOW_TO_IMPORT == set()
