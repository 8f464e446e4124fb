"""FAQ compilation: fold what was reviewed -> check -> stage -> move the pointer.

What belongs here: the order of the steps, the staged files and the compare-and-swap. What does not:
Dagster (`assets`), SQL (`store`), and the thinking itself (the pure modules).
"""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import Connection

from agnt_pipelines.errors import NotReady, PlanRefused
from agnt_pipelines.faq import fate_store, index, minting, registry, store, talk_store, wiki_page, wiki_store
from agnt_pipelines.faq.grounding import Stand
from agnt_pipelines.faq.index import Index
from agnt_pipelines.faq.policy import doubt
from agnt_pipelines.faq.reading import Reader
from agnt_pipelines.faq.registry import Group, Grouping
from agnt_pipelines.faq.talk import Candidate, Exemplar, Proposal, Review, Verdict
from agnt_pipelines.replay import completion, pull_request, staleness
from agnt_pipelines.replay.apply import apply
from agnt_pipelines.replay.derivation import Applied, Derivation, Plan
from agnt_pipelines.replay.exclusive import Lease
from agnt_pipelines.replay.faults import crash_point
from agnt_pipelines.replay.pull_request import PullRequest
from agnt_pipelines.replay.staleness import Due
from agnt_pipelines.replay.windows import Window
from agnt_pipelines.settings import Settings

AUTO = "auto"
"""Who decided, where the setting AGNT_FAQ_AUTO_APPROVE did."""


@dataclass(frozen=True, slots=True)
class Published:
    """What became of a window's index: whether the pointer moved to it, and why not."""

    window_key: str
    sha256: str
    entries: int
    moved: bool
    reason: str


