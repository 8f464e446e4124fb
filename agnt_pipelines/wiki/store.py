"""The SQL of the wiki's derivation: recorded heads and their trees, pages, sections, project memory.

What belongs here: the derivation, queries, conversions between rows and dataclasses. What does not:
git (`storage.git_mirror`), thinking (the pure modules), approvals and the past (`approval_store`,
`past_store`), and writing STATE (`replay.apply`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
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
from agnt_pipelines.storage.tables.replay import Decision, DeltaLogEntry, Quarantined
from agnt_pipelines.wiki import paths
from agnt_pipelines.wiki.flags import flags_of
from agnt_pipelines.wiki.identity import File, Known, PageId, TreeChange
from agnt_pipelines.wiki.pages import Page, remembered
from agnt_pipelines.wiki.plan import Version
from agnt_pipelines.wiki.sections import Section
from agnt_pipelines.wiki.statements import Text

HEADS = table_of(tables.WikiHead)
TREE = table_of(tables.WikiTree)
PAGES = table_of(tables.WikiPage)
SECTIONS = table_of(tables.WikiSection)
PROJECT_MEMORY = table_of(tables.ProjectMemory)
LOG = table_of(DeltaLogEntry)
_QUARANTINE = table_of(Quarantined)
_DECISIONS = table_of(Decision)

HEAD = (HEADS.c.seq, HEADS.c.commit, HEADS.c.rewritten, HEADS.c.instead_of)
_NOW = (TREE.c.until.is_(None), TREE.c.oid.is_not(None))

WRITER_SET = "wiki"
WIKI_RECONCILE = "wiki_reconcile"
APPROVAL = "approve_section"
PARSER_VERSION = "3"
"""Raised with every change that may change rows: pages made by an older one are stale(code)."""


@dataclass(frozen=True, slots=True)
class Head:
    """A recorded head; `instead_of` is the branch's commit where an operator chose another one."""

    seq: int
    commit: str
    rewritten: bool = False
    instead_of: str | None = None

    @property
    def met(self) -> str:
        """The branch's commit when this was recorded."""
        return self.instead_of or self.commit


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
    note: str | None = None


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
    row = connection.execute(sa.select(*HEAD).order_by(HEADS.c.seq.desc()).limit(1)).first()
    return None if row is None else Head(*row)


def recorded_tree(connection: Connection) -> tuple[dict[str, Known], dict[str, PageId]]:
    """Return the newest recorded tree, and for every path that is free now the page it held last."""
    tree: dict[str, Known] = {}
    former: dict[str, PageId] = {}
    query = sa.select(TREE.c.path, TREE.c.page_id, TREE.c.oid, TREE.c.mode).where(TREE.c.until.is_(None))
    for path, page_id, oid, mode in connection.execute(query):
        if oid is None:
            former[path] = PageId(page_id)
        else:
            tree[path] = Known(PageId(page_id), File(oid, paths.plain_mode(mode)))
    return tree, former


def pages_recorded(connection: Connection) -> int:
    """Return how many pages the newest recorded tree has."""
    return connection.scalar(sa.select(sa.func.count()).select_from(TREE).where(*_NOW)) or 0


def record_head(lease: Lease, head: Head, changes: Sequence[TreeChange]) -> None:
    """Record a head as the next step, with what it changed of the tree, in one transaction."""
    values = {name: getattr(head, name) for name in ("seq", "commit", "rewritten", "instead_of")}
    with lease.transaction() as connection:
        connection.execute(sa.insert(HEADS).values({**values, "run_id": lease.run_id}))
        changed = any_of([change.path for change in changes])
        connection.execute(
            sa.update(TREE).where(TREE.c.path == changed, TREE.c.until.is_(None)).values(until=head.seq)
        )
        copy_rows(connection, TREE, (_tree_row(head.seq, change) for change in changes))


def newest_versions(connection: Connection, pages: Collection[str]) -> dict[PageId, Recorded]:
    """Return the newest recorded version of some pages."""
    # Steps of a page, not rows: a move is two rows of one step.
    steps = TREE.alias()
    version = sa.select(sa.func.count(sa.distinct(steps.c.seq))).where(steps.c.page_id == TREE.c.page_id)
    query = (
        sa.select(TREE, HEADS.c.commit, version.scalar_subquery().label("version"))
        .join(HEADS, HEADS.c.seq == TREE.c.seq)
        .where(TREE.c.page_id == any_of(pages), *_NOW)
    )
    return {PageId(row.page_id): _recorded(row) for row in connection.execute(query)}


