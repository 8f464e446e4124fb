"""The registry: candidates of all weeks meet entries, and approved ones become the FAQ.

An entry is what was minted for it; candidates only vote for one, by likeness to its question. What
belongs here: grouping, proposals, the fold to entries as of a window. What does not: recording
decisions (`store`), and finding the words behind an exemplar (`reading`).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from agnt_pipelines.faq.talk import (
    Candidate,
    Entry,
    Exemplar,
    Features,
    K,
    Language,
    Mint,
    Proposal,
    Pseudonym,
    Review,
    Status,
    Verdict,
    bucket,
    digest_of,
    identity,
)
from agnt_pipelines.faq.words import Shelf, content_words, tokens

MATCH = 0.5
"""Likeness from which on two questions are one: ours; half of what two weeks of one question share."""

_TRENDING = 2
_SLUG_WORDS = 8
_SLUG_CHARS = 60


@dataclass(slots=True)
class Group:
    """Candidates of several weeks that ask the same, oldest first; `mint` if it is an entry."""

    language: Language
    features: Features
    mint: Mint | None = None
    candidates: list[Candidate] = field(default_factory=list)

    def people(self, until: str) -> set[Pseudonym]:
        """Return who asked, over all windows up to one."""
        return {person for c in self.candidates if c.window_key <= until for person in c.people}


class Grouping:
    """Every candidate in one group; it joins the entry, or else the group, that it is most like.

    Candidates may come week by week, oldest first: the groups are those of all that came so far.
    """

    def __init__(self, mints: Iterable[Mint]) -> None:
        self.mints = sorted(mints, key=lambda m: (m.window_key, m.slug))
        self.groups = [Group(m.language, m.features, m) for m in self.mints]
        self._shelf = Shelf()
        for group in self.groups:
            self._shelf.add(group.language, group.features)

    def add(self, candidates: Iterable[Candidate]) -> None:
        """Add the candidates of weeks after all that were added before."""
        entries = len(self.mints)
        for candidate in sorted(candidates, key=_oldest_and_largest):
            alike = self._shelf.alike(candidate.language, candidate.features, MATCH)
            place = next((p for p in alike if p < entries), next(iter(alike), None))
            if place is None:
                place = len(self.groups)
                self.groups.append(Group(candidate.language, candidate.features))
                self._shelf.add(candidate.language, candidate.features)
            self.groups[place].candidates.append(candidate)


def groups(candidates: Iterable[Candidate], mints: Iterable[Mint]) -> list[Group]:
    """Return every candidate in one group, as `Grouping` says."""
    found = Grouping(mints)
    found.add(candidates)
    return found.groups


def to_word(found: Iterable[Group], until: str) -> set[Exemplar]:
    """Return the exemplars whose words may be looked up: enough people asked what they ask."""
    return {
        candidate.exemplar
        for group in found
        if len(group.people(until)) >= K
        for candidate in group.candidates
        if candidate.exemplar is not None
    }


def proposals(
    found: Iterable[Group], wordings: Mapping[Exemplar, str], reviews: Collection[Review]
) -> list[Proposal]:
    """Return one proposal per candidate: what an operator sees of it, and what they said to that.

    Of a group's candidates of one week the most asked one speaks; the others only add people.
    """
    standing = {review.digest: review for review in sorted(reviews, key=lambda review: review.window_key)}
    made = (proposal for group in found for proposal in _proposed(group, wordings))
    return [replace(proposal, review=standing.get(proposal.digest or "")) for proposal in made]


def entries(found: Iterable[Group], proposed: Iterable[Proposal], window_key: str) -> list[Entry]:
    """Return the registry as of a window: every minted entry, shown or not, by slug."""
    by_candidate = {proposal.candidate.id: proposal for proposal in proposed}
    made = [
        _entry(group, group.mint, [by_candidate[c.id] for c in reversed(group.candidates)], window_key)
        for group in found
        if group.mint is not None
    ]
    return sorted(made, key=lambda entry: entry.slug)


def mint(proposal: Proposal, founding: Candidate, taken: Collection[str]) -> Mint:
    """Return the identity that a proposal's first approval mints; its slug is free of those taken."""
    assert proposal.question is not None, "only what has words is approved"
    wanted = slug(proposal.question)
    free, number = wanted, 1
    while free in taken:
        number += 1
        free = f"{wanted}-{number}"
    return Mint(
        identity("entry", founding.id),
        free,
        founding.language,
        proposal.candidate.window_key,
        founding.features,
    )


