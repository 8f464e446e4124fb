"""A bare mirror of the wiki's repository: git as plumbing, through GitPython's runner.

Every command runs in an environment made from nothing, without hooks, checkout or prompts, and its
exit code is checked; paths are bytes, as git keeps them. What belongs here: what git knows of a
repository. What does not: what a page is (`wiki`), and any working tree.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit, urlunsplit

from agnt_pipelines.errors import MirrorFailed, SettingsError

if TYPE_CHECKING:
    import git

SCHEMES: Final = ("file", "https", "ssh")
HEAD_REF: Final = "refs/wiki/head"
_KEPT: Final = "refs/wiki/reconciled"
_TIMEOUT_S: Final = 600.0
_QUICK_S: Final = 20.0
_RENAME_LIMIT: Final = 2000
"""Above the 400 from which git found every rename of a real wiki of 11,717 commits."""

_PASSED_ON: Final = (
    "PATH", "SSH_AUTH_SOCK", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)  # fmt: skip
_ENVIRONMENT: Final = {
    "GIT_ALLOW_PROTOCOL": ":".join(SCHEMES),
    "GIT_ASKPASS": "true",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_SSH_COMMAND": "ssh -o BatchMode=yes",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_OPTIONS: Final = (
    "-c", f"core.hooksPath={os.devnull}",
    "-c", "gc.auto=0",
    "-c", "maintenance.auto=false",
    "-c", "transfer.fsckObjects=true",
)  # fmt: skip
_MANY_PACKS: Final = 24
_SEEN_IN_OLD_HISTORIES: Final = ("zeroPaddedFilemode", "missingSpaceBeforeDate", "badTimezone")
"""Warts of histories made by old tools; they harm nothing that is read here."""

_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One file of a tree; modes are 100644, 100755, 120000 (symlink) and 160000 (submodule)."""

    path: bytes
    mode: str
    oid: str


@dataclass(slots=True)
class Spent:
    """What git cost: commands and their wall seconds, fetching apart, and blobs that were read."""

    commands: int = 0
    seconds: float = 0.0
    fetch_s: float = 0.0
    blobs: int = 0


_SPENT: ContextVar[Spent | None] = ContextVar("spent", default=None)


class Unread(Enum):
    """Why a blob was not read."""

    MISSING = "missing"
    TOO_LONG = "too long"


def checked_url(raw: str) -> str:
    """Return a URL, or an absolute local path, that git may be given.

    Raises:
        SettingsError: its scheme is none of file, https and ssh, or git could take it for more.
    """
    url = raw.strip()
    scheme = url.partition("://")[0] if "://" in url else ""
    local = not scheme and Path(url).is_absolute()
    odd = "::" in url or any(char <= " " or char == "\x7f" for char in url if not (local and char == " "))
    if odd or url.startswith("-") or not (local or scheme in SCHEMES):
        message = (
            f"AGNT_WIKI_URL={masked(url)!r} is not one git may fetch from: write https://host/path, "
            "ssh://git@host/path, file:///path or an absolute path."
        )
        raise SettingsError(message)
    return url


def masked(url: str) -> str:
    """Return a repository's URL without a password or token in it."""
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return url
    return urlunsplit(parts._replace(netloc=f"***@{parts.netloc.rpartition('@')[2]}"))


@contextmanager
def counting() -> Iterator[Spent]:
    """Yield what git costs this thread within the block, as it adds up."""
    spent = Spent()
    before = _SPENT.set(spent)
    try:
        yield spent
    finally:
        _SPENT.reset(before)


@contextmanager
def opened(folder: Path) -> Iterator[Mirror]:
    """Yield the mirror in a folder, made empty if there is none; no child process outlives the block.

    Raises:
        MirrorFailed: git is missing, or the folder holds something else.
    """
    gitpython = _gitpython()
    if not (folder / "HEAD").exists():
        folder.mkdir(parents=True, exist_ok=True)
        runner = gitpython.Git(folder)
        _checked(_run(runner, folder, ["init", "--quiet", "--bare", "--template="]), "made", str(folder))
    try:
        with gitpython.Repo(folder, search_parent_directories=False) as repository:
            yield Mirror(repository, folder)
    except gitpython.InvalidGitRepositoryError as failure:
        message = f"{folder} is no git repository: remove it, and the next run mirrors the wiki again."
        raise MirrorFailed(message) from failure