class Known:
    """What a run has met so far: each candidate is read and grouped, and each exemplar worded, once.

    Good for the time of one lease, in which nobody else writes candidates.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._reader = Reader(store.redactor(settings), settings.message_max_bytes)
        self._until = ""
        self._candidates: list[Candidate] = []
        self._grouping = Grouping(())
        self._worded: dict[tuple[Exemplar, int], str | None] = {}

    def proposed(
        self, snapshot: Connection, window_key: str, *, alone: bool = False
    ) -> tuple[list[Group], list[Proposal]]:
        """Return the groups and proposals of all windows up to one, in words where enough people ask.

        `alone`: the proposals of that window only.
        """
        found = self._grouped(snapshot, window_key)
        wordings = self._wordings(snapshot, registry.to_word(found, window_key))
        reviews = store.read_reviews(snapshot, window_key)
        return found, registry.proposals(found, wordings, reviews, window_key if alone else None)

    def _grouped(self, snapshot: Connection, window_key: str) -> list[Group]:
        if window_key < self._until:
            self._until, self._candidates, self._grouping = "", [], Grouping(())
        added = store.read_candidates(snapshot, window_key, after=self._until)
        self._candidates += added
        self._until = window_key
        fates = fate_store.read_fates(snapshot, window_key)
        grouping = Grouping(store.read_mints(snapshot, window_key), fates)
        if (grouping.mints, grouping.fates) != (self._grouping.mints, self._grouping.fates):
            self._grouping, added = grouping, self._candidates
        self._grouping.add(added)
        return self._grouping.groups

    def _wordings(self, snapshot: Connection, exemplars: set[Exemplar]) -> dict[Exemplar, str]:
        asked: dict[str, list[Exemplar]] = defaultdict(list)
        for one in exemplars:
            asked[one.conversation].append(one)
        found: dict[Exemplar, str] = {}
        for talk in talk_store.read_conversations(snapshot, sorted(asked), self._settings):
            # What was said is read every time, for it may be gone; only its redaction is remembered.
            said = hash(talk)
            new = [one for one in asked[talk.id] if (one, said) not in self._worded]
            worded = self._reader.wordings(talk, new) if new else {}
            self._worded |= {(one, said): worded.get(one) for one in new}
            found |= {one: text for one in asked[talk.id] if (text := self._worded[one, said]) is not None}
        return found


def compile_weeks(lease: Lease, windows: Sequence[Window], settings: Settings) -> Iterator[Applied]:
    """Fold the registry as of some windows, oldest first; a window in which nothing is due is left.

    Raises:
        NotReady: a window has no complete extraction.
        Fenced: a later run took the lease.
    """
    derivation = store.entries(settings)
    known = Known(settings)
    for window in windows:
        if settings.faq_auto_approve:
            approve_all(lease, window.key, settings, known)
        with lease.database.reading() as snapshot:
            due = staleness.due(snapshot, derivation, [window]).get(window.key)
            if due is None:
                yield completion.standing(snapshot, derivation, window.key)
                continue
            plan = _compiled(snapshot, derivation, window.key, due, known)
        yield apply(lease, plan, settings)
    with lease.database.reading() as snapshot:
        first_key = staleness.first_key(snapshot, derivation)
    completion.forget_empty(lease, derivation, first_key)


def proposed(snapshot: Connection, window_key: str, settings: Settings) -> tuple[list[Group], list[Proposal]]:
    """Return the groups and proposals of all windows up to one, in words where enough people ask."""
    return Known(settings).proposed(snapshot, window_key)


def approve_all(lease: Lease, window_key: str, settings: Settings, known: Known | None = None) -> int:
    """Approve what may be approved in a window, leaves no doubt and nobody decided about; return how many."""
    with lease.database.reading() as snapshot:
        _, mine = (known or Known(settings)).proposed(snapshot, window_key, alone=True)
        wiki, venues = wiki_store.read_wiki(snapshot, settings), wiki_store.read_venues(snapshot)
    open_ones = [p for p in mine if p.reason is None and p.review is None and doubt(p, wiki, venues) is None]
    if not open_ones:
        return 0
    with lease.transaction() as connection:
        for proposal in open_ones:
            decide(connection, proposal, Verdict.APPROVED, AUTO)
        crash_point("faq.approved")
    return len(open_ones)


def decide(
    connection: Connection,
    proposal: Proposal,
    verdict: Verdict,
    decided_by: str,
    *,
    question: str | None = None,
    answer: str | None = None,
) -> None:
    """Record what was decided about a proposal; an approval mints its entry if there is none."""
    assert proposal.digest is not None, "what cannot be seen has no digest"
    assert verdict is Verdict.REJECTED or proposal.answer or answer, "an entry has an answer"
    window_key = proposal.candidate.window_key
    store.record_review(
        connection, Review(window_key, proposal.digest, verdict, question, answer), decided_by
    )
    if verdict is Verdict.APPROVED and proposal.entry is None:
        minted = minting.mint(proposal, store.taken_slugs(connection))
        store.record_mint(connection, minted, decided_by)


def staged(snapshot: Connection, window_key: str) -> Index:
    """Return the index of a window, from its registry."""
    return index.build(window_key, store.read_entries(snapshot, window_key))


def disputed(snapshot: Connection, found: Index, settings: Settings) -> int:
    """Return how many answers of an index the wiki contradicts, as it was reconciled last."""
    wiki = wiki_store.read_wiki(snapshot, settings)
    return sum(wiki.grounding(item.question, item.answer).stand is Stand.CONTRADICTS for item in found.items)


def stage(found: Index, settings: Settings) -> Path:
    """Write an index under its own digest, whole or not at all; return the file.

    Raises:
        PlanRefused: a check failed; no file was written.
    """
    if failures := index.failed(found, store.redactor(settings)):
        which = ", ".join(f"{name} ({count})" for name, count in failures.items())
        message = f"The FAQ index of {found.window_key} failed {which}: nothing of it was staged."
        raise PlanRefused(message, failures)
    path = staged_file(found.sha256, settings)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}.part")
        with part.open("wb") as file:
            file.write(found.encoded())
            file.flush()
            os.fsync(file.fileno())
        crash_point("faq.staged")
        part.replace(path)
    return path


def staged_file(sha256: str, settings: Settings) -> Path:
    """Return where the index of a digest is staged."""
    return settings.state / "faq" / f"{sha256}.json"


def read_staged(sha256: str, settings: Settings) -> Index:
    """Read a staged index back.

    Raises:
        NotReady: it is not there, or not what its name says.
    """
    path = staged_file(sha256, settings)
    document = path.read_bytes() if path.exists() else b""
    if hashlib.sha256(document).hexdigest() != sha256:
        raise NotReady(
            f"{path} is missing or damaged: run faq_compile for its window again, which stages it anew."
        )
    return index.decode(document)


def publish(lease: Lease, window_key: str, settings: Settings) -> Published:
    """Move the public pointer to a window's staged index, if it is newer than any published before.

    Raises:
        NotReady: the index is not staged.
        Fenced: a later run took the lease.
    """
    with lease.database.reading() as snapshot:
        found = staged(snapshot, window_key)
        completed = store.completion(snapshot, "faq_entries", window_key)
        newest, current = store.newest_ever(snapshot), store.published(snapshot)
    if completed is None:
        raise NotReady(f"FAQ week {window_key} was not compiled: run faq_compile for it first.")
    document = read_staged(found.sha256, settings)
    result = (window_key, found.sha256, len(found.items))
    target = (window_key, completed.revision)
    if newest is not None and target <= newest:
        same = current is not None and current.sha256 == found.sha256
        return Published(*result, moved=False, reason="unchanged" if same else f"{newest[0]} is newer")
    number = current.number + 1 if current is not None else 1
    with lease.transaction() as connection:
        crash_point("faq.before_pointer")
        moved = store.move_pointer(
            connection,
            store.Publication(number, *target, found.sha256, len(found.items), completed.finished_at),
            lease.run_id,
        )
        if moved and settings.faq_wiki_page:
            pull_request.ask(connection, _for_wiki(document, settings.faq_wiki_page), settings)
    crash_point("faq.published")
    return Published(*result, moved=moved, reason="published" if moved else "another run was first")


def _for_wiki(found: Index, path: str) -> PullRequest:
    """Return the request that the wiki take an index as its page at `path`."""
    files = {path: wiki_page.markdown(found)}
    title, body = wiki_page.title(found), wiki_page.body(found)
    return PullRequest("faq", found.window_key, title, body, files, generated=True)


def _compiled(snapshot: Connection, derivation: Derivation, window_key: str, due: Due, known: Known) -> Plan:
    units = due.units | due.code
    plan = Plan(derivation, window_key, units)
    if store.completion(snapshot, "faq_candidates", window_key) is None:
        if units:  # what it was made from is gone, and so will it be
            return plan
        raise NotReady(
            f"FAQ week {window_key} has no complete extraction: "
            f"run ./agnt run faq_extract --window {window_key} first."
        )
    groups, proposals = known.proposed(snapshot, window_key)
    fates = fate_store.read_fates(snapshot, window_key)
    made = registry.entries(groups, proposals, window_key, fates)
    plan.put(store.ENTRIES, talk_store.SCOPE, map(store.entry_row, made))
    for entry in made:
        plan.count(f"entries_{entry.status}")
    for proposal in proposals:
        if proposal.candidate.window_key == window_key:
            plan.count(_reviewed(proposal))
    return plan


def _reviewed(proposal: Proposal) -> str:
    if proposal.review is not None:
        return f"candidates_{proposal.review.verdict}"
    return f"left_{proposal.reason or 'not_reviewed'}"
