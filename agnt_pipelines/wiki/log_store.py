"""The SQL of the wiki's log: what entries of the delta log did to pages, in words.

What does not belong here: writing entries (`replay.delta_log`), and what one of them changed
(`past_store`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.wiki.store import HEADS, LOG, PAGES, TREE, WIKI_RECONCILE, any_of


@dataclass(frozen=True, slots=True)
class LogLine:
    """What one entry of the delta log did to one page."""

    seq: int
    at: datetime
    run_id: str
    operation: str
    page_id: str
    path: str
    was: str | None
    commit: str
    note: str | None = None
    by: str | None = None
    """Who wrote the commit; not in the log itself, where no name belongs."""


def log(connection: Connection, limit: int) -> list[LogLine]:
    """Return what was done to pages, the newest first."""
    query = (
        sa.select(LOG)
        .where(LOG.c.job == WIKI_RECONCILE, LOG.c.table_name == PAGES.name)
        .order_by(LOG.c.seq.desc())
        .limit(limit)
    )
    entries = list(connection.execute(query))
    noted = sa.select(HEADS.c.commit, TREE.c.page_id, TREE.c.note).join(HEADS, HEADS.c.seq == TREE.c.seq)
    shown = {entry.subject for entry in entries if entry.subject is not None}
    rows = connection.execute(noted.where(TREE.c.note.is_not(None), TREE.c.page_id == any_of(shown)))
    notes = {(row.commit, row.page_id): row.note for row in rows}
    return [_log_line(entry, notes) for entry in entries]


def _log_line(entry: Any, notes: Mapping[tuple[str, str], str]) -> LogLine:
    before, after = _logged(entry.before), _logged(entry.after)
    operation = "edit" if before and after else "add" if after else "remove"
    if before and after and before["path"] != after["path"]:
        operation = "move"
    newest = after or before
    return LogLine(
        seq=entry.seq,
        at=entry.at,
        run_id=entry.run_id,
        operation=operation,
        page_id=newest["page_id"],
        path=newest["path"],
        was=before["path"] if before else None,
        commit=newest["commit"],
        note=notes.get((newest["commit"], newest["page_id"])) if operation == "add" else None,
    )


def _logged(part: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the one page row of a log entry's side."""
    return {} if part is None else dict(zip(part["columns"], part["rows"][0], strict=True))