def slug(question: str) -> str:
    """Return the words of a question as part of an address, in ASCII."""
    words = content_words(question) or tokens(question)
    plain = unicodedata.normalize("NFKD", "-".join(words[:_SLUG_WORDS])).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_SLUG_CHARS].strip("-") or "question"


def _oldest_and_largest(candidate: Candidate) -> tuple[str, int, int]:
    return candidate.window_key, -len(candidate.people), candidate.id.int


def _proposed(group: Group, wordings: Mapping[Exemplar, str]) -> Iterator[Proposal]:
    voices: dict[str, Candidate] = {}
    for candidate in group.candidates:
        people = len(group.people(candidate.window_key))
        if candidate.window_key in voices:
            yield Proposal(candidate, people, None, None, None, "says_the_same", group.mint)
            continue
        voices[candidate.window_key] = candidate
        yield _proposal(group, candidate, people, list(reversed(voices.values())), wordings)


def _proposal(
    group: Group,
    candidate: Candidate,
    people: int,
    newest: Sequence[Candidate],
    wordings: Mapping[Exemplar, str],
) -> Proposal:
    """Word a candidate by what was known by its own window, the newest first."""
    question = next((wordings[c.exemplar] for c in newest if c.exemplar and c.exemplar in wordings), None)
    answer = next((c.answer for c in newest if c.answer), None)
    reason = None
    if people < K:
        reason = "too_few_people"
    elif question is None:
        reason = "no_wording"
    elif answer is None:
        reason = "no_answer"
    digest = None
    if reason is None:
        digest = digest_of(json.dumps([candidate.language, question, answer], ensure_ascii=True))
    return Proposal(candidate, people, question, answer, digest, reason, group.mint)


def _entry(group: Group, minted: Mint, newest: Sequence[Proposal], window_key: str) -> Entry:
    """Fold one entry: its newest approved words, if enough people still ask."""
    people = len(group.people(window_key))
    last = newest[0].candidate.window_key if newest else minted.window_key
    blank = Entry(
        entry_id=minted.entry_id,
        window_key=window_key,
        slug=minted.slug,
        language=minted.language,
        status=Status.RETIRED,
        reason="too_few_people",
        question=None,
        answer=None,
        people_bucket=None,
        weeks=len({proposal.candidate.window_key for proposal in newest}),
        first_window=minted.window_key,
        last_window=last,
    )
    if people < K:
        return blank
    approved = [_worded(p) for p in newest if p.review is not None and p.review.verdict is Verdict.APPROVED]
    if not approved:
        rejected = any(p.review is not None for p in newest)
        if rejected:
            return replace(blank, reason="rejected")
        return replace(blank, status=Status.PENDING, reason="awaits_review")
    chosen = approved[0]
    return replace(
        blank,
        status=_status(group, minted, approved, window_key),
        reason=None,
        question=chosen.question,
        answer=chosen.answer,
        people_bucket=bucket(people),
    )


def _worded(proposal: Proposal) -> Proposal:
    """Return an approved proposal in the words of whoever approved it."""
    review = proposal.review
    assert review is not None
    return replace(
        proposal, question=review.question or proposal.question, answer=review.answer or proposal.answer
    )


def _status(group: Group, minted: Mint, approved: Sequence[Proposal], window_key: str) -> Status:
    if minted.window_key == window_key:
        return Status.NEW
    newest = approved[0]
    older = next((p for p in approved if p.candidate.window_key < window_key), None)
    now = {p for c in group.candidates if c.window_key == window_key for p in c.people}
    if newest.candidate.window_key == window_key and older is not None and _words(older) != _words(newest):
        return Status.CHANGED
    earlier = [c for c in group.candidates if c.window_key < window_key]
    before = {p for c in earlier if c.window_key == earlier[-1].window_key for p in c.people}
    return Status.TRENDING if len(now) >= max(K, _TRENDING * len(before)) else Status.STABLE


def _words(proposal: Proposal) -> tuple[str | None, str | None]:
    return proposal.question, proposal.answer
