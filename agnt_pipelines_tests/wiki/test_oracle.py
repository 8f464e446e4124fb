"""The benchmark's other reader: it sees what the platform has, and what it has not."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.wiki import hostile
from agnt_pipelines_tests.wiki.world import Repository, run
from benchmarks import wiki_oracle
from benchmarks.formats import wiki as source
from benchmarks.wiki_histories import Wild
from benchmarks.wiki_history_pages import is_broken
from benchmarks.wiki_oracle import Oracle


def test_pages_are_alike_by_both_readers_and_each_difference_is_seen(
    repository: Repository, followed: Settings, database: Database
) -> None:
    hostile.commit_all(repository)
    run(database, followed)
    oracle = Oracle(repository.folder / ".git")
    commit = repository.git("rev-parse", "HEAD")
    tree = oracle.tree(commit)
    del tree[hostile.TOO_LONG.decode()]
    assert wiki_oracle.mismatches(database, oracle, commit, tree) == []
    assert wiki_oracle.log_replays(database)
    with database.writing() as connection:
        of = "page_id = (SELECT page_id FROM mind.wiki_pages WHERE path = '{}')"
        changes = (
            f"UPDATE mind.wiki_sections SET text = text || ' ' WHERE {of.format('Home.md')}",
            f"UPDATE mind.wiki_sections SET line_from = 2 WHERE {of.format('text/crlf.md')}",
            "DELETE FROM mind.wiki_pages WHERE path = 'work/booking.md'",
        )
        for change in changes:
            connection.execute(sa.text(change))
    assert wiki_oracle.mismatches(database, oracle, commit, tree) == [
        "Home.md",
        "text/crlf.md",
        "work/booking.md",
    ]
    assert not wiki_oracle.log_replays(database)


def test_rows_written_are_counted_by_the_database(
    repository: Repository, followed: Settings, database: Database
) -> None:
    run(database, followed)
    before = wiki_oracle.rows_written(database)
    assert wiki_oracle.rows_written(database) == before
    repository.commit(Home="# Home\n\nEdited.\n")
    run(database, followed)
    assert wiki_oracle.rows_written(database) - before > 5


def test_a_made_up_wiki_has_a_history_with_renames(tmp_path: Path) -> None:
    folder = source.repository(None, tmp_path / "made.git", source.Made(30, 7))
    commits = source.heads(folder, None)
    assert len(commits) == 60
    assert source.heads(folder, 3) == commits[-3:]
    found = source.renames(folder, commits)
    assert found.keys() <= set(commits)
    assert sum(len(each.pairs) for each in found.values()) > 3
    oracle = Oracle(folder)
    for commit, each in found.items():
        assert each.pairs.keys() <= oracle.tree(commit).keys()
        assert each.exact <= each.pairs.keys()


def test_a_wild_history_has_what_real_ones_lack_and_is_the_same_each_time(tmp_path: Path) -> None:
    made = [source.repository(None, tmp_path / f"{n}.git", Wild(60, 150, seed=3)) for n in range(2)]
    commits = source.heads(made[0], None)
    assert commits == source.heads(made[1], None)
    assert len(set(commits)) == 150
    found = source.renames(made[0], commits).values()
    assert 0 < sum(len(each.exact) for each in found) < sum(len(each.pairs) for each in found)
    oracle, seen, broken = Oracle(made[0]), set[str](), 0
    for commit in commits:
        tree = oracle.tree(commit)
        seen |= tree.keys()
        broken += any(is_broken(oracle.data(oid)) for oid in tree.values())
    assert broken
    assert any("%" in path for path in seen)
    assert len({path.casefold() for path in seen}) < len(seen)


@pytest.mark.parametrize("name", ["a.txt", "empty"])
def test_what_is_no_repository_is_named(tmp_path: Path, name: str) -> None:
    from agnt_pipelines.errors import SettingsError

    (tmp_path / "a.txt").write_text("no bundle")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SettingsError, match=r"--data .* needs a git repository or a bundle"):
        source.repository(tmp_path / name, tmp_path / "out.git", source.Made(1))
