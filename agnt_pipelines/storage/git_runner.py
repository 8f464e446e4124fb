"""Git as plumbing: commands through GitPython's runner, in an environment made from nothing.

No hooks, no checkout, no prompts; every exit code is checked. What belongs here: how a command is run,
and what may be put into one. What does not: which commands (`git_mirror`, `git_branch`).
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit, urlunsplit

from agnt_pipelines.errors import MirrorFailed, SettingsError

if TYPE_CHECKING:
    import git

SCHEMES: Final = ("file", "https", "ssh")
_TIMEOUT_S: Final = 600.0

_PASSED_ON: Final = (
    "PATH", "SSH_AUTH_SOCK", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)  # fmt: skip
_ENVIRONMENT: Final = {
    "GIT_ALLOW_PROTOCOL": ":".join(SCHEMES),
    "GIT_ASKPASS": "true",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_DEFAULT_REF_FORMAT": "files",
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

_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(slots=True)
class Spent:
    """What git cost: commands and their wall seconds, fetching apart, and blobs that were read."""

    commands: int = 0
    seconds: float = 0.0
    fetch_s: float = 0.0
    blobs: int = 0


_SPENT: ContextVar[Spent | None] = ContextVar("spent", default=None)


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


def gitpython() -> Any:
    """Import GitPython when it is needed: a machine without git can still load everything else."""
    try:
        import git  # noqa: PLC0415
    except ImportError as failure:
        raise MirrorFailed("There is no git on this machine: install it to read the wiki.") from failure
    return git


def run(
    runner: git.Git,
    folder: Path | None,
    command: list[str],
    *,
    given: Any = None,
    taken: Any = None,
    timeout_s: float = _TIMEOUT_S,
    more: Mapping[str, str] | None = None,
) -> tuple[int, bytes, str]:
    """Run git; return (exit code, standard output unless it was taken, standard error).

    `more` are further variables; they can be read by others on this machine: no secret belongs there.
    """
    variables = {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | _ENVIRONMENT
    if folder is not None:
        variables |= {"GIT_DIR": str(folder), "HOME": str(folder)}
    variables |= more or {}
    # `env -i`, as GitPython adds to the process's environment and can take nothing out of it.
    clean = ["env", "-i", *(f"{name}={value}" for name, value in variables.items())]
    began = time.perf_counter()
    with _ending():
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


@contextmanager
def _ending() -> Iterator[None]:
    """End git with whoever is interrupted while it runs.

    GitPython leaves the command and the timer that would kill it: a process that is told to end would wait
    for that timer, ten minutes.
    """
    before = set(threading.enumerate())
    try:
        yield
    except BaseException:
        for timer in set(threading.enumerate()) - before:
            if isinstance(timer, threading.Timer) and timer.function.__name__ == "kill_process":
                timer.cancel()
                timer.function(*timer.args)
        raise


def count_blobs(number: int) -> None:
    """Count blobs that were read."""
    if (spent := _SPENT.get()) is not None:
        spent.blobs += number


def _count(command: list[str], seconds: float) -> None:
    spent = _SPENT.get()
    if spent is None:
        return
    spent.commands += 1
    if "fetch" in command:
        spent.fetch_s += seconds
    else:
        spent.seconds += seconds


def checked(ended: tuple[int, bytes, str], done: str, what: str) -> bytes:
    """Return what a command printed.

    Raises:
        MirrorFailed: it failed; says with what words of git's.
    """
    code, output, errors = ended
    if code != 0:
        said = next((line for line in errors.splitlines() if line.strip()), f"exit code {code}")
        message = f"The wiki could not be {done} ({what}): {said.strip()}. Nothing was changed."
        raise MirrorFailed(message)
    return output


def ref_of(branch: str) -> str:
    """Return the ref of a branch (empty: HEAD).

    Raises:
        SettingsError: it is no name of a branch.
    """
    if not branch:
        return "HEAD"
    if not re.fullmatch(r"[\w][\w./-]*", branch) or ".." in branch:
        raise SettingsError(f"AGNT_WIKI_BRANCH={branch!r} is no name of a branch; write main, or nothing.")
    return branch if branch == "HEAD" else f"refs/heads/{branch}"


def oid_of(oid: str) -> str:
    """Return an object id that is one: nothing else is ever put into a command."""
    assert _OID.fullmatch(oid), oid
    return oid
