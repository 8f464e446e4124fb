"""Proposals: what project memory shall say where the wiki says otherwise, and what becomes of it.

Pure. A proposal bears the wiki's words it was made from (its base). An operator's is what readers have for
as long as the wiki did not change the same lines; where it did, the wiki's words stand and the proposal
waits for somebody. Anybody else's (deep dreaming's, the FAQ's) waits from the beginning: the wiki is
authoritative. What does not belong here: rows, and asking the wiki to take one (`pull_requests`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from agnt_pipelines.wiki import credentials
from agnt_pipelines.wiki.flags import flags_of
from agnt_pipelines.wiki.merge import Merged, merge
from agnt_pipelines.wiki.pages import plain
from agnt_pipelines.wiki.sections import lines_of

MAX_BYTES: Final = 65_536
"""As a message's: longer words belong into the wiki itself."""


class Origin(StrEnum):
    """Whose proposal it is."""

    OPERATOR = "operator"
    DREAMING = "dreaming"
    FAQ = "faq"


class Verdict(StrEnum):
    """What was decided about a proposal."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Standing(StrEnum):
    """What has become of a proposal."""

    STANDS = "stands"
    WAITS = "waits"
    KNOWN = "known"
    GONE = "gone"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"


TELLS: Final = {
    Standing.STANDS: "readers have it, the wiki does not",
    Standing.WAITS: "the wiki says otherwise, and readers have the wiki's words",
    Standing.KNOWN: "the wiki says it, too",
    Standing.GONE: "the wiki has no such section any more",
    Standing.SUPERSEDED: "a later one was made from it",
    Standing.REJECTED: "an operator said no",
}
"""What each standing means, in words."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Words for one entry of project memory; `seq` counts those of the entry from 1.

    Attributes:
        entry: the entry's id: one section of a page.
        base: what the wiki said of it then.
        instead_of: the proposal from whose words this one was made.
    """

    id: UUID
    entry: UUID
    page_id: str
    anchor: str
    seq: int
    origin: Origin
    base: str
    text: str
    instead_of: UUID | None
    proposed_by: str
    verdict: Verdict | None = None

    def merged(self, wiki: str) -> Merged:
        """Merge it with what the wiki says now."""
        return merge(self.base, wiki, self.text)


@dataclass(frozen=True, slots=True)
class Served:
    """What readers have of an entry, and the proposal that made it so; None where it is the wiki's."""

    text: str
    by: UUID | None = None


def served(wiki: str, proposals: Iterable[Proposal], *, heading: str = "") -> Served:
    """Return what readers have of an entry, of which the wiki says `wiki`.

    The newest proposal of an operator counts. What may address agents is not served: it waits.
    """
    mine = [one for one in _live(list(proposals)) if one.origin is Origin.OPERATOR]
    newest = max(mine, key=lambda one: one.seq, default=None)
    if newest is None:
        return Served(wiki)
    found = newest.merged(wiki)
    if found.conflicts or found.mine == wiki or flags_of(f"{heading}\n{found.mine}"):
        return Served(wiki)
    return Served(found.mine, newest.id)


def standing(
    proposal: Proposal, of_entry: Sequence[Proposal], wiki: str | None, *, heading: str = ""
) -> Standing:
    """Return what has become of a proposal; `wiki` is None where the section is no more."""
    if proposal.verdict is Verdict.REJECTED:
        return Standing.REJECTED
    if proposal not in _live(of_entry):
        return Standing.SUPERSEDED
    if wiki is None:
        return Standing.GONE
    found = proposal.merged(wiki)
    if wiki == proposal.text or (not found.conflicts and found.mine == wiki):
        return Standing.KNOWN
    stands = served(wiki, of_entry, heading=heading).by == proposal.id
    return Standing.STANDS if stands else Standing.WAITS


def normal(text: str) -> str:
    """Return words as project memory keeps them: NFC, lines ending in LF, no space around."""
    return "\n".join(map(plain, lines_of(text))).strip()


def objection(text: str, base: str, heading: str = "") -> str | None:
    """Return why some words can be no proposal, as a sentence; None where they can."""
    if not text:
        return "There are no words: to take a section out of memory, take it out of the wiki."
    if text == base:
        return "That is what the wiki says already."
    if len(text.encode()) > MAX_BYTES:
        return f"More than {MAX_BYTES} bytes: write them into the wiki."
    if "\0" in text:
        return "A NUL byte is no text."
    if secret := credentials.first_secret(text):
        return f"Line {secret.line} holds a secret ({secret.rule}): take it out, and revoke it."
    if flags := flags_of(f"{heading}\n{text}"):
        return f"It may address agents ({', '.join(flags)}): such words only come through the wiki."
    return None


def _live(of_entry: Sequence[Proposal]) -> list[Proposal]:
    """Return the proposals that nobody rejected and no later one was made from."""
    kept = [one for one in of_entry if one.verdict is not Verdict.REJECTED]
    replaced = {one.instead_of for one in kept}
    return [one for one in kept if one.id not in replaced]
