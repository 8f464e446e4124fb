"""The only SQL of the wiki: recorded heads and their trees, pages, sections, project memory.

What belongs here: the derivation, queries, conversions between rows and dataclasses. What does not:
git (`storage.git_mirror`), thinking (the pure modules), and writing STATE (`replay.apply`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.engine import Connection

from agnt_pipelines.replay.derivation import Derivation, PruneLimit, Row, content_id
from agnt_pipelines.replay.exclusive import Lease
from agnt_pipelines.replay.staleness import content
from agnt_pipelines.replay.windows import FOLD
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage import canonical
from agnt_pipelines.storage.copy import copy_rows
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables import wiki as tables
from agnt_pipelines.storage.tables.replay import DeltaLogEntry, Quarantined
from agnt_pipelines.wiki.flags import flags_of
from agnt_pipelines.wiki.identity import File, Known, PageId, TreeChange
from agnt_pipelines.wiki.pages import Page, remembered
from agnt_pipelines.wiki.plan import Version
from agnt_pipelines.wiki.sections import Section

HEADS = table_of(tables.WikiHead)
TREE = table_of(tables.WikiTree)
PAGES = table_of(tables.WikiPage)
SECTIONS = table_of(tables.WikiSection)
PROJECT_MEMORY = table_of(tables.ProjectMemory)
_LOG = table_of(DeltaLogEntry)
_QUARANTINE = table_of(Quarantined)

WRITER_SET = "wiki"
WIKI_RECONCILE = "wiki_reconcile"
PARSER_VERSION = "1"
"""Raised with every change that may change rows: pages made by an older one are stale(code)."""


@dataclass(frozen=True, slots=True)
class Head:
    """A recorded head."""

    seq: int
    commit: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded version of a page."""

    page_id: PageId
    path: str
    file: File
    commit: str
    version: int


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


def wiki_pages(settings: Settings) -> Derivation:
    """The fold over the recorded heads, page by page; pages that would go are judged together."""
    return Derivation(
        name="wiki_pages",
        job=WIKI_RECONCILE,
        writer_set=WRITER_SET,
        version=f"parser {PARSER_VERSION}",
        tables=(PAGES, SECTIONS, PROJECT_MEMORY),
        calendar=None,
        digests=_digests(),
        prunes=PruneLimit(settings.wiki_hold_pages, settings.wiki_hold_share),
    )


def newest_head(connection: Connection) -> Head | None:
    """Return the newest recorded head."""
    row = connection.execute(
        sa.select(HEADS.c.seq, HEADS.c.commit).order_by(HEADS.c.seq.desc()).limit(1)
    ).first()
    return None if row is None else Head(row.seq, row.commit)


def recorded_tree(connection: Connection) -> tuple[dict[str, Known], dict[str, PageId]]:
    """Return the newest recorded tree, and for every path that is free now the page it held last."""
    newest = sa.select(TREE).ext(distinct_on(TREE.c.path)).order_by(TREE.c.path, TREE.c.seq.desc())
    tree: dict[str, Known] = {}
    former: dict[str, PageId] = {}
    for row in connection.execute(newest):
        if row.oid is None:
            former[row.path] = PageId(row.page_id)
        else:
            tree[row.path] = Known(PageId(row.page_id), File(row.oid, row.mode))
    return tree, former


def record_head(lease: Lease, head: Head, changes: Sequence[TreeChange], *, rewritten: bool) -> None:
    """Record a head as the next step, with what it changed of the tree, in one transaction."""
    values = {"seq": head.seq, "commit": head.commit, "rewritten": rewritten, "run_id": lease.run_id}
    with lease.transaction() as connection:
        connection.execute(sa.insert(HEADS).values(values))
        copy_rows(connection, TREE, (_tree_row(head.seq, change) for change in changes))


def versions(connection: Connection, pages: Collection[str]) -> dict[PageId, list[Recorded]]:
    """Return every recorded version of some pages, the newest first."""
    # Steps of a page, not rows: a move is two rows of one step.
    step = sa.func.dense_rank().over(partition_by=TREE.c.page_id, order_by=TREE.c.seq).label("version")
    every = sa.select(TREE, step).where(TREE.c.page_id == _any(pages)).subquery()
    query = (
        sa.select(every, HEADS.c.commit)
        .join(HEADS, HEADS.c.seq == every.c.seq)
        .where(every.c.oid.is_not(None))
        .order_by(every.c.page_id, every.c.seq.desc())
    )
    found: dict[PageId, list[Recorded]] = {}
    for row in connection.execute(query):
        file, page = File(row.oid, row.mode), PageId(row.page_id)
        found.setdefault(page, []).append(Recorded(page, row.path, file, row.commit, row.version))
    return found


