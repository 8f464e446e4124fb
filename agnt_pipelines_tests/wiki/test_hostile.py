"""Whatever is in a wiki: each thing is contained, and the other pages are there."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from agnt_pipelines.settings import Settings
from agnt_pipelines.storage import git_mirror
from agnt_pipelines.storage.database import Database
from agnt_pipelines.wiki import paths, wiki_reconcile
from agnt_pipelines_tests.wiki import hostile, world
from agnt_pipelines_tests.wiki.world import Repository, run


def test_each_hostile_thing_is_contained_and_every_other_page_is_there(
    repository: Repository, followed: Settings, database: Database
) -> None:
    good = repository.pages()
    hostile.commit_all(repository)
    run(database, followed)
    kept = {paths.to_text(path): data for path, data in hostile.KEPT.items()}
    assert world.pages(database) == good | kept
    links = {**dict.fromkeys(hostile.LINKS, "symlink"), hostile.SUBMODULE: "submodule"}
    reasons = {path: reason for path, (_, reason) in hostile.REFUSED.items()} | links
    assert world.refused(database) == {paths.to_text(path): reason for path, reason in reasons.items()}
    assert len(kept) + len(reasons) > 50
    assert run(database, followed).units_changed == 0
    assert world.log_replays(database)
    survey = wiki_reconcile.survey(database, followed)
    assert {"text/bidi.md:1 bidi, invisible", "text/comment.md:1 html_comment, instruction"} <= {
        *survey.flagged
    }


def test_a_secret_is_nowhere_but_in_git(
    repository: Repository, followed: Settings, database: Database
) -> None:
    secret = "ghp_" + "a1B2" * 9
    repository.commit(work__booking=f"# Booking\n\n{secret}\n")
    run(database, followed)
    with database.reading() as snapshot:
        dumped = snapshot.exec_driver_sql(
            "SELECT (SELECT string_agg(t::text, '') FROM mind.delta_log t)"
            " || (SELECT string_agg(t::text, '') FROM mind.quarantine t)"
        ).scalar_one()
    assert "github_token" in dumped
    assert secret not in dumped
    assert world.refused(database) == {"work/booking.md": "page_secret"}


def test_a_tree_that_git_itself_calls_broken_changes_nothing(
    repository: Repository, followed: Settings, database: Database
) -> None:
    from agnt_pipelines.errors import MirrorFailed

    run(database, followed)
    before = world.dump(database)
    blob = repository.git("rev-parse", "HEAD:Home.md")
    inner = _tree(repository, f"100644 blob {blob}\tconfig")
    outer = _tree(repository, f"040000 tree {inner}\t.git", f"100644 blob {blob}\tHome.md")
    commit = repository.git("commit-tree", "-m", "Odd", "-p", "HEAD", outer)
    repository.git("update-ref", "refs/heads/main", commit)
    with pytest.raises(MirrorFailed, match=r"Nothing was changed"):
        run(database, followed)
    assert world.dump(database) == before


def test_three_hundred_looks_at_the_wiki_leave_no_process_and_no_descriptor(
    repository: Repository, tmp_path: Path
) -> None:
    def look() -> int:
        with git_mirror.opened(tmp_path / "m.git") as mirror:
            commit = mirror.fetch(str(repository.folder), "") if not seen else seen[0]
            seen[:] = [commit]
            list(mirror.blobs([entry.oid for entry in mirror.tree(commit)], max_bytes=99))
        return len(list(Path("/proc/self/fd").iterdir()))

    seen: list[str] = []
    counts = [look() for _ in range(300)]
    assert max(counts[1:]) <= counts[0]
    assert not [child for child in psutil.Process().children() if child.name() in {"git", "env"}]


def _tree(repository: Repository, *lines: str) -> str:
    import subprocess

    made = subprocess.run(
        ["git", "mktree"], cwd=repository.folder, input="\n".join(lines) + "\n", text=True,
        check=True, capture_output=True,
    )  # fmt: skip
    return made.stdout.strip()
