"""The SQL of proposals: which there are, what readers and the wiki say of their entries, what was decided.

A proposal and a verdict on it are inputs, written once and never changed: what has become of one follows
from the wiki's words (`proposals`). What does not belong here: STATE, and getting one into the wiki.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.replay.derivation import content_id
from agnt_pipelines.replay.pull_request import PullRequest
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import Decision
from agnt_pipelines.storage.tables.wiki import WikiProposal
from agnt_pipelines.wiki import dreamt, dreamt_store, past_store
from agnt_pipelines.wiki.front_matter import Bad
from agnt_pipelines.wiki.pages import Page, read, remembered
from agnt_pipelines.wiki.proposals import (
    TELLS,
    Origin,
    Proposal,
    Standing,
    Verdict,
    objection,
    served,
    standing,
)
from agnt_pipelines.wiki.rewriting import rewritten
from agnt_pipelines.wiki.sections import Section
from agnt_pipelines.wiki.store import (
    PAGES,
    SECTIONS,
    TREE,
    VERDICT,
    any_of,
    memory_id,
    newest_head,
    of_pages,
    verdicts,
)

_PROPOSALS = table_of(WikiProposal)
_DECISIONS = table_of(Decision)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of project memory with the page it is a section of, as the wiki has it."""

    id: UUID
    page_id: str
    page: Page
    section: Section

    @property
    def wiki(self) -> str:
        """What the wiki says of it."""
        return remembered(self.section)

    @property
    def heading(self) -> str:
        """The heading above its words."""
        return self.section.heading


@dataclass(frozen=True, slots=True)
class Found:
    """A proposal, what has become of it, and where its entry is now; `wiki` None: nowhere."""

    proposal: Proposal
    standing: Standing
    path: str
    line_from: int | None
    wiki: str | None
    entry: Entry | None = None

    @property
    def waits(self) -> bool:
        """Whether somebody should look at it: readers do not have it, and nobody decided."""
        return self.standing in {Standing.WAITS, Standing.GONE} and self.proposal.verdict is None


def entry_named(connection: Connection, name: str) -> Entry:
    """Return the entry of project memory at PATH:LINE, at the PATH of a page that has one, or by its id.

    Raises:
        SettingsError: there is no such entry, or several.
    """
    path, _, line = name.rpartition(":")
    if not (path and line.isdecimal()):
        path, line = name, ""
    row = past_store.page_named(connection, path)
    pages = [row.page_id] if row is not None else _pages_of_entry(connection, name)
    found = [
        entry
        for entry in entries(connection, pages)
        if (row is None and str(entry.id).startswith(name))
        or (row is not None and (not line or entry.section.line_from <= int(line) <= entry.section.line_to))
    ]
    if len(found) != 1:
        some = ", ".join(f"{entry.page.path}:{entry.section.line_from}" for entry in found[:5])
        raise SettingsError(
            f"{len(found)} entries of project memory are {name!r}{f' ({some})' if some else ''}: write PATH:LINE "
            "or the beginning of an id, as `./agnt wiki search` shows them."
        )
    return found[0]


def entries(connection: Connection, pages: Collection[str]) -> Iterator[Entry]:
    """Yield the entries of some pages, with the wiki's words."""
    texts = past_store.page_texts(connection, pages)
    named = sa.select(PAGES.c.page_id, PAGES.c.path).where(PAGES.c.page_id == any_of(pages))
    for page_id, path in connection.execute(named.order_by(PAGES.c.path)):
        page = read(path, "100644", texts[page_id].encode())
        if isinstance(page, Bad):
            continue  # readable when it was read: rules have become stricter since
        for section in page.sections:
            if remembered(section):
                yield Entry(memory_id(page_id, section.anchor), page_id, page, section)


def propose(connection: Connection, entry: Entry, text: str, origin: Origin, proposed_by: str) -> Proposal:
    """Record words for an entry, made from what it says now; `text` is in its normal form.

    Raises:
        SettingsError: the words can be no proposal.
    """
    before = of_pages(connection, [entry.page_id]).get(entry.id, [])
    now = served(entry.wiki, before, heading=entry.heading)
    why = "That is what readers have already." if text == now.text else None
    why = why or objection(text, entry.wiki, entry.heading)
    made = None if why else rewritten(entry.page, entry.section.anchor, text)
    if why or isinstance(made, Bad):
        said = why or (made.detail if isinstance(made, Bad) else "")
        where = f"{entry.page.path}:{entry.section.line_from}"
        raise SettingsError(f"This cannot be proposed for {where}: {said}")
    seq = max((one.seq for one in before), default=0) + 1
    id_ = content_id("wiki_proposal", entry.id, seq, text)
    replaced = now.by if origin is Origin.OPERATOR else None
    made_of = (entry.id, entry.page_id, entry.section.anchor, seq, origin, entry.wiki, text, replaced)
    proposal = Proposal(id_, *made_of, proposed_by)
    connection.execute(sa.insert(_PROPOSALS).values(_row(proposal)))
    return proposal


