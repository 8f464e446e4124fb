"""The checks of a plan of pages, which stop it, and of the whole wiki, which only warn.

Pure. What belongs here: their names and what they hold. What does not: reporting them (`assets`).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from agnt_pipelines.wiki.pages import Page

BLOCKING: Final = {
    "sections_cover": "Front matter and sections, put together, are the page, byte for byte.",
    "lines_follow": "Sections follow one another line by line, none twice and none left out.",
    "anchors_unique": "No two sections of a page have one anchor.",
}
WARNING: Final = {
    "links_broken": "Links that lead to no page, or to several.",
    "pages_orphaned": "Pages that no other page links to.",
    "front_matter_missing": "Pages without front matter.",
    "pages_stale": "Pages that nobody changed for long (AGNT_WIKI_STALE_DAYS).",
    "sections_flagged": "Sections that may address agents: kept from readers until they are approved.",
    "proposals_waiting": "Proposals for project memory that somebody should look at.",
    "pages_contradict": "Pairs of pages that give one thing different values.",
}
"""Check name -> what it holds; the names are those of the asset checks."""


@dataclass(frozen=True, slots=True)
class Survey:
    """How a whole wiki stands: what somebody may want to mend."""

    pages: int
    bad_links: tuple[str, ...]
    orphans: tuple[str, ...]
    without_front_matter: tuple[str, ...]
    stale: tuple[str, ...]
    flagged: tuple[str, ...]
    contradictions: tuple[str, ...]
    proposals: tuple[str, ...] = ()

    def found(self) -> dict[str, list[str]]:
        """Return what each warning check found."""
        lists = (
            self.bad_links,
            self.orphans,
            self.without_front_matter,
            self.stale,
            self.flagged,
            self.proposals,
            self.contradictions,
        )
        return {name: list(found) for name, found in zip(WARNING, lists, strict=True)}


@dataclass(slots=True)
class PageChecks:
    """Looks at each page once, as it is planned, and counts what fails."""

    failures: Counter[str] = field(default_factory=Counter)
    seen: int = 0

    def see(self, page: Page) -> None:
        """Check one page."""
        self.seen += 1
        whole = hashlib.sha256(page.text.encode()).hexdigest()
        self.failures["sections_cover"] += whole != page.sha256
        follows = all(left.line_to + 1 == right.line_from for left, right in pairwise(page.sections))
        self.failures["lines_follow"] += not follows
        anchors = {section.anchor for section in page.sections}
        self.failures["anchors_unique"] += len(anchors) != len(page.sections)

    def failed(self) -> dict[str, int]:
        """Return the checks that failed, with how many pages failed them."""
        return {name: count for name, count in self.failures.items() if count}
