"""A bare mirror of the wiki's repository: git as plumbing, through GitPython's runner.

Paths are bytes, as git keeps them. What belongs here: what git knows of a repository. What does not: how
a command is run (`git_runner`), writing (`git_branch`), what a page is (`wiki`), and any working tree.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from agnt_pipelines.errors import MirrorFailed
from agnt_pipelines.storage.git_runner import (
    checked,
    checked_url,
    count_blobs,
    gitpython,
    masked,
    oid_of,
    ref_of,
    run,
)

if TYPE_CHECKING:
    import git

HEAD_REF: Final = "refs/wiki/head"
_KEPT: Final = "refs/wiki/reconciled"
_QUICK_S: Final = 20.0
_RENAME_LIMIT: Final = 2000
"""Above the 400 from which git found every rename of a real wiki of 11,717 commits."""

_MANY_PACKS: Final = 24
_SEEN_IN_OLD_HISTORIES: Final = ("zeroPaddedFilemode", "missingSpaceBeforeDate", "badTimezone")
"""Warts of histories made by old tools; they harm nothing that is read here."""
TOLERATED: Final = tuple(
    part for wart in _SEEN_IN_OLD_HISTORIES for part in ("-c", f"fetch.fsck.{wart}=warn")
)
"""Options of whatever fetches."""


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One file of a tree; modes are 100644, 100755, 120000 (symlink) and 160000 (submodule)."""

    path: bytes
    mode: str
    oid: str


class Unread(Enum):
    """Why a blob was not read."""

    MISSING = "missing"
    TOO_LONG = "too long"


@contextmanager
def opened(folder: Path) -> Iterator[Mirror]:
    """Yield the mirror in a folder, made empty if there is none; no child process outlives the block.

    Raises:
        MirrorFailed: git is missing, or the folder holds something else.
    """
    made_by = gitpython()
    if not (folder / "HEAD").exists():
        folder.mkdir(parents=True, exist_ok=True)
        runner = made_by.Git(folder)
        checked(run(runner, folder, ["init", "--quiet", "--bare", "--template="]), "made", str(folder))
    try:
        with made_by.Repo(folder, search_parent_directories=False) as repository:
            yield Mirror(repository, folder)
    except made_by.InvalidGitRepositoryError as failure:
        message = f"{folder} is no git repository: remove it, and the next run mirrors the wiki again."
        raise MirrorFailed(message) from failure


def remote_head(url: str, branch: str) -> str | None:
    """Return the commit a remote's branch (empty: its HEAD) is at, asked without fetching.

    Raises:
        SettingsError: the URL is not allowed.
        MirrorFailed: the remote does not answer.
    """
    asked = checked_url(url)
    command = ["ls-remote", "--quiet", "--", asked, ref_of(branch)]
    folder = Path(tempfile.gettempdir())
    found = checked(run(gitpython().Git(folder), None, command, timeout_s=_QUICK_S), "asked", masked(asked))
    return found.split(b"\t")[0].decode() if found else None


