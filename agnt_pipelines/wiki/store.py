"""The SQL of the wiki's derivation: recorded heads and their trees, pages, sections, project memory.

What belongs here: the derivation, queries, conversions between rows and dataclasses. What does not:
git (`storage.git_mirror`), thinking (the pure modules), approvals and the past (`approval_store`,
`past_store`, `log_store`), and writing STATE (`replay.apply`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

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
from agnt_pipelines.wiki import dreamt, dreamt_store, paths
from agnt_pipelines.wiki.flags import flags_of
from agnt_pipelines.wiki.identity import File, Known, PageId, TreeChange
from agnt_pipelines.wiki.pages import Page, remembered
from agnt_pipelines.wiki.plan import Version
from agnt_pipelines.wiki.proposals import Origin, Proposal, Verdict, served
from agnt_pipelines.wiki.statements import Text

HEADS = table_of(tables.WikiHead)
TREE = table_of(tables.WikiTree)
PAGES = table_of(tables.WikiPage)
SECTIONS = table_of(tables.WikiSection)
PROJECT_MEMORY = table_of(tables.ProjectMemory)
LOG = table_of(DeltaLogEntry)
_QUARANTINE = table_of(Quarantined)
_DECISIONS = table_of(Decision)
_PROPOSALS = table_of(tables.WikiProposal)

HEAD = (HEADS.c.seq, HEADS.c.commit, HEADS.c.rewritten, HEADS.c.instead_of)
_NOW = (TREE.c.until.is_(None), TREE.c.oid.is_not(None))

WRITER_SET = "wiki"
WIKI_RECONCILE = "wiki_reconcile"
APPROVAL = "approve_section"
VERDICT = "wiki_proposal"
PARSER_VERSION = "6"
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


def wiki_pages(settings: Settings) -> Derivation:
    """The fold over the recorded heads, page by page; pages that would go are judged together.

    What deep dreaming adds to project memory is a unit of its own.
    """
    return Derivation(
        name="wiki_pages",
        job=WIKI_RECONCILE,
        writer_set=WRITER_SET,
        version=f"parser {PARSER_VERSION}",
        tables=(PAGES, SECTIONS, PROJECT_MEMORY),
        calendar=None,
        digests=_digests(),
        prunes=PruneLimit(settings.wiki_hold_pages, settings.wiki_hold_share, freely=(dreamt.PATH,)),
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
            _section_id(recorded.page_id, section.anchor),
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


def memory_rows(
    recorded: Recorded,
    page: Page,
    approved: Collection[str] = (),
    proposals: Mapping[UUID, Sequence[Proposal]] | None = None,
) -> Iterator[Row]:
    """Yield what of a page is remembered as rows of `mind.project_memory`: sections that say something.

    One with marks is flagged unless its text, as it is, is among the `approved` ones; of one with
    `proposals` readers may have an operator's words.
    """
    for section in page.sections:
        text = remembered(section)
        if not text:
            continue
        flags, section_id = flags_of(section.text), _section_id(recorded.page_id, section.anchor)
        entry = memory_id(recorded.page_id, section.anchor)
        said = served(text, (proposals or {}).get(entry, ()), heading=section.heading)
        if said.by is not None:
            flags = ()
        yield (
            entry,
            recorded.page_id,
            page.namespace,
            page.title,
            " > ".join(section.heading_path),
            said.text,
            "operator" if said.by is not None else "faq" if page.generated else "wiki",
            recorded.commit,
            page.path,
            section.line_from,
            section.line_to,
            recorded.version,
            bool(flags) and approval_of(section_id, section.text) not in approved,
            list(flags),
        )


def _digests() -> sa.Select[Any]:
    """Select (FOLD, page, digest) of every page of the newest recorded tree, and of what was dreamt.

    The step counts: what a page's version and commit are follows from it. So do approvals of its
    sections, proposals for them, and those that were rejected.
    """
    claims = _claims().subquery()
    listed = sa.func.string_agg(claims.c.claim, sa.text("' ' ORDER BY claim")).label("listed")
    claimed = sa.select(claims.c.page_id, listed).group_by(claims.c.page_id).subquery()
    inputs = content(TREE.c.path, TREE.c.oid, TREE.c.mode, TREE.c.seq) + sa.func.coalesce(
        claimed.c.listed, ""
    )
    digest = sa.func.encode(sa.func.sha256(sa.func.convert_to(inputs, "UTF8")), "hex")
    pages = (
        sa.select(
            sa.literal(FOLD).label("window_key"),
            TREE.c.page_id.label("unit"),
            digest.label("digest_in"),
        )
        .select_from(TREE.outerjoin(claimed, claimed.c.page_id == TREE.c.page_id))
        .where(*_NOW)
    )
    return sa.select(sa.union_all(pages, dreamt_store.digest()).subquery())


def _claims() -> sa.CompoundSelect[Any]:
    """Select (page_id, claim): what was decided or proposed about sections of a page."""
    decision = _DECISIONS.c
    page = decision.payload["page_id"].as_string().label("page_id")
    approved = sa.select(page, decision.subject.label("claim")).where(decision.kind == APPROVAL)
    rejection = (sa.literal("rejected ") + decision.subject).label("claim")
    rejected = sa.select(page, rejection).where(
        decision.kind == VERDICT, decision.payload["verdict"].as_string() == Verdict.REJECTED.value
    )
    proposed = sa.select(_PROPOSALS.c.page_id, sa.cast(_PROPOSALS.c.id, sa.Text).label("claim"))
    return sa.union_all(approved, rejected, proposed)


def _tree_row(seq: int, change: TreeChange) -> Row:
    file = change.file
    return (change.path, seq, file and file.oid, file and file.mode, change.page_id, None, change.note)


def _recorded(row: Any) -> Recorded:
    file = File(row.oid, row.mode)
    return Recorded(PageId(row.page_id), row.path, file, row.commit, row.version)


def _section_id(page_id: str, anchor: str) -> UUID:
    return content_id("wiki_section", page_id, anchor)


def memory_id(page_id: str, anchor: str) -> UUID:
    """Return the id of the entry of project memory that is a section."""
    return content_id("project_memory", "wiki", _section_id(page_id, anchor))


def of_pages(connection: Connection, pages: Collection[str]) -> dict[UUID, list[Proposal]]:
    """Return the proposals for entries of some pages, with their verdicts, by entry and in order."""
    decided = verdicts(connection, pages)
    query = sa.select(_PROPOSALS).where(_PROPOSALS.c.page_id == any_of(pages))
    made: dict[UUID, list[Proposal]] = {}
    for row in connection.execute(query.order_by(_PROPOSALS.c.memory_id, _PROPOSALS.c.seq)):
        made.setdefault(row.memory_id, []).append(_proposal(row, decided.get(str(row.id))))
    return made


def verdicts(connection: Connection, pages: Collection[str]) -> dict[str, Verdict]:
    """Return what was decided on proposals for some pages, by proposal: a rejection is the last word."""
    columns = _DECISIONS.c
    query = sa.select(columns.subject, columns.payload["verdict"].as_string()).where(
        columns.kind == VERDICT, columns.payload["page_id"].as_string() == any_of(pages)
    )
    decided: dict[str, Verdict] = {}
    for subject, said in connection.execute(query):
        if decided.get(subject) is not Verdict.REJECTED:
            decided[subject] = Verdict(said)
    return decided


def _proposal(row: Any, verdict: Verdict | None) -> Proposal:
    made_of = (
        row.id,
        row.memory_id,
        row.page_id,
        row.anchor,
        row.seq,
        Origin(row.source),
        row.base,
        row.text,
    )
    return Proposal(*made_of, row.instead_of, row.proposed_by, verdict)


def approval_of(section_id: Any, text: str) -> str:
    """Return what an approval binds to: a section's text, wherever its page moves."""
    return hashlib.sha256(f"{section_id}\x1f{text}".encode()).hexdigest()


def any_of(values: Collection[str]) -> sa.ColumnElement[str]:
    """Return what a text column equals where it is one of some values."""
    return sa.func.any(sa.bindparam("pages", list(values), ARRAY(sa.Text), unique=True))
