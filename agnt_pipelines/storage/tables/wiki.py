"""What the wiki's reconciliation keeps: recorded heads, pages, their sections, project memory."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from agnt_pipelines.storage.tables import MIND, Base, Kind, Role

_TIME = sa.DateTime(timezone=True)


class WikiHead(Base):
    """One recorded head of the wiki: a step of the sequence that STATE is the fold of."""

    __tablename__ = "wiki_heads"
    __table_args__ = (
        sa.CheckConstraint("seq > 0", name="seq"),
        {
            "schema": MIND,
            "comment": "Heads of the wiki in the order they were met.",
            "info": Role(Kind.INPUT).info(),
        },
    )

    seq: Mapped[int] = mapped_column(
        sa.BigInteger, primary_key=True, autoincrement=False, comment="1.. without gaps."
    )
    commit: Mapped[str] = mapped_column(sa.Text, comment="The commit.")
    rewritten: Mapped[bool] = mapped_column(
        sa.Boolean, comment="Whether it does not descend from the head before it."
    )
    instead_of: Mapped[str | None] = mapped_column(
        sa.Text, comment="The branch's commit that an operator put this one in place of; null: it was met."
    )
    run_id: Mapped[str] = mapped_column(sa.Text, comment="The run that recorded it.")
    recorded_at: Mapped[datetime] = mapped_column(
        _TIME, server_default=sa.text("clock_timestamp()"), comment="When."
    )


class WikiTree(Base):
    """What one recorded head changed of the tree of pages: paths put, changed or taken away."""

    __tablename__ = "wiki_tree"
    __table_args__ = (
        sa.ForeignKeyConstraint(["seq"], [f"{MIND}.wiki_heads.seq"], name="fk_wiki_tree_wiki_heads"),
        sa.Index("ix_wiki_tree_page_id", "page_id", "seq"),
        sa.Index("ix_wiki_tree_now", "path", unique=True, postgresql_where=sa.text("until IS NULL")),
        {
            "schema": MIND,
            "comment": "Paths that each recorded head changed, with the identity of their pages.",
            "info": Role(Kind.INPUT).info(),
        },
    )

    path: Mapped[str] = mapped_column(
        sa.Text, primary_key=True, comment="Path; bytes that are no plain UTF-8 text as %XX."
    )
    seq: Mapped[int] = mapped_column(
        sa.BigInteger, primary_key=True, autoincrement=False, comment="The recorded head."
    )
    oid: Mapped[str | None] = mapped_column(sa.Text, comment="The blob; null: no longer at this path.")
    mode: Mapped[str | None] = mapped_column(sa.Text, comment="Git's file mode; null as `oid`.")
    page_id: Mapped[str] = mapped_column(sa.Text, comment="The page, whatever its path.")
    until: Mapped[int | None] = mapped_column(
        sa.BigInteger, comment="The recorded head that changed this path next; null: none did."
    )
    note: Mapped[str | None] = mapped_column(
        sa.Text, comment="What an operator should know of it: which page it may have been before."
    )


class WikiPage(Base):
    """One page as of the newest recorded head whose version of it could be read."""

    __tablename__ = "wiki_pages"
    __table_args__ = (
        sa.CheckConstraint("namespace IN ('platform', 'people', 'work')", name="namespace"),
        sa.CheckConstraint("version > 0", name="version"),
        {"schema": MIND, "comment": "Pages of the wiki.", "info": Role(Kind.STATE, scope="page_id").info()},
    )

    page_id: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Stays through renames.")
    path: Mapped[str] = mapped_column(sa.Text, comment="Path; bytes that are no plain UTF-8 text as %XX.")
    namespace: Mapped[str] = mapped_column(sa.Text, comment="platform, people or work.")
    title: Mapped[str] = mapped_column(sa.Text, comment="From front matter, heading or file name.")
    blob_oid: Mapped[str] = mapped_column(sa.Text, comment="The blob this was read from.")
    sha256: Mapped[str] = mapped_column(sa.Text, comment="SHA-256 of the page's bytes, hex.")
    size: Mapped[int] = mapped_column(sa.Integer, comment="Bytes.")
    commit: Mapped[str] = mapped_column(sa.Text, comment="The recorded head that brought this version.")
    version: Mapped[int] = mapped_column(sa.Integer, comment="1.. counts recorded changes of the page.")
    head_text: Mapped[str] = mapped_column(
        sa.Text, comment="Byte order mark and front matter as written: head and sections are the page."
    )
    front_matter: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB, comment="Front matter, every scalar as text; null where there is none."
    )
    links: Mapped[list[str]] = mapped_column(ARRAY(sa.Text), comment="Targets of its links, as written.")


class WikiSection(Base):
    """One section of a page: from a heading to the next, or what stands before the first."""

    __tablename__ = "wiki_sections"
    __table_args__ = (
        sa.CheckConstraint("level BETWEEN 0 AND 6", name="level"),
        sa.CheckConstraint("line_from BETWEEN 1 AND line_to", name="lines"),
        sa.UniqueConstraint("page_id", "ordinal"),
        {
            "schema": MIND,
            "comment": "Sections of pages, in order.",
            "info": Role(Kind.STATE, scope="page_id").info(),
        },
    )

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True, comment="uuid5 of page and anchor.")
    page_id: Mapped[str] = mapped_column(sa.Text, comment="The page.")
    ordinal: Mapped[int] = mapped_column(sa.Integer, comment="0.. within the page.")
    level: Mapped[int] = mapped_column(sa.SmallInteger, comment="1..6; 0 before the first heading.")
    heading: Mapped[str] = mapped_column(sa.Text, comment="Text of the heading.")
    heading_path: Mapped[list[str]] = mapped_column(ARRAY(sa.Text), comment="Headings above, and its own.")
    anchor: Mapped[str] = mapped_column(sa.Text, comment="Slugs of the heading path, unique in the page.")
    line_from: Mapped[int] = mapped_column(sa.Integer, comment="First line, from 1.")
    line_to: Mapped[int] = mapped_column(sa.Integer, comment="Last line.")
    text: Mapped[str] = mapped_column(sa.Text, comment="The lines, byte for byte.")


class ProjectMemory(Base):
    """What the whole fleet shares about the platform, people and ongoing work."""

    __tablename__ = "project_memory"
    __table_args__ = (
        sa.CheckConstraint("namespace IN ('platform', 'people', 'work')", name="namespace"),
        sa.CheckConstraint("source IN ('wiki', 'operator', 'dreaming', 'faq')", name="source"),
        sa.Index("ix_project_memory_page_id", "page_id"),
        sa.Index("ix_project_memory_namespace", "namespace"),
        {
            "schema": MIND,
            "comment": "Shared knowledge with its provenance.",
            "info": Role(Kind.STATE, scope="page_id").info(),
        },
    )

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True, comment="uuid5 of source and section.")
    page_id: Mapped[str] = mapped_column(sa.Text, comment="The page, or the key of what has no page.")
    namespace: Mapped[str] = mapped_column(sa.Text, comment="platform, people or work.")
    title: Mapped[str] = mapped_column(sa.Text, comment="The page's title.")
    section: Mapped[str] = mapped_column(sa.Text, comment="The heading path, as one line.")
    text: Mapped[str] = mapped_column(sa.Text, comment="What it says, without its heading.")
    source: Mapped[str] = mapped_column(
        sa.Text,
        comment="wiki, operator (an edit that the wiki has not), dreaming, or faq (a page that we generated).",
    )
    commit: Mapped[str | None] = mapped_column(sa.Text, comment="Provenance: the recorded head.")
    path: Mapped[str | None] = mapped_column(sa.Text, comment="Provenance: the page's path.")
    line_from: Mapped[int | None] = mapped_column(sa.Integer, comment="Provenance: first line.")
    line_to: Mapped[int | None] = mapped_column(sa.Integer, comment="Provenance: last line.")
    version: Mapped[int] = mapped_column(sa.Integer, comment="The page's version.")
    flagged: Mapped[bool] = mapped_column(
        sa.Boolean, comment="Whether it may address agents: kept from readers until it is approved."
    )
    flags: Mapped[list[str]] = mapped_column(ARRAY(sa.Text), comment="Why it is flagged.")


class WikiProposal(Base):
    """Words for one entry of project memory that the wiki does not have: a claim, never STATE."""

    __tablename__ = "wiki_proposals"
    __table_args__ = (
        sa.CheckConstraint("source IN ('operator', 'dreaming', 'faq')", name="source"),
        sa.CheckConstraint("seq > 0", name="seq"),
        sa.UniqueConstraint("memory_id", "seq"),
        sa.Index("ix_wiki_proposals_page_id", "page_id"),
        {
            "schema": MIND,
            "comment": "Edits of project memory that the wiki does not have.",
            "info": Role(Kind.INPUT).info(),
        },
    )

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True, comment="uuid5 of entry, number and words.")
    memory_id: Mapped[UUID] = mapped_column(sa.Uuid, comment="The entry of project memory.")
    page_id: Mapped[str] = mapped_column(sa.Text, comment="The page.")
    anchor: Mapped[str] = mapped_column(sa.Text, comment="The section within the page.")
    seq: Mapped[int] = mapped_column(sa.Integer, comment="1.. of the entry.")
    source: Mapped[str] = mapped_column(sa.Text, comment="operator, dreaming or faq.")
    base: Mapped[str] = mapped_column(sa.Text, comment="What the wiki said of it then.")
    text: Mapped[str] = mapped_column(sa.Text, comment="What memory shall say.")
    instead_of: Mapped[UUID | None] = mapped_column(
        sa.Uuid, comment="The proposal from whose words it was made; null: from the wiki's."
    )
    proposed_by: Mapped[str] = mapped_column(sa.Text, comment="Who.")
    proposed_at: Mapped[datetime] = mapped_column(
        _TIME, server_default=sa.text("clock_timestamp()"), comment="When."
    )


def shared_memory() -> sa.Select[Any]:
    """Select what of project memory others may read: what is flagged is not, until it is approved.

    Whatever brings project memory to a soul prompt, an agent or the FAQ reads it through this.
    """
    return sa.select(ProjectMemory.__table__).where(~ProjectMemory.flagged)