def remote_head(url: str, branch: str) -> str | None:
    """Return the commit a remote's branch (empty: its HEAD) is at, asked without fetching.

    Raises:
        SettingsError: the URL is not allowed.
        MirrorFailed: the remote does not answer.
    """
    asked = checked_url(url)
    command = ["ls-remote", "--quiet", "--", asked, _ref(branch)]
    folder = Path(tempfile.gettempdir())
    found = _checked(
        _run(_gitpython().Git(folder), None, command, timeout_s=_QUICK_S), "asked", masked(asked)
    )
    return found.split(b"\t")[0].decode() if found else None


class Mirror:
    """An opened mirror."""

    def __init__(self, repository: git.Repo, folder: Path) -> None:
        """Keep the repository, which lives as long as `opened`'s block."""
        self._repository = repository
        self._runner = repository.git
        self._folder = folder

    def fetch(self, url: str, branch: str) -> str:
        """Fetch a branch (empty: the remote's HEAD), however it was rewritten; return its commit.

        Raises:
            SettingsError: the URL is not allowed.
            MirrorFailed: the remote does not answer, or has no such branch.
        """
        asked = checked_url(url)
        tolerated = [f"fetch.fsck.{wart}=warn" for wart in _SEEN_IN_OLD_HISTORIES]
        command = [
            *(part for setting in tolerated for part in ("-c", setting)),
            "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--force",
            "--", asked, f"+{_ref(branch)}:{HEAD_REF}",
        ]  # fmt: skip
        self._git(command, "fetched", masked(asked))
        # Read without a process: what was fetched from a branch is a commit, and it is there.
        found: str = _gitpython().SymbolicReference.dereference_recursive(self._repository, HEAD_REF)
        return _oid(found)

    def keep(self, number: int, commit: str, *, instead_of: int | None = None) -> None:
        """Keep a reconciled commit reachable, so that a rewritten history takes no base away.

        `instead_of` is the number of one that is among the ancestors of another that is kept.
        """
        lines = [f"update {_KEPT}/{number} {_oid(commit)}\n"]
        lines += [f"delete {_KEPT}/{instead_of}\n"] if instead_of is not None else []
        with tempfile.TemporaryFile() as asked:
            asked.write("".join(lines).encode())
            asked.seek(0)
            _checked(self._run(["update-ref", "--stdin"], given=asked), "kept", commit)

    def tidy(self) -> None:
        """Join packs where they are many: each fetch leaves one, and each is looked through."""
        if len(list((self._folder / "objects" / "pack").glob("*.pack"))) > _MANY_PACKS:
            # Small ones first, so that it costs little each time; what is unreachable stays. An older
            # git cannot do it, which harms nothing but its speed.
            self._run(["repack", "--quiet", "-d", "--geometric=2", "--no-write-bitmap-index"])

    def has(self, commit: str) -> bool:
        """Whether a commit and its tree are here."""
        return self._run(["cat-file", "-e", f"{_oid(commit)}^{{tree}}"])[0] == 0

    def descends(self, commit: str, ancestor: str) -> bool | None:
        """Whether a commit has another among its ancestors (or is it); None where either is missing."""
        code = self._run(["merge-base", "--is-ancestor", _oid(ancestor), _oid(commit)])[0]
        return code == 0 if code in (0, 1) else None

    def tree(self, commit: str) -> list[TreeEntry]:
        """Return every file of a commit's tree, in git's order."""
        listed = self._git(["ls-tree", "-r", "-z", "--full-tree", _oid(commit)], "listed", commit)
        return [_entry(line) for line in listed.split(b"\0") if line]

    def renames(self, before: str, after: str, suffixes: Sequence[str] = ()) -> dict[bytes, bytes]:
        """Return new path -> old path of files that git finds at least half alike.

        `suffixes` leaves out files with other ones, in either case of letters.
        """
        command = [
            "diff-tree", "-r", "-z", "--no-commit-id", "--name-status", "--diff-filter=R", "-M50%",
            f"-l{_RENAME_LIMIT}", _oid(before), _oid(after),
            *(["--", *(f":(icase)*{suffix}" for suffix in suffixes)] if suffixes else []),
        ]  # fmt: skip
        fields = self._git(command, "compared", after).split(b"\0")
        return {fields[place + 2]: fields[place + 1] for place in range(0, len(fields) - 2, 3)}

    def blobs(self, oids: Iterable[str], *, max_bytes: int) -> Iterator[bytes | Unread]:
        """Yield the content of each blob in order, by one `cat-file --batch`, or why it was not read."""
        with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as answered:
            lines = [f"{_oid(oid)}\n".encode() for oid in oids]
            if not lines:
                return
            asked.writelines(lines)
            asked.seek(0)
            command = ["cat-file", "--batch", "--buffer"]
            _checked(self._run(command, given=asked, taken=answered), "read", str(self._folder))
            if (spent := _SPENT.get()) is not None:
                spent.blobs += len(lines)
            answered.seek(0)
            yield from _answers(answered, max_bytes)

    def _git(self, command: list[str], done: str, what: str) -> bytes:
        return _checked(self._run(command), done, what)

    def _run(self, command: list[str], *, given: Any = None, taken: Any = None) -> tuple[int, bytes, str]:
        return _run(self._runner, self._folder, command, given=given, taken=taken)