def earlier_versions(connection: Connection, pages: Collection[str]) -> list[Recorded]:
    """Return every recorded version of some pages, the newest first, page by page."""
    step = sa.func.dense_rank().over(partition_by=TREE.c.page_id, order_by=TREE.c.seq).label("version")
    every = sa.select(TREE, step).where(TREE.c.page_id == any_of(pages)).subquery()
    query = (
        sa.select(every, HEADS.c.commit)
        .join(HEADS, HEADS.c.seq == every.c.seq)
        .where(every.c.oid.is_not(None))
        .order_by(every.c.page_id, every.c.seq.desc())
    )
    return list(map(_recorded, connection.execute(query)))


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
        sa.select(LOG)
        .where(LOG.c.job == WIKI_RECONCILE, LOG.c.table_name == PAGES.name)
        .order_by(LOG.c.seq.desc())
        .limit(limit)
    )
    noted = sa.select(HEADS.c.commit, TREE.c.page_id, TREE.c.note).join(HEADS, HEADS.c.seq == TREE.c.seq)
    rows = connection.execute(noted.where(TREE.c.note.is_not(None)))
    notes = {(row.commit, row.page_id): row.note for row in rows}
    return [_log_line(entry, notes) for entry in connection.execute(query)]


def texts(connection: Connection) -> Iterator[Text]:
    """Yield every section as something to be read for what it states; those kept from readers are not."""
    kept = sa.select(PROJECT_MEMORY.c.page_id, PROJECT_MEMORY.c.line_from).where(PROJECT_MEMORY.c.flagged)
    query = (
        sa.select(PAGES.c.path, PAGES.c.title, PAGES.c.namespace, SECTIONS.c.heading, SECTIONS.c.line_from, SECTIONS.c.text)
        .join(PAGES, PAGES.c.page_id == SECTIONS.c.page_id)
        .where(sa.tuple_(SECTIONS.c.page_id, SECTIONS.c.line_from).not_in(kept))
        .order_by(PAGES.c.path, SECTIONS.c.ordinal)
    )  # fmt: skip
    for row in connection.execute(query):
        yield Text(row.path, row.title, row.heading, row.line_from, row.text, row.namespace == "people")


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


def memory_rows(recorded: Recorded, page: Page, approved: Collection[str] = ()) -> Iterator[Row]:
    """Yield what of a page is remembered as rows of `mind.project_memory`: sections that say something.

    One with marks is flagged unless its text, as it is, is among the `approved` ones.
    """
    for section in page.sections:
        text = remembered(section)
        if not text:
            continue
        flags, section_id = flags_of(section.text), _section_id(recorded, section)
        yield (
            content_id("project_memory", "wiki", section_id),
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
            bool(flags) and approval_of(section_id, section.text) not in approved,
            list(flags),
        )


def _digests() -> sa.Select[Any]:
    """Select (FOLD, page, digest) of every page of the newest recorded tree.

    The step counts: what a page's version and commit are follows from it. Approvals of its sections do.
    """
    page = _DECISIONS.c.payload["page_id"].as_string().label("page_id")
    listed = sa.func.string_agg(_DECISIONS.c.subject, sa.text("' ' ORDER BY subject")).label("listed")
    approvals = sa.select(page, listed).where(_DECISIONS.c.kind == APPROVAL).group_by(page).subquery()
    inputs = content(TREE.c.path, TREE.c.oid, TREE.c.mode, TREE.c.seq) + sa.func.coalesce(
        approvals.c.listed, ""
    )
    digest = sa.func.encode(sa.func.sha256(sa.func.convert_to(inputs, "UTF8")), "hex")
    return (
        sa.select(
            sa.literal(FOLD).label("window_key"),
            TREE.c.page_id.label("unit"),
            digest.label("digest_in"),
        )
        .select_from(TREE.outerjoin(approvals, approvals.c.page_id == TREE.c.page_id))
        .where(*_NOW)
    )


def _tree_row(seq: int, change: TreeChange) -> Row:
    file = change.file
    return (change.path, seq, file and file.oid, file and file.mode, change.page_id, None, change.note)


def _recorded(row: Any) -> Recorded:
    file = File(row.oid, row.mode)
    return Recorded(PageId(row.page_id), row.path, file, row.commit, row.version)


def _section_id(recorded: Recorded, section: Section) -> Any:
    return content_id("wiki_section", recorded.page_id, section.anchor)


def approval_of(section_id: Any, text: str) -> str:
    """Return what an approval binds to: a section's text, wherever its page moves."""
    return hashlib.sha256(f"{section_id}\x1f{text}".encode()).hexdigest()


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


def any_of(values: Collection[str]) -> sa.ColumnElement[str]:
    """Return what a text column equals where it is one of some values."""
    return sa.func.any(sa.bindparam("pages", list(values), ARRAY(sa.Text), unique=True))
