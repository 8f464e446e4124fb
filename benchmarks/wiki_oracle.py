"""The wiki as another reader sees it: pages from git by pygit2, pages from PostgreSQL, side by side.

What belongs here: both readings, their comparison, and counting rows by PostgreSQL's own statistics.
What does not: anything the platform reads with (it runs git itself).
"""

from __future__ import annotations

import hashlib
import re
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pygit2
import sqlalchemy as sa

from agnt_pipelines.replay import delta_log
from agnt_pipelines.storage import canonical
from agnt_pipelines.storage.database import Database
from agnt_pipelines.wiki import paths, store

_LINES = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_REGULAR = frozenset({0o100644, 0o100755})
_TREES = 2_000
_BEATS = ("job_lease", "job_heartbeat")
"""Tables whose rows a clock changes: leases and heartbeats."""

_PAGES = sa.text("""
    SELECT page.path, page.page_id, page.sha256, page.commit,
           encode(sha256(convert_to(page.head_text || coalesce(body.text, ''), 'UTF8')), 'hex') AS read_back
      FROM mind.wiki_pages AS page
      LEFT JOIN (SELECT page_id, string_agg(text, '' ORDER BY ordinal) AS text
                   FROM mind.wiki_sections GROUP BY page_id) AS body USING (page_id)
""")
_SECTIONS = sa.text("""
    SELECT page.path, section.line_from, section.line_to, section.text
      FROM mind.wiki_sections AS section JOIN mind.wiki_pages AS page USING (page_id)
     WHERE page.path = ANY(:paths) ORDER BY page.path, section.ordinal
""")
_WRITTEN = sa.text("""
    SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint FROM pg_stat_user_tables
     WHERE schemaname = 'mind' AND relname <> ALL(:beats)
""")
_FLUSH = "SELECT pg_stat_force_next_flush()"


class Oracle:
    """A repository, read by libgit2."""

    def __init__(self, folder: Path) -> None:
        """Open it."""
        self._repository = pygit2.Repository(str(folder))
        self._flat: dict[str, list[tuple[bytes, int, str]]] = {}
        self._digests: dict[str, str] = {}

    def point(self, branch: str, commit: str) -> None:
        """Put a branch at a commit, as a push would."""
        self._repository.references.create(f"refs/heads/{branch}", pygit2.Oid(hex=commit), force=True)

    def tree(self, commit: str) -> dict[str, str]:
        """Return path -> blob of every page of a commit that is a regular file."""
        found: Any = self._repository[commit]
        if len(self._flat) > _TREES:
            self._flat.clear()
        return {
            paths.to_text(path): oid
            for path, mode, oid in self._files(str(found.tree_id))
            if mode in _REGULAR and paths.is_page(path)
        }

    def data(self, oid: str) -> bytes:
        """Return a blob's bytes."""
        found: Any = self._repository[oid]
        return bytes(found.data)

    def digest(self, oid: str) -> str:
        """Return the SHA-256 of a blob's bytes."""
        if oid not in self._digests:
            self._digests[oid] = hashlib.sha256(self.data(oid)).hexdigest()
        return self._digests[oid]

    def _files(self, tree_id: str) -> list[tuple[bytes, int, str]]:
        """Flatten a tree; subtrees that were met before are not read again."""
        if tree_id in self._flat:
            return self._flat[tree_id]
        found: list[tuple[bytes, int, str]] = []
        tree: Any = self._repository[tree_id]
        for entry in tree:
            name: bytes = entry.raw_name
            if entry.type_str == "tree":
                below = self._files(str(entry.id))
                found += [(name + b"/" + path, mode, oid) for path, mode, oid in below]
            else:
                found.append((name, int(entry.filemode), str(entry.id)))
        self._flat[tree_id] = found
        return found


def mismatches(database: Database, oracle: Oracle, commit: str, tree: dict[str, str]) -> list[str]:
    """Return the paths of pages that PostgreSQL does not have as the commit has them.

    Pages in quarantine are passed over: readers keep an earlier version of them.
    """
    with database.reading() as snapshot:
        aside = store.quarantined(snapshot)
        rows = list(snapshot.execute(_PAGES))
        changed = [row.path for row in rows if row.commit == commit and row.page_id not in aside]
        sections = list(snapshot.execute(_SECTIONS, {"paths": changed})) if changed else []
        known, _ = store.recorded_tree(snapshot)
    standing = {row.path: row for row in rows if row.page_id not in aside}
    wanted = {path: oid for path, oid in tree.items() if known[path].page_id not in aside}
    bad = set(standing.keys() ^ wanted.keys())
    for path in standing.keys() & wanted.keys():
        digest, row = oracle.digest(wanted[path]), standing[path]
        if not digest == row.sha256 == row.read_back:
            bad.add(path)
    lines: dict[str, list[bytes]] = {}
    for section in sections:
        if section.path not in lines and section.path in wanted:
            lines[section.path] = _lines(oracle.data(wanted[section.path]))
        said = b"".join(lines.get(section.path, [])[section.line_from - 1 : section.line_to])
        if said != section.text.encode():
            bad.add(section.path)
    return sorted(bad)


def ids(database: Database) -> dict[str, str]:
    """Return path -> page id of the newest recorded tree."""
    with database.reading() as snapshot:
        return {path: known.page_id for path, known in store.recorded_tree(snapshot)[0].items()}


def log_replays(database: Database) -> bool:
    """Whether the wiki's log verifies and replays to the rows of its tables, byte for byte."""
    with database.reading() as snapshot:
        delta_log.verify(snapshot, store.WIKI_RECONCILE)
        replayed = delta_log.replay(snapshot)
        return all(
            sorted(canonical.dump(list(row)) for row in snapshot.execute(sa.select(table)))
            == sorted(replayed.get(table.name, {}).values())
            for table in (store.PAGES, store.SECTIONS, store.PROJECT_MEMORY)
        )


def rows_written(database: Database) -> int:
    """Return how many rows PostgreSQL counts as inserted, updated and deleted since it was made.

    A session reports its counts late: each of the pool's is made to report first.
    """
    with ExitStack() as every:
        pool: Any = database.engine.pool
        for _ in range(pool.size()):
            connection = every.enter_context(database.engine.connect())
            connection.exec_driver_sql(_FLUSH)
            connection.commit()
    with database.reading() as snapshot:
        return snapshot.scalar(_WRITTEN, {"beats": list(_BEATS)}) or 0


def _lines(data: bytes) -> list[bytes]:
    return _LINES.findall(data.removeprefix(b"\xef\xbb\xbf"))
