"""How the wiki stands: what its head would change, and what was changed when.

What belongs here: the two views an operator asks for. What does not: reconciling (the job does it),
and approval (`./agnt holds`).
"""

from __future__ import annotations

from dataclasses import dataclass

from agnt_pipelines.serving.session import Platform
from agnt_pipelines.serving.standing import OpenHold, open_holds
from agnt_pipelines.wiki import store, wiki_reconcile
from agnt_pipelines.wiki.plan import PageChange
from agnt_pipelines.wiki.store import LogLine


@dataclass(frozen=True, slots=True)
class WikiPlan:
    """What the wiki's head would change; `holds` wait for approval."""

    changes: tuple[PageChange, ...]
    counts: dict[str, int]
    holds: tuple[OpenHold, ...]


def wiki_plan(platform: Platform) -> WikiPlan | None:
    """Fetch the wiki and return what a run would change now; None where no wiki is configured.

    Raises:
        MirrorFailed: the repository does not answer or has no such branch.
    """
    found = wiki_reconcile.preview(platform.database, platform.settings)
    if found is None:
        return None
    waiting = tuple(hold for hold in open_holds(platform) if hold.derivation == "wiki_pages")
    return WikiPlan(found.changes, found.counts(), waiting)


def wiki_log(platform: Platform, *, limit: int = 50) -> list[LogLine]:
    """Return what was done to pages, the newest first."""
    with platform.database.reading() as snapshot:
        return store.log(snapshot, limit)
