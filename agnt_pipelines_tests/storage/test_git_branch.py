"""Branches of ours: commits without a checkout, pushed where the branch is as we saw it, and nowhere else."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest

from agnt_pipelines.errors import MirrorFailed
from agnt_pipelines.storage import git_branch, git_mirror
from agnt_pipelines_tests.wiki.world import Repository

FILES = {b"a/b.md": b"# B\n", b"Home.md": b"# Home, again\n"}
OURS = "agnt/faq/2026-11-08-0123abcd"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "wiki")
    made.commit(Home="# Home\n", a="# A\n")
    return made


def test_the_same_files_on_the_same_commit_are_the_same_commit(
    repository: Repository, tmp_path: Path
) -> None:
    url = str(repository.folder)
    with git_mirror.opened(tmp_path / "m.git") as mirror:
        base = git_branch.seen(mirror, url, "main")
        assert base is not None
        assert git_branch.seen(mirror, url, OURS) is None
        made = git_branch.commit(mirror, base.commit, FILES, "Pages\n")
        assert git_branch.commit(mirror, base.commit, FILES, "Pages\n") == made
        assert git_branch.blobs_at(mirror, made, FILES)
        assert not git_branch.blobs_at(mirror, base.commit, FILES)
        assert git_branch.text_at(mirror, made, b"a.md") == b"# A\n"
        assert git_branch.text_at(mirror, base.commit, b"a/b.md") == b""
        git_branch.push(mirror, url, OURS, made, expected=None, token=None)
        assert git_branch.seen(mirror, url, OURS) == git_branch.Tip(made, ours=True)
    assert repository.git("show", "--stat=99", "--format=%an%n%P", OURS).split()[:2] == [
        "agnt_pipelines",
        base.commit,
    ]
    assert not (repository.folder / "a" / "b.md").exists()


def test_a_branch_that_moved_is_not_overwritten(repository: Repository, tmp_path: Path) -> None:
    url = str(repository.folder)
    first = repository.git("rev-parse", "HEAD")
    repository.git("branch", OURS)
    with git_mirror.opened(tmp_path / "m.git") as mirror:
        tip = git_branch.seen(mirror, url, OURS)
        assert tip == git_branch.Tip(first, ours=False)
        made = git_branch.commit(mirror, first, FILES, "Pages\n")
        theirs = repository.commit(a="# A\n\nTheirs.\n")
        repository.git("branch", "--force", OURS, theirs)
        for expected in (None, first):
            with pytest.raises(MirrorFailed, match="could not be written to"):
                git_branch.push(mirror, url, OURS, made, expected=expected, token=None)
    assert repository.git("rev-parse", OURS) == theirs


def test_no_branch_but_ours_is_ever_pushed(repository: Repository, tmp_path: Path) -> None:
    with git_mirror.opened(tmp_path / "m.git") as mirror, pytest.raises(AssertionError):
        git_branch.push(mirror, str(repository.folder), "main", "0" * 40, expected=None, token=None)


def test_a_token_is_for_https_and_for_urls_without_their_own(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text(git_branch.credentials("https://git.example.com/w.git", "hush"))
    command = ["git", "config", "--file", str(config), "http.extraHeader"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert base64.b64decode(said.split()[-1]) == b"x-access-token:hush"
    for url in ("https://me:mine@git.example.com/w.git", "ssh://git@git.example.com/w.git", "/srv/w.git"):
        assert git_branch.credentials(url, "hush") == ""
    assert git_branch.credentials("https://git.example.com/w.git", None) == ""
