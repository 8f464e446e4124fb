"""The demo's wiki as a git repository in a folder, with the `git` command.

What belongs here: running `git`, in an environment without anybody's configuration. What does not: what
the pages say (`wiki_pages`) and how they came to say it (`wiki_history`).
"""

from __future__ import annotations

import os
import subprocess
from datetime import date
from pathlib import Path

from agnt_pipelines.demo.wiki_history import BRANCH, fast_import, revisions
from agnt_pipelines.errors import SettingsError

_MARKER = "agnt-demo-wiki"
_SECONDS = 60


def build_wiki(folder: Path, until: date, seed: int = 0, *, commits: int | None = None) -> str:
    """Make or make anew the wiki in a folder; return the id of its head.

    The same day and seed give the same commits; `commits` ends the history after so many of them. A folder that holds anything else is left alone.

    Raises:
        SettingsError: the folder holds something else, or `git` is missing or fails.
    """
    marker = folder / ".git" / _MARKER
    if folder.exists() and any(folder.iterdir()) and not marker.exists():
        raise SettingsError(f"{folder} is not the demo's wiki: name an empty folder for it, or a new one.")
    folder.mkdir(parents=True, exist_ok=True)
    _git(folder, "init", "--quiet", "--object-format=sha1", f"--initial-branch={BRANCH}", "--template=")
    marker.touch()
    _git(folder, "fast-import", "--quiet", "--force", given=fast_import(revisions(until, seed)[:commits]))
    _git(folder, "reset", "--quiet", "--hard", BRANCH)
    return _git(folder, "rev-parse", "HEAD").strip()


def _git(folder: Path, *arguments: str, given: bytes | None = None) -> str:
    command = ["git", *arguments]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=_environment(),
            input=given,
            capture_output=True,
            check=True,
            timeout=_SECONDS,
        )
    except FileNotFoundError:
        raise SettingsError("The demo's wiki needs the `git` command, and none is installed.") from None
    except subprocess.CalledProcessError as failure:
        said = failure.stderr.decode(errors="replace").strip()
        raise SettingsError(f"`git {arguments[0]}` failed in {folder}: {said}.") from None
    return done.stdout.decode()


def _environment() -> dict[str, str]:
    """Return what git may see: where programs are, and nobody's configuration."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.devnull,
        "LC_ALL": "C",
        "TZ": "UTC",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
    }
