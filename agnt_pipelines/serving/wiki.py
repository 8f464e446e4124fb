"""How the wiki stands: what its head would change, what was changed when, and what to look at.

What belongs here: the views an operator asks for, and the decisions that follow from them. What does
not: reconciling (the job does it).
"""

from __future__ import annotations

import getpass
from dataclasses import dataclass, replace
from typing import Any

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.language.static_vectors import static_vectors
from agnt_pipelines.replay import holds
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.serving.session import Platform
from agnt_pipelines.serving.standing import OpenHold, open_holds
from agnt_pipelines.storage import git_mirror
from agnt_pipelines.wiki import (
    approval_store,
    log_store,
    past_store,
    proposal_store,
    search_store,
    store,
    wiki_reconcile,
)
from agnt_pipelines.wiki.approval_store import FlaggedSection
from agnt_pipelines.wiki.checks import Survey
from agnt_pipelines.wiki.contradictions import Contradiction
from agnt_pipelines.wiki.front_matter import Bad
from agnt_pipelines.wiki.identity import Known
from agnt_pipelines.wiki.log_store import LogLine
from agnt_pipelines.wiki.plan import PageChange
from agnt_pipelines.wiki.search import Hit
from agnt_pipelines.wiki.store import Head
from agnt_pipelines.wiki.unified import diff

_DERIVATION = "wiki_pages"


@dataclass(frozen=True, slots=True)
class WikiPlan:
    """What the wiki's head would change, with a diff a page; `holds` wait for approval.

    `digest` tells one plan from another; what an approval binds to is a hold's own hash.
    """

    changes: tuple[PageChange, ...]
    counts: dict[str, int]
    holds: tuple[OpenHold, ...]
    diffs: dict[str, str]
    digest: str


@dataclass(frozen=True, slots=True)
class WikiPage:
    """A page as readers have it, or as it was at a recorded head (`version` and `flags` then unknown)."""

    path: str
    page_id: str
    commit: str
    text: str
    title: str = ""
    version: int | None = None
    flags: tuple[FlaggedSection, ...] = ()


@dataclass(frozen=True, slots=True)
class WikiTree:
    """The pages of a recorded head, by path."""

    head: Head
    pages: dict[str, str]


def wiki_plan(platform: Platform) -> WikiPlan | None:
    """Fetch the wiki and return what a run would change now; None where no wiki is configured.

    Raises:
        MirrorFailed: the repository does not answer or has no such branch.
    """
    found = wiki_reconcile.preview(platform.database, platform.settings)
    if found is None:
        return None
    waiting = tuple(hold for hold in open_holds(platform) if hold.derivation == _DERIVATION)
    after = wiki_reconcile.wanted_texts(platform.settings, found)
    with platform.database.reading() as snapshot:
        before = past_store.page_texts(snapshot, [change.page_id for change in found.changes])
    diffs = {
        change.path: _diff(change, before.get(change.page_id), after.get(change.page_id))
        for change in found.changes
    }
    return WikiPlan(found.changes, found.counts(), waiting, diffs, found.digest)


def wiki_log(platform: Platform, *, limit: int = 50) -> list[LogLine]:
    """Return what was done to pages, the newest first."""
    with platform.database.reading() as snapshot:
        lines = log_store.log(snapshot, limit)
    if not lines:
        return []
    with git_mirror.opened(wiki_reconcile.mirror_folder(platform.settings)) as mirror:
        authors = mirror.authors(sorted({line.commit for line in lines}))
    return [replace(line, by=authors.get(line.commit)) for line in lines]


def wiki_show(platform: Platform, name: str) -> WikiPage:
    """Return a page by its path or the beginning of its id, as readers have it.

    Raises:
        SettingsError: there is no such page.
    """
    with platform.database.reading() as snapshot:
        row = past_store.page_named(snapshot, name)
        if row is None:
            raise SettingsError(f"There is no page {name!r}; `./agnt wiki at COMMIT` lists paths.")
        text = past_store.page_texts(snapshot, [row.page_id])[row.page_id]
        flags = tuple(each for each in approval_store.flagged(snapshot) if each.page_id == row.page_id)
    return WikiPage(row.path, row.page_id, row.commit, text, row.title, row.version, flags)


def wiki_change(platform: Platform, seq: int) -> str:
    """Return what one entry of the log did to its page, as a diff of the sections that changed.

    Raises:
        SettingsError: the log has no such entry.
    """
    with platform.database.reading() as snapshot:
        entries = past_store.logged_change(snapshot, seq)
    if not entries:
        raise SettingsError(f"The wiki's log has no entry {seq}; `./agnt wiki log` lists them.")
    sides = [_logged(entries, side) for side in ("before", "after")]
    paths = [path for path, _ in sides if path] or [""]
    texts = [text if path else None for path, text in sides]
    return diff(texts[0], texts[1], paths[0], paths[-1])