def standing(connection: Connection) -> dict[PageId, Version]:
    """Return the pages that readers have."""
    query = sa.select(PAGES.c.page_id, PAGES.c.path, PAGES.c.blob_oid)
    return {PageId(row.page_id): Version(row.path, row.blob_oid) for row in connection.execute(query)}


def links(connection: Connection) -> dict[str, list[str]]:
    """Return every page's links, by path."""
    return {row.path: row.links for row in connection.execute(sa.select(PAGES.c.path, PAGES.c.links))}


def without_front_matter(connection: Connection) -> list[str]:
    """Return the paths of pages without front matter."""
    query = sa.select(PAGES.c.path).where(PAGES.c.front_matter.is_(None)).order_by(PAGES.c.path)
    return list(connection.scalars(query))


def quarantined(connection: Connection) -> set[PageId]:
    """Return the pages whose newest version was refused."""
    query = sa.select(_QUARANTINE.c.user_id).where(_QUARANTINE.c.origin == "wiki_pages")
    return {PageId(page) for page in connection.scalars(query) if page is not None}


def log(connection: Connection, limit: int) -> list[LogLine]:
    """Return what was done to pages, the newest first."""
    query = (
        sa.select(_LOG)
        .where(_LOG.c.job == WIKI_RECONCILE, _LOG.c.table_name == PAGES.name)
        .order_by(_LOG.c.seq.desc())
        .limit(limit)
    )
    return list(map(_log_line, connection.execute(query)))


def page_row(recorded: Recorded, page: Page) -> Row:
    """Return a page as a row of `mind.wiki_pages`."""
    return (
        recorded.page_id,
        page.path,
        page.namespace,
        page.title,
        recorded.file.oid,
        page.sha256,
        page.size,
        recorded.commit,
        recorded.version,
        page.head_text,
        None if page.front_matter is None else canonical.fragment(page.front_matter),
        list(page.links),
    )


def section_rows(recorded: Recorded, page: Page) -> Iterator[Row]:
    """Yield a page's sections as rows of `mind.wiki_sections`."""
    for section in page.sections:
        yield (
            _section_id(recorded, section),
            recorded.page_id,
            section.ordinal,
            section.level,
            section.heading,
            list(section.heading_path),
            section.anchor,
            section.line_from,
            section.line_to,
            section.text,
        )


def memory_rows(recorded: Recorded, page: Page) -> Iterator[Row]:
    """Yield what of a page is remembered as rows of `mind.project_memory`: sections that say something."""
    for section in page.sections:
        text = remembered(section)
        if not text:
            continue
        flags = flags_of(section.text)
        yield (
            content_id("project_memory", "wiki", _section_id(recorded, section)),
            recorded.page_id,
            page.namespace,
            page.title,
            " > ".join(section.heading_path),
            text,
            "wiki",
            recorded.commit,
            page.path,
            section.line_from,
            section.line_to,
            recorded.version,
            bool(flags),
            list(flags),
        )


def _digests() -> sa.Select[Any]:
    """Select (FOLD, page, digest) of every page of the newest recorded tree.

    The step counts: what a page's version and commit are follows from it.
    """
    newest = (
        sa.select(TREE)
        .ext(distinct_on(TREE.c.page_id))
        .order_by(TREE.c.page_id, TREE.c.seq.desc(), TREE.c.oid.is_(None))
        .subquery()
    )
    inputs = content(newest.c.path, newest.c.oid, newest.c.mode, newest.c.seq)
    digest = sa.func.encode(sa.func.sha256(sa.func.convert_to(inputs, "UTF8")), "hex")
    return sa.select(
        sa.literal(FOLD).label("window_key"),
        newest.c.page_id.label("unit"),
        digest.label("digest_in"),
    ).where(newest.c.oid.is_not(None))


def _tree_row(seq: int, change: TreeChange) -> Row:
    file = change.file
    return (change.path, seq, file and file.oid, file and file.mode, change.page_id)


def _section_id(recorded: Recorded, section: Section) -> Any:
    return content_id("wiki_section", recorded.page_id, section.anchor)


def _log_line(entry: Any) -> LogLine:
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
    )


def _logged(part: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the one page row of a log entry's side."""
    return {} if part is None else dict(zip(part["columns"], part["rows"][0], strict=True))


def _any(values: Collection[str]) -> sa.ColumnElement[str]:
    return sa.func.any(sa.bindparam("pages", list(values), ARRAY(sa.Text), unique=True))
