"""Random histories: whatever head comes after whichever, readers have its pages and the log replays."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from agnt_pipelines.errors import MirrorFailed
from agnt_pipelines.replay import holds
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.conftest import empty
from agnt_pipelines_tests.wiki import world
from agnt_pipelines_tests.wiki.world import Repository, run

PATHS = ("a.md", "b.md", "B.md", "work/a.md", "work/c.rst", "a.md.md", "work/dir.md/x.md", "note.txt")
TEXTS = (
    *(f"# {word}\n\n" + f"{word} line of text.\n" * 12 for word in ("One", "Two", "Three")),
    "# One\n\n" + "One line of text.\n" * 11 + "Edited.\n",
    "",
    "---\na: *broken\n---\n",
)
TREES = st.dictionaries(
    st.sampled_from(PATHS), st.tuples(st.sampled_from(TEXTS), st.sampled_from(["100644", "100755", "120000"])),
    max_size=6,
)  # fmt: skip
BROKEN = TEXTS[-1].encode()

Tree = dict[str, tuple[str, str]]


def history(repository: Repository, trees: list[tuple[Tree, bool]]) -> list[str]:
    """Commit each tree on the one before, or as a beginning of its own; return the commits."""
    lines = []
    for number, (tree, descends) in enumerate(trees, 1):
        mark = f"commit refs/heads/made\nmark :{number}\ncommitter W <w@example.invalid> {1793600000 + number} +0800\n"
        lines.append(f"{mark}data 1\nW\n")
        if not descends or number == 1:
            lines[-1] = f"reset refs/heads/made\n{lines[-1]}"
        else:
            lines.append(f"from :{number - 1}\n")
        lines.append("deleteall\n")
        for path, (text, mode) in tree.items():
            lines.append(f"M {mode} inline {path}\ndata {len(text.encode())}\n{text}\n")
    marks = repository.folder / ".git" / "marks"
    command = ["git", "fast-import", "--quiet", "--force", f"--export-marks={marks}"]
    subprocess.run(
        command, cwd=repository.folder, input="".join(lines).encode(), check=True, capture_output=True
    )
    found = dict(line.split() for line in marks.read_text().splitlines())
    return [found[f":{number}"] for number in range(1, len(trees) + 1)]


@contextmanager
def fresh(settings: Settings, database: Database) -> Iterator[tuple[Repository, Settings]]:
    """Yield a repository with nothing in it, followed by an empty platform."""
    empty(database)
    with tempfile.TemporaryDirectory() as folder:
        repository = Repository(Path(folder) / "wiki")
        follow = {
            "wiki_url": str(repository.folder),
            "wiki_branch": "followed",
            "state": Path(folder) / "state",
        }
        yield repository, Settings.model_validate(settings.model_dump() | follow)


@given(st.lists(st.tuples(TREES, st.booleans()), min_size=2, max_size=4), st.data())
@examples(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_head_after_any_other_ends_in_its_pages(
    settings: Settings, database: Database, trees: list[tuple[Tree, bool]], data: st.DataObject
) -> None:
    with fresh(settings, database) as (repository, followed):
        commits = history(repository, trees)
        jumps = data.draw(st.lists(st.sampled_from(range(len(commits))), max_size=3))
        known: dict[str, set[bytes]] = {}
        for place in [*range(len(commits)), *jumps]:
            repository.git("update-ref", "refs/heads/followed", commits[place])
            _run_approving(database, followed)
            wanted = repository.pages(commits[place])
            for path, content in wanted.items():
                known.setdefault(path, set()).add(content)
            refused = world.refused(database)
            found = world.pages(database)
            readable = {path: text for path, text in wanted.items() if text != BROKEN}
            assert {path: found[path] for path in readable} == readable
            # What is refused is passed over, or kept as it was when it could be read.
            assert found.keys() - readable.keys() <= refused.keys()
            assert refused.keys() <= trees[place][0].keys()
            ids = world.ids(database)
            assert len(set(ids.values())) == len(ids)
            assert run(database, followed).units_changed == 0
        assert world.log_replays(database)


@given(TREES, TREES)
@examples(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_branch_that_is_gone_or_empty_takes_nothing_by_itself(
    settings: Settings, database: Database, one: Tree, other: Tree
) -> None:
    with fresh(settings, database) as (repository, followed):
        first, bare, last = history(
            repository, [({**one, "a.md": (TEXTS[0], "100644")}, True), ({}, False), (other, False)]
        )
        repository.git("update-ref", "refs/heads/followed", first)
        run(database, followed)
        before = world.dump(database)
        repository.git("update-ref", "-d", "refs/heads/followed")
        with pytest.raises(MirrorFailed, match="Nothing was changed"):
            run(database, followed)
        assert world.dump(database) == before
        repository.git("update-ref", "refs/heads/followed", bare)
        assert run(database, followed).units_held > 0
        assert world.dump(database)["wiki_pages"] == before["wiki_pages"]
        repository.git("update-ref", "refs/heads/followed", last)
        _run_approving(database, followed)
        readable = {path: text for path, text in repository.pages(last).items() if text != BROKEN}
        assert readable.items() <= world.pages(database).items()


def _run_approving(database: Database, settings: Settings) -> None:
    """Reconcile, and let go what waits, as an operator would."""
    if run(database, settings).units_held:
        with database.reading() as snapshot:
            (waiting,) = [hold.plan_hash for hold in holds.open_holds(snapshot)]
        holds.approve(database, waiting, "operator")
        assert run(database, settings).units_held == 0
