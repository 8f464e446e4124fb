"""The mirror: only allowed places, a clean environment, and an error in one sentence."""

from __future__ import annotations

import os
import signal
import threading
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from agnt_pipelines.errors import MirrorFailed, SettingsError
from agnt_pipelines.storage import git_mirror, git_runner
from agnt_pipelines.storage.git_mirror import Unread
from agnt_pipelines.storage.git_runner import gitpython
from agnt_pipelines_tests.wiki.world import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "there")
    made.commit(a="# A\n", b="# B\n")
    return made


@pytest.mark.parametrize(
    "url", ["https://x.example/w.git", "ssh://git@x.example/w", "file:///srv/w", "/srv/my wiki"]
)
def test_a_place_of_an_allowed_kind_is_taken(url: str) -> None:
    assert git_runner.checked_url(f" {url} ") == url


@pytest.mark.parametrize(
    "url",
    ["ext::sh -c id", "http://x.example/w", "git://x.example/w", "git@x.example:w", "-x", "w", "", "../w",
     "https://x.example/a b", "file:///srv\n/w", "/srv/a::b", "HTTPS://x.example/w"],
)  # fmt: skip
def test_any_other_place_is_refused_by_name(url: str) -> None:
    with pytest.raises(SettingsError, match="AGNT_WIKI_URL="):
        git_runner.checked_url(url)


def test_a_token_in_a_url_is_never_shown() -> None:
    assert git_runner.masked("https://ghp_secret@x.example/w") == "https://***@x.example/w"
    with pytest.raises(MirrorFailed) as failure:
        git_mirror.remote_head("https://user:hush@localhost:1/w.git", "")
    assert "hush" not in str(failure.value)


def test_a_mirror_reads_trees_blobs_and_renames(repository: Repository, tmp_path: Path) -> None:
    first = repository.git("rev-parse", "HEAD")
    repository.git("mv", "a.md", "c.md")
    second = repository.commit()
    with git_mirror.opened(tmp_path / "m.git") as mirror:
        assert mirror.fetch(str(repository.folder), "main") == second
        assert mirror.descends(second, first)
        assert not mirror.descends(first, second)
        assert mirror.renames(first, second) == {b"c.md": b"a.md"}
        entries = {entry.path: entry for entry in mirror.tree(second)}
        assert entries.keys() == {b"b.md", b"c.md"}
        oids = [entries[b"c.md"].oid, "0" * 40, entries[b"b.md"].oid]
        assert list(mirror.blobs(oids, max_bytes=99)) == [b"# A\n", Unread.MISSING, b"# B\n"]
        assert list(mirror.blobs(oids[::2], max_bytes=3)) == [Unread.TOO_LONG, Unread.TOO_LONG]
        assert list(mirror.blobs([], max_bytes=3)) == []
    assert git_mirror.remote_head(str(repository.folder), "main") == second
    assert git_mirror.remote_head(str(repository.folder), "gone") is None


def test_a_mirror_tells_a_branch_that_went_on_from_one_that_was_rewritten(
    repository: Repository, tmp_path: Path
) -> None:
    first = repository.git("rev-parse", "HEAD")
    with git_mirror.opened(tmp_path / "m.git") as mirror:
        assert mirror.fetch(str(repository.folder), "main") == first
        mirror.keep(1, first)
        second = repository.commit(c="# C\n")
        assert mirror.fetch(str(repository.folder), "main") == second
        assert mirror.descends(second, first)
        mirror.keep(2, second, instead_of=1)
        repository.git("reset", "--quiet", "--hard", first)
        other = repository.commit(d="# D\n")
        assert mirror.fetch(str(repository.folder), "main") == other
        assert not mirror.descends(other, second)
        assert mirror.descends(other, first)
        assert mirror.descends(other, other)
        assert mirror.descends(other, "0" * 40) is None
        kept = mirror.told(["for-each-ref", "--format=%(refname) %(objectname)"], "refs").decode().split()
    assert dict(zip(kept[::2], kept[1::2], strict=True)) == {
        "refs/wiki/head": other,
        "refs/wiki/reconciled/2": second,
    }


def test_what_a_killed_run_left_of_a_ref_stops_nothing(repository: Repository, tmp_path: Path) -> None:
    refs = tmp_path / "m.git" / "refs" / "wiki"
    with git_mirror.opened(tmp_path / "m.git") as mirror:
        commit = mirror.fetch(str(repository.folder), "")
        mirror.keep(1, commit)
        (refs / "reconciled" / "2.lock").write_text("half")
        (refs / "head").write_text("")
        assert mirror.fetch(str(repository.folder), "") == commit
        mirror.keep(2, commit)
        assert (refs / "reconciled" / "2").read_text().strip() == commit
        (refs / "reconciled" / "3" / "x").mkdir(parents=True)
        with pytest.raises(MirrorFailed, match="could not be kept"):
            mirror.keep(3, commit)