class Mirror:
    """An opened mirror."""

    def __init__(self, repository: git.Repo, folder: Path) -> None:
        """Keep the repository, which lives as long as `opened`'s block."""
        self._repository = repository
        self._runner = repository.git
        self._folder = folder
        self._forward: tuple[str, str] | None = None

    def fetch(self, url: str, branch: str) -> str:
        """Fetch a branch (empty: the remote's HEAD), however it was rewritten; return its commit.

        Raises:
            SettingsError: the URL is not allowed.
            MirrorFailed: the remote does not answer, or has no such branch.
        """
        asked, before = checked_url(url), self._head()
        if before is None:
            gitpython().Reference.delete(self._repository, HEAD_REF)  # git stops at one that is broken
        command = [
            *TOLERATED, "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head",
            "--", asked,
        ]  # fmt: skip
        refs = f"{ref_of(branch)}:{HEAD_REF}"
        # Git itself refuses what is no descendant, with 1: a rewritten history costs a second fetch, and
        # no other one costs the process that would ask.
        ended = self._run([*command, refs])
        forward = ended[0] == 0
        checked(ended if ended[0] != 1 else self._run([*command, f"+{refs}"]), "fetched", masked(asked))
        commit = self._head()
        assert commit is not None
        self._forward = (before, commit) if forward and before is not None else None
        return commit

    def keep(self, number: int, commit: str, *, instead_of: int | None = None) -> None:
        """Keep a reconciled commit reachable, so that a rewritten history takes no base away.

        `instead_of` is the number of one that is among the ancestors of another that is kept.
        """
        # As git writes a ref, but without a process: beside it, onto the disk, then in its place. What a
        # killed run left beside it is written over: whoever keeps commits is the only one to.
        kept = self._folder / _KEPT / str(number)
        beside = kept.with_name(f"{number}.lock")
        try:
            kept.parent.mkdir(parents=True, exist_ok=True)
            with beside.open("wb") as written:
                written.write(f"{oid_of(commit)}\n".encode())
                written.flush()
                os.fsync(written.fileno())
            beside.replace(kept)
        except OSError as failure:
            message = f"The wiki could not be kept ({commit}): {failure}. Nothing was changed."
            raise MirrorFailed(message) from failure
        if instead_of is not None:
            gitpython().Reference.delete(self._repository, f"{_KEPT}/{instead_of}")

    def tidy(self) -> None:
        """Join packs where they are many: each fetch leaves one, and each is looked through."""
        if len(list((self._folder / "objects" / "pack").glob("*.pack"))) > _MANY_PACKS:
            # Small ones first, so that it costs little each time; what is unreachable stays. An older
            # git cannot do it, which harms nothing but its speed.
            self._run(["repack", "--quiet", "-d", "--geometric=2", "--no-write-bitmap-index"])

    def has(self, commit: str) -> bool:
        """Whether a commit and its tree are here."""
        return self._run(["cat-file", "-e", f"{oid_of(commit)}^{{tree}}"])[0] == 0

    def descends(self, commit: str, ancestor: str) -> bool | None:
        """Whether a commit has another among its ancestors (or is it); None where either is missing."""
        if (ancestor, commit) == self._forward or ancestor == commit == self._head():
            return True
        code = self._run(["merge-base", "--is-ancestor", oid_of(ancestor), oid_of(commit)])[0]
        return code == 0 if code in (0, 1) else None

    def tree(self, commit: str) -> list[TreeEntry]:
        """Return every file of a commit's tree, in git's order."""
        listed = self._git(["ls-tree", "-r", "-z", "--full-tree", oid_of(commit)], "listed", commit)
        return [_entry(line) for line in listed.split(b"\0") if line]

    def renames(self, before: str, after: str, suffixes: Sequence[str] = ()) -> dict[bytes, bytes]:
        """Return new path -> old path of files that git finds at least half alike.

        `suffixes` leaves out files with other ones, in either case of letters.
        """
        command = [
            "diff-tree", "-r", "-z", "--no-commit-id", "--name-status", "--diff-filter=R", "-M50%",
            f"-l{_RENAME_LIMIT}", oid_of(before), oid_of(after),
            *(["--", *(f":(icase)*{suffix}" for suffix in suffixes)] if suffixes else []),
        ]  # fmt: skip
        fields = self._git(command, "compared", after).split(b"\0")
        return {fields[place + 2]: fields[place + 1] for place in range(0, len(fields) - 2, 3)}

    def touched(self, commit: str, since: datetime) -> set[bytes]:
        """Return the paths that a commit's first-parent history changed since an instant, by its commits' dates."""
        command = [
            "log", "--first-parent", "-m", "--no-renames", "--name-only", "-z", "--format=",
            f"--since={since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", oid_of(commit), "--",
        ]  # fmt: skip
        return set(filter(None, self._git(command, "read", commit).split(b"\0")))

    def authors(self, commits: Iterable[str]) -> dict[str, str]:
        """Return who wrote each of some commits, by name; those that are not here are left out."""
        asked = "".join(f"{oid_of(commit)}\n" for commit in commits)
        command = ["log", "--no-walk=unsorted", "--ignore-missing", "-z", "--format=%H %aN", "--stdin"]
        told = self.told(command, "authors", given=asked.encode()) if asked else b""
        lines = (line.partition(" ") for line in told.decode("utf-8", "replace").split("\0") if line)
        return {commit: name for commit, _, name in lines}

    def blobs(self, oids: Iterable[str], *, max_bytes: int) -> Iterator[bytes | Unread]:
        """Yield the content of each blob in order, by one `cat-file --batch`, or why it was not read."""
        with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as answered:
            lines = [f"{oid_of(oid)}\n".encode() for oid in oids]
            if not lines:
                return
            asked.writelines(lines)
            asked.seek(0)
            command = ["cat-file", "--batch", "--buffer"]
            checked(self._run(command, given=asked, taken=answered), "read", str(self._folder))
            count_blobs(len(lines))
            answered.seek(0)
            yield from _answers(answered, max_bytes)

    def told(
        self, command: list[str], what: str, *, given: bytes = b"", more: Mapping[str, str] | None = None
    ) -> bytes:
        """Return what a further command says, which reads `given`; `more` are variables for it.

        Raises:
            MirrorFailed: it failed.
        """
        with tempfile.TemporaryFile() as asked:
            asked.write(given)
            asked.seek(0)
            return checked(self._run(command, given=asked, more=more), "written to", what)

    def _head(self) -> str | None:
        """Return what was fetched last, read without a process; None where nothing was."""
        made_by = gitpython()
        try:
            found: str = made_by.SymbolicReference.dereference_recursive(self._repository, HEAD_REF)
        except (ValueError, AssertionError):
            return None  # an empty file, for one, which a machine that lost its power leaves
        return oid_of(found)

    def _git(self, command: list[str], done: str, what: str) -> bytes:
        return checked(self._run(command), done, what)

    def _run(
        self,
        command: list[str],
        *,
        given: Any = None,
        taken: Any = None,
        more: Mapping[str, str] | None = None,
    ) -> tuple[int, bytes, str]:
        return run(self._runner, self._folder, command, given=given, taken=taken, more=more)


def _answers(answered: IO[bytes], max_bytes: int) -> Iterator[bytes | Unread]:
    while header := answered.readline():
        described = header.split()
        if len(described) != 3:  # "<oid> missing"
            yield Unread.MISSING
            continue
        size = int(described[2])
        if size > max_bytes:
            yield Unread.TOO_LONG
            answered.seek(size + 1, os.SEEK_CUR)
        else:
            yield answered.read(size)
            answered.seek(1, os.SEEK_CUR)


def _entry(line: bytes) -> TreeEntry:
    head, _, path = line.partition(b"\t")
    mode, _kind, oid = head.decode().split(" ")
    return TreeEntry(path, mode, oid)