def _gitpython() -> Any:
    """Import GitPython when it is needed: a machine without git can still load everything else."""
    try:
        import git  # noqa: PLC0415
    except ImportError as failure:
        raise MirrorFailed("There is no git on this machine: install it to read the wiki.") from failure
    return git


def _run(
    runner: git.Git,
    folder: Path | None,
    command: list[str],
    *,
    given: Any = None,
    taken: Any = None,
    timeout_s: float = _TIMEOUT_S,
) -> tuple[int, bytes, str]:
    """Run git; return (exit code, standard output unless it was taken, standard error)."""
    variables = {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | _ENVIRONMENT
    if folder is not None:
        variables |= {"GIT_DIR": str(folder), "HOME": str(folder)}
    # `env -i`, as GitPython adds to the process's environment and can take nothing out of it.
    clean = ["env", "-i", *(f"{name}={value}" for name, value in variables.items())]
    began = time.perf_counter()
    ended: Any = runner.execute(
        [*clean, "git", *_OPTIONS, *command],
        istream=given,
        output_stream=taken,
        with_extended_output=True,
        with_exceptions=False,
        stdout_as_string=False,
        strip_newline_in_stdout=False,
        kill_after_timeout=timeout_s,
    )
    _count(command, time.perf_counter() - began)
    code, output, errors = ended
    return code, output or b"", errors


def _count(command: list[str], seconds: float) -> None:
    spent = _SPENT.get()
    if spent is None:
        return
    spent.commands += 1
    if "fetch" in command:
        spent.fetch_s += seconds
    else:
        spent.seconds += seconds


def _checked(ended: tuple[int, bytes, str], done: str, what: str) -> bytes:
    code, output, errors = ended
    if code != 0:
        said = next((line for line in errors.splitlines() if line.strip()), f"exit code {code}")
        message = f"The wiki could not be {done} ({what}): {said.strip()}. Nothing was changed."
        raise MirrorFailed(message)
    return output


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


def _ref(branch: str) -> str:
    if not branch:
        return "HEAD"
    if not re.fullmatch(r"[\w][\w./-]*", branch) or ".." in branch:
        raise SettingsError(f"AGNT_WIKI_BRANCH={branch!r} is no name of a branch; write main, or nothing.")
    return branch if branch == "HEAD" else f"refs/heads/{branch}"


def _oid(oid: str) -> str:
    """Return an object id that is one: nothing else is ever put into a command."""
    assert _OID.fullmatch(oid), oid
    return oid