def test_a_mirror_tells_what_was_touched_since_when_and_by_whom(
    repository: Repository, tmp_path: Path
) -> None:
    first = repository.git("rev-parse", "HEAD")
    repository.write(b"caf\xe9\n.md", "# C\n")
    repository.git("add", "--all")
    when = "2027-03-01T10:00:00+08:00"
    repository.git("commit", "-qm", "W", GIT_COMMITTER_DATE=when, GIT_AUTHOR_NAME="Ni Luh")
    with git_mirror.opened(tmp_path / "m.git") as mirror:
        commit = mirror.fetch(str(repository.folder), "")
        assert mirror.touched(commit, datetime(2027, 1, 1, tzinfo=UTC)) == {b"caf\xe9\n.md"}
        assert mirror.touched(commit, datetime(2026, 1, 1, tzinfo=UTC)) == {b"caf\xe9\n.md", b"a.md", b"b.md"}
        assert mirror.touched(commit, datetime(2028, 1, 1, tzinfo=UTC)) == set()
        assert mirror.authors([first, commit, "0" * 40]) == {first: "Wayan", commit: "Ni Luh"}
        assert mirror.authors([]) == {}


def test_the_processes_own_git_variables_and_hooks_do_nothing(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = Repository(tmp_path / "elsewhere")
    hook = tmp_path / "hooks" / "reference-transaction"
    hook.parent.mkdir()
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    settings = tmp_path / "gitconfig"
    settings.write_text(f"[core]\n\thooksPath = {hook.parent}\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_DIR", str(elsewhere.folder / ".git"))
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))
    with git_mirror.opened(tmp_path / "m.git") as mirror:
        commit = mirror.fetch(str(repository.folder), "")
        mirror.keep(1, commit)
        assert [entry.path for entry in mirror.tree(commit)] == [b"a.md", b"b.md"]
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "trace").exists()
    assert elsewhere.git("for-each-ref") == ""


def test_no_process_or_descriptor_is_left_behind(repository: Repository, tmp_path: Path) -> None:
    def use() -> int:
        with git_mirror.opened(tmp_path / "m.git") as mirror:
            commit = mirror.fetch(str(repository.folder), "")
            list(mirror.blobs([entry.oid for entry in mirror.tree(commit)], max_bytes=99))
        return len(list(Path("/proc/self/fd").iterdir()))

    before = use()
    assert [use() for _ in range(5)][-1] <= before
    assert not [child for child in psutil.Process().children() if child.name() == "git"]


def test_a_folder_that_holds_something_else_is_named(tmp_path: Path) -> None:
    (tmp_path / "HEAD").write_text("not git")
    with pytest.raises(MirrorFailed, match=r"is no git repository: remove it"), git_mirror.opened(tmp_path):
        pass


class Interrupted(BaseException):
    """What a signal brings."""


@pytest.mark.filterwarnings("ignore:subprocess .* is still running")  # GitPython forgets whom it started
def test_an_interruption_ends_git_and_leaves_no_thread_to_wait_for(repository: Repository) -> None:
    def interrupt(*_: object) -> None:
        raise Interrupted

    others = set(psutil.Process().children(recursive=True))  # of other tests: a Java that Spark left

    def ours() -> list[psutil.Process]:
        return [one for one in psutil.Process().children(recursive=True) if one not in others]

    def when_it_runs() -> None:
        while not ours():
            threading.Event().wait(0.01)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)

    before = signal.signal(signal.SIGUSR1, interrupt)
    threads = set(threading.enumerate())
    reading, writing = os.pipe()  # nothing is ever written: git waits for its questions
    watching = threading.Thread(target=when_it_runs)
    try:
        watching.start()
        with os.fdopen(reading) as given, pytest.raises(Interrupted):
            git_runner.run(
                gitpython().Git(), repository.folder / ".git", ["cat-file", "--batch"], given=given
            )
    finally:
        watching.join()
        signal.signal(signal.SIGUSR1, before)
        os.close(writing)
    left = [thread for thread in set(threading.enumerate()) - threads if not thread.daemon]
    for thread in left:
        thread.join(10)
    assert not [thread for thread in left if thread.is_alive()]
    _, alive = psutil.wait_procs(ours(), timeout=10)
    assert not alive
