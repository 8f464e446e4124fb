"""Edits of project memory: proposing words, what has become of them, and the decisions about them.

What belongs here: what an operator asks for. What does not: what readers have of an entry (the job's
fold), and printing.
"""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from agnt_pipelines.replay import outbox, pull_request
from agnt_pipelines.serving.session import Platform
from agnt_pipelines.wiki import proposal_store, pull_requests
from agnt_pipelines.wiki.proposal_store import Found
from agnt_pipelines.wiki.proposals import Origin, Standing, Verdict, normal, served
from agnt_pipelines.wiki.store import of_pages
from agnt_pipelines.wiki.unified import diff


@dataclass(frozen=True, slots=True)
class MemoryEntry:
    """One entry of project memory: what readers have of it with the next run, and what the wiki says."""

    id: UUID
    path: str
    line_from: int
    section: str
    text: str
    wiki: str


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal with what has become of it; `diff` leads from the wiki's words to it."""

    id: UUID
    path: str
    line_from: int | None
    standing: Standing
    waits: bool
    verdict: Verdict | None
    origin: Origin
    proposed_by: str
    base: str
    text: str
    wiki: str | None
    conflicts: int
    diff: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted proposal; whether the wiki is asked to take it, and why a request still waits."""

    proposal: ProposalView
    asked: bool
    branch: str
    waits: str | None


def wiki_entry(platform: Platform, name: str) -> MemoryEntry:
    """Return the entry of project memory at PATH:LINE, at a PATH, or whose id begins so.

    Raises:
        SettingsError: there is no such entry, or several.
    """
    with platform.database.reading() as snapshot:
        entry = proposal_store.entry_named(snapshot, name)
        before = of_pages(snapshot, [entry.page_id]).get(entry.id, ())
    text = served(entry.wiki, before, heading=entry.heading).text
    where = (entry.page.path, entry.section.line_from, " > ".join(entry.section.heading_path))
    return MemoryEntry(entry.id, *where, text, entry.wiki)


def wiki_edit(platform: Platform, name: str, text: str) -> ProposalView:
    """Propose other words for an entry of project memory; readers have them with the next run.

    Raises:
        SettingsError: there is no such entry, or the words can be no proposal.
    """
    with platform.database.writing() as connection:
        entry = proposal_store.entry_named(connection, name)
        made = proposal_store.propose(connection, entry, normal(text), Origin.OPERATOR, getpass.getuser())
        return _view(proposal_store.one_found(connection, str(made.id)))


def wiki_proposals(platform: Platform, *, every: bool = False) -> list[ProposalView]:
    """Return the proposals that readers have, that wait or that were accepted; `every`: all there were."""
    with platform.database.reading() as snapshot:
        found = proposal_store.found(snapshot)
    return [_view(each) for each in found if every or each.standing in _OF_INTEREST]


def wiki_proposal(platform: Platform, prefix: str) -> ProposalView:
    """Return the one proposal whose id begins so.

    Raises:
        SettingsError: none does, or several do.
    """
    with platform.database.reading() as snapshot:
        return _view(proposal_store.one_found(snapshot, prefix))


def reject_proposal(platform: Platform, prefix: str) -> ProposalView:
    """Reject a proposal: readers have the wiki's words again with the next run.

    Raises:
        SettingsError: no proposal's id begins so, or several do.
    """
    with platform.database.writing() as connection:
        one = proposal_store.one_found(connection, prefix)
        proposal_store.decide(connection, one.proposal, Verdict.REJECTED, getpass.getuser())
        return _view(proposal_store.one_found(connection, str(one.proposal.id)))


def accept_proposal(platform: Platform, prefix: str) -> Accepted:
    """Accept a proposal: a pull request asks the wiki to take it, where a forge is set.

    Where the wiki changed the same lines, the request has the proposal's words for them, and the wiki's
    elsewhere. What readers have stays as it is until the wiki took it.

    Raises:
        SettingsError: no proposal's id begins so, or several do; or it is none that could be taken.
    """
    with platform.database.writing() as connection:
        one = proposal_store.one_found(connection, prefix)
        request = proposal_store.request_of(connection, one)
        proposal_store.decide(connection, one.proposal, Verdict.ACCEPTED, getpass.getuser())
        asked = pull_request.ask(connection, request, platform.settings)
    if asked:
        outbox.deliver(platform.database, pull_requests.handlers(platform.settings, platform.database))
    with platform.database.reading() as snapshot:
        view = _view(proposal_store.one_found(snapshot, str(one.proposal.id)))
        waiting = {each.kind: each for each in outbox.standing(snapshot)}.get(pull_request.KIND)
    return Accepted(view, asked, request.branch, waiting.last_error if waiting and asked else None)


_OF_INTEREST: Sequence[Standing] = (Standing.STANDS, Standing.WAITS, Standing.GONE)


def _view(found: Found) -> ProposalView:
    one = found.proposal
    wiki = found.wiki
    merged = None if wiki is None else one.merged(wiki)
    where = found.path or "(no page)"
    return ProposalView(
        id=one.id,
        path=found.path,
        line_from=found.line_from,
        standing=found.standing,
        waits=found.waits,
        verdict=one.verdict,
        origin=one.origin,
        proposed_by=one.proposed_by,
        base=one.base,
        text=one.text,
        wiki=wiki,
        conflicts=merged.conflicts if merged else 0,
        diff=diff(f"{wiki if wiki is not None else one.base}\n", f"{one.text}\n", where, where),
    )