def found(connection: Connection) -> list[Found]:
    """Return every proposal with what has become of it, by page, line and number."""
    pages = list(connection.scalars(sa.select(_PROPOSALS.c.page_id).distinct()))
    known = {entry.id: entry for entry in entries(connection, pages)}
    held = sa.select(TREE.c.page_id, TREE.c.path).where(TREE.c.page_id == any_of(pages))
    last = {row.page_id: row.path for row in connection.execute(held.order_by(TREE.c.seq))}
    all_of = of_pages(connection, pages)
    listed = [
        _found(one, of_entry, known.get(id_), last) for id_, of_entry in all_of.items() for one in of_entry
    ]
    listed += _dreamt(connection)
    return sorted(listed, key=lambda each: (each.path, each.line_from or 0, each.proposal.seq))


def one_found(connection: Connection, prefix: str) -> Found:
    """Return the one proposal whose id begins so.

    Raises:
        SettingsError: none does, or several do.
    """
    some = [each for each in found(connection) if str(each.proposal.id).startswith(prefix)]
    if len(some) != 1:
        message = (
            f"{len(some)} proposals begin with {prefix!r}; `./agnt wiki proposals list --all` shows them."
        )
        raise SettingsError(message)
    return some[0]


def decide(connection: Connection, proposal: Proposal, verdict: Verdict, decided_by: str) -> None:
    """Record a verdict on a proposal; the same one twice is one, and a rejection is the last word."""
    decision = {
        "id": content_id(VERDICT, proposal.id, verdict.value),
        "kind": VERDICT,
        "subject": str(proposal.id),
        "unit": None,
        "payload": {"verdict": verdict.value, "page_id": proposal.page_id},
        "decided_by": decided_by,
    }
    connection.execute(insert(_DECISIONS).values(decision).on_conflict_do_nothing())


def request_of(connection: Connection, chosen: Found) -> PullRequest:
    """Return the request to take a proposal: its page at the newest head with its words in their place.

    Raises:
        SettingsError: it is done with, its section is gone, or its page is not what the wiki has now.
    """
    one, entry = chosen.proposal, chosen.entry
    if entry is None or chosen.standing not in {Standing.STANDS, Standing.WAITS}:
        raise SettingsError(f"Proposal {one.id} cannot be taken: {TELLS[chosen.standing]}.")
    path = entry.page.path
    text = rewritten(entry.page, one.anchor, one.merged(entry.wiki).mine)
    if isinstance(text, Bad):
        raise SettingsError(f"Proposal {one.id} makes no readable page ({text.reason}): {text.detail}")
    head = newest_head(connection)
    now = (TREE.c.path == path, TREE.c.until.is_(None), PAGES.c.blob_oid == TREE.c.oid)
    stands = sa.select(sa.exists().where(PAGES.c.page_id == TREE.c.page_id, *now))
    if head is None or not connection.scalar(stands):
        raise SettingsError(
            f"{path} is not as the wiki has it now: run wiki_reconcile, see ./agnt quarantine."
        )
    section = " > ".join(entry.section.heading_path) or path
    body = f"Other words for the section “{section}” of {path}, as project memory has them."
    topic = f"edit-{str(one.id)[:8]}"
    return PullRequest(topic, "1", f"{path}: {entry.heading or path}", body, {path: text}, head.commit)


def _dreamt(connection: Connection) -> Iterator[Found]:
    """Yield what deep dreaming says where the wiki has a page at its path; it follows from both of them."""
    row = past_store.page_named(connection, dreamt.PATH)
    if row is None or row.path != dreamt.PATH:
        return
    known = {entry.section.anchor: entry for entry in entries(connection, [row.page_id])}
    decided = verdicts(connection, [row.page_id])
    for section in dreamt.sections(dreamt_store.told(connection)):
        verdict = decided.get(str(dreamt_store.proposal_id(section)))
        entry = known.get(section.anchor)
        one = dreamt_store.proposal(section, memory_id(row.page_id, section.anchor), row.page_id, verdict)
        yield _found(one, [one], entry, {row.page_id: row.path})


def _found(one: Proposal, of_entry: list[Proposal], entry: Entry | None, last: dict[str, str]) -> Found:
    wiki, heading = (entry.wiki, entry.heading) if entry else (None, "")
    became = standing(one, of_entry, wiki, heading=heading)
    path = entry.page.path if entry else last.get(one.page_id, "")
    return Found(one, became, path, entry.section.line_from if entry else None, wiki, entry)


def _pages_of_entry(connection: Connection, prefix: str) -> list[str]:
    """Return the pages of sections; those of all of them where an id alone is known."""
    if not prefix or not set(prefix) <= set("0123456789abcdef-"):
        return []
    query = sa.select(SECTIONS.c.page_id, SECTIONS.c.anchor)
    return sorted(
        {
            page
            for page, anchor in connection.execute(query)
            if str(memory_id(page, anchor)).startswith(prefix)
        }
    )


def _row(proposal: Proposal) -> dict[str, Any]:
    return {
        "id": proposal.id,
        "memory_id": proposal.entry,
        "page_id": proposal.page_id,
        "anchor": proposal.anchor,
        "seq": proposal.seq,
        "source": proposal.origin.value,
        "base": proposal.base,
        "text": proposal.text,
        "instead_of": proposal.instead_of,
        "proposed_by": proposal.proposed_by,
    }