def wiki_at(platform: Platform, commit: str) -> WikiTree:
    """Return the pages of a recorded head.

    Raises:
        SettingsError: no recorded head, or several, begin with `commit`.
    """
    head, tree = _tree(platform, commit)
    return WikiTree(head, {path: known.page_id for path, known in tree.items()})


def wiki_page_at(platform: Platform, commit: str, path: str) -> WikiPage:
    """Return one page of a recorded head.

    Raises:
        SettingsError: there is no such head or page, or it could not be read.
    """
    head, tree = _tree(platform, commit)
    if path not in tree:
        raise SettingsError(f"There was no page {path!r} at {head.commit}; leave it out for the list.")
    text = wiki_reconcile.text_at(platform.settings, path, tree[path].file)
    if isinstance(text, Bad):
        raise SettingsError(f"{path} at {head.commit} was refused ({text.reason}): {text.detail}")
    return WikiPage(path, tree[path].page_id, head.commit, text)


def wiki_revert(platform: Platform, commit: str) -> Head:
    """Record an earlier head as the next step, until the wiki's branch moves on.

    Raises:
        SettingsError: no recorded head, or several, begin with `commit`.
        LockedOut: a run holds the wiki.
    """
    with exclusive(platform.database, store.WRITER_SET, "operator", platform.settings) as lease:
        return wiki_reconcile.revert(lease, platform.settings, commit)


def approve_wiki(platform: Platform, prefix: str) -> str:
    """Approve the removals that wait, by the beginning of their plan's hash; it serves once.

    Raises:
        SettingsError: no plan of the wiki that waits, or several, begin so.
    """
    waiting = [hold.plan_hash for hold in open_holds(platform) if hold.derivation == _DERIVATION]
    found = [plan_hash for plan_hash in waiting if plan_hash.startswith(prefix)]
    if len(found) != 1:
        raise SettingsError(
            f"{len(found)} plans of the wiki that wait begin with {prefix!r}; see `./agnt wiki plan`."
        )
    return holds.approve(platform.database, found[0], getpass.getuser())


def approve_wiki_section(platform: Platform, prefix: str) -> FlaggedSection:
    """Let a flagged section through to readers, as its text is now; a changed one is flagged again.

    Raises:
        SettingsError: no flagged section, or several, have an id that begins so.
    """
    return approval_store.approve_section(platform.database, prefix, getpass.getuser())


def wiki_contradictions(platform: Platform) -> list[Contradiction]:
    """Return what pages disagree on, and what the wiki and proposals for memory do.

    Sections that are kept from readers are not compared.
    """
    with platform.database.reading() as snapshot:
        return wiki_reconcile.disagreeing(snapshot, proposal_store.found(snapshot))


def wiki_search(platform: Platform, question: str, *, limit: int = 10) -> list[Hit]:
    """Return what readers may have of project memory that answers a question best."""
    most = platform.settings.wiki_search_entries
    return search_store.search(platform.database, question, limit, static_vectors(), most=most)


def wiki_lint(platform: Platform) -> tuple[Survey, list[FlaggedSection]]:
    """Return what somebody may want to mend, and the sections that are kept from readers."""
    survey = wiki_reconcile.survey(platform.database, platform.settings)
    with platform.database.reading() as snapshot:
        return survey, approval_store.flagged(snapshot)


def _tree(platform: Platform, commit: str) -> tuple[Head, dict[str, Known]]:
    with platform.database.reading() as snapshot:
        head = past_store.head_of(snapshot, commit)
        return head, past_store.tree_at(snapshot, head.seq)


def _diff(change: PageChange, before: str | None, after: str | Bad | None) -> str:
    if isinstance(after, Bad):
        return f"{change.path} would be refused ({after.reason}): {after.detail}\n"
    return diff(before, after, change.was, change.path)


def _logged(entries: list[Any], side: str) -> tuple[str, str]:
    """Return the path and the logged texts of one side: the head's and the changed sections', in order."""
    path, parts = "", list[tuple[int, str]]()
    for entry in entries:
        part = getattr(entry, side)
        for values in part["rows"] if part else ():
            row = dict(zip(part["columns"], values, strict=True))
            path = row.get("path", path)
            parts.append((-1, row["head_text"]) if "path" in row else (row["ordinal"], row["text"]))
    return path, "".join(text for _, text in sorted(parts))
