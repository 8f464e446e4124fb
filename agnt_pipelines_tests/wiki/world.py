"""A small wiki in a real repository: what its people do, and the runs that follow it."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa

from agnt_pipelines.replay import delta_log, state
from agnt_pipelines.replay.derivation import Applied
from agnt_pipelines.replay.erasure import erase_gone
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.settings import Settings, get_settings
from agnt_pipelines.storage import canonical
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import Quarantined
from agnt_pipelines.wiki import paths, store, wiki_reconcile

_QUARANTINE = table_of(Quarantined)
_WHO = {
    "GIT_AUTHOR_NAME": "Wayan",
    "GIT_AUTHOR_EMAIL": "wayan@example.invalid",
    "GIT_COMMITTER_NAME": "Wayan",
    "GIT_COMMITTER_EMAIL": "wayan@example.invalid",
    "GIT_AUTHOR_DATE": "2026-11-02T10:00:00+08:00",
    "GIT_COMMITTER_DATE": "2026-11-02T10:00:00+08:00",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


class Repository:
    """A repository that people work in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main", "--template=")

    def git(self, *arguments: str, **variables: str) -> str:
        """Run git in it."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], **_WHO, **variables},
            capture_output=True,
            check=True,
        )
        return done.stdout.decode("utf-8", "replace").strip()

    def write(self, path: str | bytes, content: str | bytes) -> None:
        """Put a file into the working tree."""
        place = self.folder / os.fsdecode(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, **files: str | bytes | None) -> str:
        """Commit the working tree after writing files: double underscores stand for folders."""
        for name, content in files.items():
            path = name.replace("__", "/") + ".md"
            if content is None:
                (self.folder / path).unlink()
            else:
                self.write(path, content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "Work")
        return self.git("rev-parse", "HEAD")

    def pages(self, commit: str = "HEAD") -> dict[str, bytes]:
        """Return path -> bytes of every page of a commit, read file by file."""
        listed = subprocess.run(
            ["git", "ls-tree", "-r", "-z", commit], cwd=self.folder, capture_output=True, check=True
        ).stdout
        found = {}
        for line in filter(None, listed.split(b"\0")):
            head, _, path = line.partition(b"\t")
            mode, _, oid = head.decode().split(" ")
            if paths.is_page(path) and mode in paths.REGULAR_MODES:
                shown = subprocess.run(
                    ["git", "cat-file", "blob", oid], cwd=self.folder, capture_output=True, check=True
                )
                found[paths.to_text(path)] = shown.stdout
        return found


def follow(repository: Repository, monkeypatch: pytest.MonkeyPatch, branch: str = "") -> Settings:
    """Return settings that name a repository as the wiki, also for code that reads the environment."""
    monkeypatch.setenv("AGNT_WIKI_URL", str(repository.folder))
    monkeypatch.setenv("AGNT_WIKI_BRANCH", branch)
    get_settings.cache_clear()
    return get_settings()


def run(database: Database, settings: Settings, run_id: str = "run", *, code: bool = False) -> Applied:
    """Reconcile once, as one run of the job does."""
    with exclusive(database, store.WRITER_SET, run_id, settings) as lease:
        erase_gone(lease, store.WIKI_RECONCILE, settings)
        wiki_reconcile.record(lease, settings)
        return wiki_reconcile.reconcile(lease, settings, code=code)


def fold(database: Database, settings: Settings) -> Applied:
    """Bring STATE to the newest recorded head without looking for a newer one."""
    with exclusive(database, store.WRITER_SET, "fold", settings) as lease:
        return wiki_reconcile.reconcile(lease, settings)


def pages(database: Database) -> dict[str, bytes]:
    """Return path -> bytes of every page, put together from its head and sections."""
    sections = store.SECTIONS
    texts = (
        sa.select(
            sections.c.page_id,
            sa.func.string_agg(sections.c.text, sa.text("'' ORDER BY ordinal")).label("text"),
        )
        .group_by(sections.c.page_id)
        .subquery()
    )
    query = sa.select(store.PAGES, texts.c.text).outerjoin(texts, texts.c.page_id == store.PAGES.c.page_id)
    found = {}
    with database.reading() as snapshot:
        for row in snapshot.execute(query):
            data = (row.head_text + (row.text or "")).encode()
            assert hashlib.sha256(data).hexdigest() == row.sha256
            found[row.path] = data
    return found


def ids(database: Database) -> dict[str, str]:
    """Return path -> page id."""
    with database.reading() as snapshot:
        query = sa.select(store.PAGES.c.path, store.PAGES.c.page_id)
        return {row.path: row.page_id for row in snapshot.execute(query)}


def refused(database: Database) -> dict[str, str]:
    """Return path -> reason of what is in quarantine."""
    query = sa.select(_QUARANTINE.c.source_id, _QUARANTINE.c.reason).where(
        _QUARANTINE.c.origin == "wiki_pages"
    )
    with database.reading() as snapshot:
        return {row.source_id.rpartition("@")[0]: row.reason for row in snapshot.execute(query)}


def dump(database: Database) -> dict[str, list[bytes]]:
    """Return STATE as bytes."""
    with database.reading() as snapshot:
        return state.dump(snapshot)


def log_replays(database: Database) -> bool:
    """Whether the delta log verifies and replays to the rows of the wiki's tables."""
    with database.reading() as snapshot:
        delta_log.verify(snapshot, store.WIKI_RECONCILE)
        replayed = delta_log.replay(snapshot)
        for table in (store.PAGES, store.SECTIONS, store.PROJECT_MEMORY):
            rows = sorted(canonical.dump(list(row)) for row in snapshot.execute(sa.select(table)))
            if rows != sorted(replayed.get(table.name, {}).values()):
                return False
    return True
