"""Branches of ours: commits made of a tree and some files, and pushed, without any working tree.

What belongs here: writing with git, and the one rule that nothing but `agnt/...` is ever pushed, and only
where it is as we last saw it. What does not: what is written, and asking for it to be taken (`wiki`).
"""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from agnt_pipelines.storage.git_mirror import TOLERATED, Mirror
from agnt_pipelines.storage.git_runner import checked_url, masked, oid_of, ref_of

OURS: Final = "agnt/"
WHO: Final = "agnt_pipelines"
EMAIL: Final = "agnt-pipelines@users.noreply.invalid"
"""Who our commits are by: a branch whose newest commit is by anybody else is theirs."""
_SEEN: Final = "refs/wiki/proposed"


@dataclass(frozen=True, slots=True)
class Tip:
    """The newest commit of a branch, and whether we made it."""

    commit: str
    ours: bool


def seen(mirror: Mirror, url: str, branch: str, *, as_name: str = "base") -> Tip | None:
    """Fetch a branch (empty: the remote's HEAD) beside what is reconciled; None where there is none.

    Raises:
        SettingsError: the URL is not allowed.
        MirrorFailed: the remote does not answer.
    """
    asked = checked_url(url)
    if not mirror.told(["ls-remote", "--quiet", "--", asked, ref_of(branch)], masked(asked)):
        return None
    ref = f"{_SEEN}/{as_name}"
    fetch = [
        *TOLERATED,
        "fetch",
        "--quiet",
        "--no-tags",
        "--no-recurse-submodules",
        "--no-write-fetch-head",
        "--force",
    ]
    mirror.told([*fetch, "--", asked, f"+{ref_of(branch)}:{ref}"], masked(asked))
    commit, email = mirror.told(["log", "-1", "--format=%H %ce", ref, "--"], branch).decode().split(" ", 1)
    return Tip(oid_of(commit), email.strip() == EMAIL)


def blobs_at(mirror: Mirror, commit: str, files: Mapping[bytes, bytes]) -> bool:
    """Whether a commit has just these files, among others."""
    listed = mirror.told(["ls-tree", "-r", "-z", "--full-tree", oid_of(commit), "--", *_names(files)], commit)
    there = {}
    for line in filter(None, listed.split(b"\0")):
        head, _, path = line.partition(b"\t")
        there[path] = head.split(b" ")[2].decode()
    return there == {path: _written(mirror, content) for path, content in files.items()}


def text_at(mirror: Mirror, commit: str, path: bytes) -> bytes:
    """Return a file of a commit; nothing where it has none such."""
    listed = mirror.told(["ls-tree", "-z", "--full-tree", oid_of(commit), "--", *_names([path])], commit)
    if not listed:
        return b""
    return mirror.told(["cat-file", "blob", oid_of(listed.split(b" ")[2].split(b"\t")[0].decode())], commit)


def commit(mirror: Mirror, parent: str, files: Mapping[bytes, bytes], message: str) -> str:
    """Return a commit on a parent with some files put into its tree: the same oid for the same things.

    Raises:
        MirrorFailed: the parent is not here.
    """
    at = mirror.told(["log", "-1", "--format=%ct +0000", oid_of(parent), "--"], parent).decode().strip()
    who = {
        f"GIT_{role}_{name}": value
        for role in ("AUTHOR", "COMMITTER")
        for name, value in (("NAME", WHO), ("EMAIL", EMAIL), ("DATE", at))
    }
    lines = [
        b"100644 %s\t%s\0" % (_written(mirror, content).encode(), path) for path, content in files.items()
    ]
    with tempfile.TemporaryDirectory(prefix="agnt-index-") as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        mirror.told(["read-tree", oid_of(parent)], parent, more=index)
        put = ["update-index", "-z", "--add", "--replace", "--index-info"]
        mirror.told(put, parent, given=b"".join(lines), more=index)
        tree = mirror.told(["write-tree"], parent, more=index).decode().strip()
    made = mirror.told(
        ["commit-tree", oid_of(tree), "-p", oid_of(parent), "-F", "-"],
        parent,
        given=message.encode(),
        more=who,
    )
    return oid_of(made.decode().strip())


def push(
    mirror: Mirror, url: str, branch: str, commit: str, *, expected: str | None, token: str | None
) -> None:
    """Put a branch of ours at a commit, if it is where we saw it (None: if there is none).

    Raises:
        MirrorFailed: the remote does not answer or refuses, or the branch has moved.
    """
    assert branch.startswith(OURS), branch
    asked = checked_url(url)
    ref = ref_of(branch)
    lease = f"--force-with-lease={ref}:{oid_of(expected) if expected else ''}"
    command = ["push", "--quiet", "--no-verify", lease, "--", asked, f"{oid_of(commit)}:{ref}"]
    with tempfile.TemporaryDirectory(prefix="agnt-push-") as folder:
        # A file that only we can read: what is in arguments or variables others can see.
        config = Path(folder) / "config"
        config.touch(0o600)
        config.write_text(credentials(asked, token))
        mirror.told(command, masked(asked), more={"GIT_CONFIG_GLOBAL": str(config)})


def credentials(url: str, token: str | None) -> str:
    """Return what git's configuration says of a token: nothing but for https, and a URL without its own."""
    parts = urlsplit(url)
    if token is None or parts.scheme != "https" or "@" in parts.netloc:
        return ""
    basic = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    return f'[http]\n\textraHeader = "Authorization: Basic {basic}"\n\tfollowRedirects = false\n'


def _written(mirror: Mirror, content: bytes) -> str:
    return oid_of(mirror.told(["hash-object", "-w", "--stdin"], "a page", given=content).decode().strip())


def _names(paths: Mapping[bytes, bytes] | list[bytes]) -> list[str]:
    return [f":(literal,top){path.decode()}" for path in paths]
