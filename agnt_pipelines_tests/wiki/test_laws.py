"""The laws: steps one by one or all at once, in any order of runs, end in the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import Kind, tables_of_kind
from agnt_pipelines.wiki import store
from agnt_pipelines_tests.conftest import empty
from agnt_pipelines_tests.wiki import world
from agnt_pipelines_tests.wiki.world import Repository, run

_DERIVED = [store.PROJECT_MEMORY, store.SECTIONS, store.PAGES]


@pytest.fixture
def history(tmp_path: Path) -> tuple[Repository, list[str]]:
    """A repository in which pages come, change, move, break, go and come back."""
    made = Repository(tmp_path / "history")
    commits = [
        made.commit(a="# A\n\nOne.\n", b="# B\n\nTwo.\n", c="# C\n\nThree.\n"),
        made.commit(a="# A\n\nOne, edited.\n", work__d="# D\n\nFour.\n"),
    ]
    made.git("mv", "b.md", "work/b.md")
    commits.append(made.commit(a=None))
    commits.append(made.commit(c="---\nx: &x 1\n---\nbroken\n"))
    commits.append(made.commit(a="# A\n\nBack.\n"))
    commits.append(made.commit())
    made.git("mv", "work/d.md", "work/D.md")
    commits.append(made.commit(e="# E\n"))
    return made, commits


def step(repository: Repository, commit: str) -> None:
    repository.git("update-ref", "refs/heads/followed", commit)


def test_every_head_or_the_last_alone_end_in_the_tree(
    history: tuple[Repository, list[str]],
    settings: Settings,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    repository, commits = history
    settings = world.follow(repository, monkeypatch, "followed")
    kept = repository.pages(commits[2])["c.md"]
    for commit in commits:
        step(repository, commit)
        run(database, settings)
        expected = repository.pages(commit)
        if world.refused(database):
            expected["c.md"] = kept
        assert world.pages(database) == expected
        assert run(database, settings).units_changed == 0
        assert world.log_replays(database)
    ids = world.ids(database)
    assert len(ids) == 5
    assert world.refused(database) == {"c.md": "front_matter_alias"}
    empty(database)
    run(database, settings)
    last = repository.pages(commits[-1])
    del last["c.md"]  # with no version before, there is nothing of it to keep
    assert world.pages(database) == last


def test_state_is_the_fold_over_the_recorded_heads(
    history: tuple[Repository, list[str]],
    settings: Settings,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    repository, commits = history
    settings = world.follow(repository, monkeypatch, "followed")
    for commit in [*commits, commits[0], commits[-1]]:
        step(repository, commit)
        run(database, settings)
    before = world.dump(database)
    assert before["wiki_pages"]
    assert before["project_memory"]
    forget_state(database)
    assert world.dump(database)["wiki_pages"] == []
    world.fold(database, settings)
    assert world.dump(database) == before


def test_heads_recorded_without_a_fold_between_are_folded_at_once(
    history: tuple[Repository, list[str]],
    settings: Settings,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from agnt_pipelines.replay.exclusive import exclusive
    from agnt_pipelines.wiki import wiki_reconcile

    repository, commits = history
    settings = world.follow(repository, monkeypatch, "followed")
    for commit in commits:
        step(repository, commit)
        run(database, settings)
    before = world.dump(database)
    empty(database)
    for commit in commits:
        step(repository, commit)
        with exclusive(database, store.WRITER_SET, "record", settings) as lease:
            wiki_reconcile.record(lease, settings)
    world.fold(database, settings)
    assert world.dump(database) == before


def forget_state(database: Database) -> None:
    """Remove what was derived, with its completions; recorded heads stay."""
    names = {table.name for table in tables_of_kind(Kind.STATE)}
    assert {table.name for table in _DERIVED} <= names
    with database.writing() as connection:
        for table in _DERIVED:
            connection.execute(sa.delete(table))
        connection.execute(sa.text("DELETE FROM mind.window_units; DELETE FROM mind.job_windows"))
