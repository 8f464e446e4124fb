"""The SQL of looking back: heads by name, trees as they were, texts of pages, single changes.

What belongs here: what operators ask for. What does not: what runs read and write (`store`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.wiki import paths
from agnt_pipelines.wiki.identity import File, Known, PageId
from agnt_pipelines.wiki.store import HEAD, HEADS, LOG, PAGES, SECTIONS, TREE, WIKI_RECONCILE, Head, any_of


def head_of(connection: Connection, prefix: str) -> Head:
    """Return the newest recorded head whose commit begins with `prefix`.

    Raises:
        SettingsError: no recorded commit, or several, do.
    """
    query = sa.select(*HEAD).where(HEADS.c.commit.startswith(prefix, autoescape=True)).order_by(HEADS.c.seq)
    found = {row.commit: Head(*row) for row in connection.execute(query)}
    if len(found) != 1:
        message = f"{len(found)} recorded heads begin with {prefix!r}; `./agnt wiki log` shows their commits."
        raise SettingsError(message)
    return next(iter(found.values()))


def tree_at(connection: Connection, seq: int) -> dict[str, Known]:
    """Return the recorded tree as of an earlier step."""
    stood = (TREE.c.seq <= seq, sa.or_(TREE.c.until.is_(None), TREE.c.until > seq), TREE.c.oid.is_not(None))
    query = (
        sa.select(TREE.c.path, TREE.c.page_id, TREE.c.oid, TREE.c.mode).where(*stood).order_by(TREE.c.path)
    )
    return {
        path: Known(PageId(page_id), File(oid, paths.plain_mode(mode)))
        for path, page_id, oid, mode in connection.execute(query)
    }


def page_texts(connection: Connection, pages: Collection[str]) -> dict[PageId, str]:
    """Return the whole texts that readers have of some pages."""
    body = sa.func.string_agg(SECTIONS.c.text, sa.text("'' ORDER BY ordinal"))
    query = (
        sa.select(PAGES.c.page_id, PAGES.c.head_text + sa.func.coalesce(body, ""))
        .outerjoin(SECTIONS, SECTIONS.c.page_id == PAGES.c.page_id)
        .where(PAGES.c.page_id == any_of(pages))
        .group_by(PAGES.c.page_id)
    )
    return {PageId(page): text for page, text in connection.execute(query)}


def page_named(connection: Connection, name: str) -> Any:
    """Return the row of the page at a path, or whose id begins so; None where there is no such one."""
    named = sa.or_(PAGES.c.path == name, PAGES.c.page_id.startswith(name, autoescape=True))
    found = connection.execute(sa.select(PAGES).where(named).order_by(PAGES.c.path != name).limit(2)).all()
    return found[0] if found and (len(found) == 1 or found[0].path == name) else None


def logged_change(connection: Connection, seq: int) -> list[Any]:
    """Return the log's entries about the page of one of them, as of the same run: page and sections."""
    chosen = sa.select(LOG.c.subject, LOG.c.token).where(LOG.c.job == WIKI_RECONCILE, LOG.c.seq == seq)
    one = connection.execute(chosen).first()
    if one is None:
        return []
    tables_ = (PAGES.name, SECTIONS.name)
    query = sa.select(LOG).where(
        LOG.c.job == WIKI_RECONCILE, LOG.c.subject == one.subject, LOG.c.token == one.token,
        LOG.c.table_name.in_(tables_),
    )  # fmt: skip
    return list(connection.execute(query.order_by(LOG.c.seq)))
