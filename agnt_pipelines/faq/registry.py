"""The registry: candidates of all weeks meet entries, and approved ones become the FAQ.

An entry is what was minted for it; candidates only vote for one, by likeness to its question. What
belongs here: grouping, proposals, the fold to entries as of a window. What does not: recording
decisions (`store`), and finding the words behind an exemplar (`reading`).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from uuid import UUID

from agnt_pipelines.faq.minting import most_asked
from agnt_pipelines.faq.talk import (
    Candidate,
    Entry,
    Exemplar,
    Fate,
    Fated,
    K,
    Language,
    Mint,
    Proposal,
    Pseudonym,
    Review,
    Status,
    Verdict,
    Wording,
    bucket,
    digest_of,
)
from agnt_pipelines.faq.wording import Said, said
from agnt_pipelines.faq.words import Shelf

MATCH = 0.5
"""Likeness from which on a question is that of an earlier week, if each is the other's nearest ..."""

SURE = 0.7
"""... and from which on it is without that. Within a week only this counts: its clusters were told apart by more
than words. Both chosen on halves of DSTC11 insurance and banking and of CLINC150."""

APART = 0.75
"""How far a question may be from its entry (1 - likeness) for each part that it is from the entry next to it: what
lies between two is for an operator. The ratio test of SIFT (Lowe 2004, .8 there), chosen as those above are."""

NEAR = 0.3
"""Likeness from which on an operator is told of an entry that a new question may be the same as."""

_TRENDING = 2


@dataclass(slots=True)
class Group:
    """Candidates of several weeks that ask the same, oldest first; `mint` if it is an entry.

    `merged` are entries whose questions it took over, and `like` is the entry that is most like it
    without being it: an operator may merge the two.
    """

    mint: Mint | None = None
    candidates: list[Candidate] = field(default_factory=list)
    merged: list[Mint] = field(default_factory=list)
    like: tuple[Mint, float] | None = None

    def people(self, until: str) -> set[Pseudonym]:
        """Return who asked, over all windows up to one."""
        return {person for c in self.candidates if c.window_key <= until for person in c.people}


class Grouping:
    """Every candidate in one group: the entry, or else the group of earlier weeks, that it is most like.

    Candidates may come week by week, oldest first: the groups are those of all that came so far.
    """

    def __init__(self, mints: Iterable[Mint], fates: Mapping[UUID, Fate] | None = None) -> None:
        self.mints = sorted(mints, key=lambda m: (m.window_key, m.slug))
        self.fates = dict(fates or {})
        self.groups: list[Group] = []
        self._shelf = Shelf()
        known = {mint.entry_id: mint for mint in self.mints}
        last = {mint.entry_id: successor(mint.entry_id, self.fates, known) for mint in self.mints}
        places: dict[UUID, int] = {}
        for mint in self.mints:
            if last[mint.entry_id] == mint.entry_id:
                places[mint.entry_id] = len(self.groups)
                self.groups.append(Group(mint))
        for mint in self.mints:
            place = places[last[mint.entry_id]]
            if last[mint.entry_id] != mint.entry_id:
                self.groups[place].merged.append(mint)
            for language, bag in mint.bags:
                self._shelf.add(place, language, bag)
        self._entries = len(self.groups)

    def add(self, candidates: Iterable[Candidate]) -> None:
        """Add the candidates of weeks after all that were added before."""
        ordered = sorted(candidates, key=_oldest_and_largest)
        for _, week in groupby(ordered, key=lambda candidate: candidate.window_key):
            self._add_week(list(week))

    def _add_week(self, week: Sequence[Candidate]) -> None:
        """Let each group have its nearest candidate of a week, and any that is as good as the same."""
        older = len(self.groups)
        before = [self._alike(candidate) for candidate in week]
        nearest: dict[int, tuple[float, int]] = {}
        for number, alike in enumerate(before):
            for place, score in alike.items():
                nearest[place] = max(nearest.get(place, (0.0, 0)), (score, -number))
        for number, candidate in enumerate(week):
            own = self._best(before[number])
            mutual = own is not None and nearest[own][1] == -number
            least = MATCH if mutual else SURE
            if own is None or before[number][own] < least:
                own = self._founded(candidate, older, before[number])
            self.groups[own].candidates.append(candidate)

    def _best(self, alike: Mapping[int, float]) -> int | None:
        """Return the group that a candidate is most like: an entry, if one is near enough, and no other nearly so."""
        near = [place for place, score in alike.items() if place < self._entries and score >= MATCH]
        if not near:
            return next(iter(alike), None)
        second = max(
            (score for place, score in alike.items() if place < self._entries and place != near[0]),
            default=0.0,
        )
        if 1 - alike[near[0]] <= APART * (1 - second):
            return near[0]
        return next((place for place in alike if place >= self._entries), None)

    def _founded(self, candidate: Candidate, older: int, alike: Mapping[int, float]) -> int:
        """Return the group of this very week that a candidate is as good as the same as, or a new one."""
        now = self._alike(candidate)
        place = next((p for p, score in now.items() if p >= older and score >= SURE), None)
        if place is None:
            place = len(self.groups)
            self.groups.append(Group(like=self._entry_like(alike)))
            for language, bag in candidate.bags:
                self._shelf.add(place, language, bag)
        return place

    def _alike(self, candidate: Candidate) -> dict[int, float]:
        found: dict[int, float] = {}
        for language, bag in candidate.bags:
            for place, score in self._shelf.alike(language, bag, NEAR).items():
                found[place] = max(score, found.get(place, 0.0))
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def _entry_like(self, alike: Mapping[int, float]) -> tuple[Mint, float] | None:
        for place, score in alike.items():
            if place < self._entries and (mint := self.groups[place].mint) is not None:
                return mint, round(score, 2)
        return None


def successor(entry_id: UUID, fates: Mapping[UUID, Fate], known: Collection[UUID]) -> UUID:
    """Return the entry that an entry's questions belong to: itself, unless it was merged into another."""
    seen = {entry_id}
    while (fate := fates.get(entry_id)) is not None and fate.fated is Fated.MERGED:
        if fate.into is None or fate.into in seen or fate.into not in known:
            break
        entry_id = fate.into
        seen.add(entry_id)
    return entry_id


def groups(
    candidates: Iterable[Candidate], mints: Iterable[Mint], fates: Mapping[UUID, Fate] | None = None
) -> list[Group]:
    """Return every candidate in one group, as `Grouping` says."""
    found = Grouping(mints, fates)
    found.add(candidates)
    return found.groups


def to_word(found: Iterable[Group], until: str) -> set[Exemplar]:
    """Return the exemplars whose words may be looked up: enough people asked what they ask."""
    return {
        exemplar
        for group in found
        if len(group.people(until)) >= K
        for candidate in group.candidates
        for exemplar in candidate.exemplars
    }


def proposals(
    found: Iterable[Group],
    wordings: Mapping[Exemplar, str],
    reviews: Collection[Review],
    only: str | None = None,
) -> list[Proposal]:
    """Return one proposal per candidate: what an operator sees of it, and what they said to that.

    Of a group's candidates of one week the most asked one speaks; the others only add people. `only`: of that window.
    """
    standing = {review.digest: review for review in sorted(reviews, key=lambda review: review.window_key)}
    made = (proposal for group in found for proposal in _proposed(group, wordings, only))
    return [replace(proposal, review=standing.get(proposal.digest or "")) for proposal in made]


def entries(
    found: Iterable[Group],
    proposed: Iterable[Proposal],
    window_key: str,
    fates: Mapping[UUID, Fate] | None = None,
) -> list[Entry]:
    """Return the registry as of a window: every minted entry, shown or not, by slug."""
    by_candidate = {proposal.candidate.id: proposal for proposal in proposed}
    said = fates or {}
    made = []
    for group in found:
        if group.mint is None:
            continue
        newest = [by_candidate[c.id] for c in reversed(group.candidates)]
        made.append(_entry(group, group.mint, newest, window_key, said.get(group.mint.entry_id)))
        for mint in group.merged:
            gone = _blank(mint, newest, window_key)
            made.append(replace(gone, reason="merged", redirects_to=group.mint.slug))
    return sorted(made, key=lambda entry: entry.slug)


def _oldest_and_largest(candidate: Candidate) -> tuple[str, int, int]:
    return candidate.window_key, -len(candidate.people), candidate.id.int


def _proposed(group: Group, wordings: Mapping[Exemplar, str], only: str | None) -> Iterator[Proposal]:
    people: set[Pseudonym] = set()
    newest: list[Candidate] = []
    for window_key, week in groupby(group.candidates, key=lambda candidate: candidate.window_key):
        voice, *others = week
        newest.insert(0, voice)
        people.update(person for one in (voice, *others) for person in one.people)
        if only is None or only == window_key:
            yield _proposal(group, voice, len(people), newest, wordings)
            for other in others:
                yield Proposal(other, len(people), None, None, None, "says_the_same", group.mint)


def _proposal(
    group: Group,
    candidate: Candidate,
    people: int,
    newest: Sequence[Candidate],
    wordings: Mapping[Exemplar, str],
) -> Proposal:
    """Word a candidate by what was known by its own window, the newest first."""
    language = candidate.language if group.mint is None else group.mint.language
    if people < K:
        return Proposal(
            candidate,
            people,
            None,
            None,
            None,
            "too_few_people",
            group.mint,
            None,
            language,
            None,
            group.like,
        )
    own = said(newest, language, wordings)
    other = next(one for one in Language if one is not language)
    words = said(newest, other, wordings)
    if own.question is None and words.question is not None and group.mint is None:
        language, other = other, language
        own, words = words, Said()
    question, answer = own.question, own.answer
    also = Wording(other, words.question, words.answer) if words.question and words.answer else None
    reason = "no_wording" if question is None else "no_answer" if answer is None else None
    digest = founded_on = None
    if reason in {None, "no_answer"}:
        seen: list[str | None] = [language, question, answer]
        seen += [] if also is None else [also.language, also.question, also.answer]
        digest = digest_of(json.dumps(seen, ensure_ascii=True))
        if group.mint is None and own.worded_by is not None:
            founded_on = most_asked(own.worded_by, newest, MATCH)
    shown = also if reason is None else None
    answers = (own.answered_by, None if shown is None else words.answered_by)
    return Proposal(
        candidate, people, question, answer, digest, reason, group.mint, None, language, shown, group.like,
        founded_on,
        tuple(version for version in answers if version is not None),
    )  # fmt: skip


def _blank(minted: Mint, newest: Sequence[Proposal], window_key: str) -> Entry:
    """Return an entry that is not shown."""
    return Entry(
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
        last_window=newest[0].candidate.window_key if newest else minted.window_key,
        aliases=minted.aliases,
    )


def _entry(
    group: Group, minted: Mint, newest: Sequence[Proposal], window_key: str, fate: Fate | None
) -> Entry:
    """Fold one entry: its newest approved words, if enough people still ask and nobody retired it."""
    people = len(group.people(window_key))
    blank = _blank(minted, newest, window_key)
    if fate is not None and fate.fated is Fated.RETIRED:
        return replace(blank, reason="by_an_operator")
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
        also=chosen.also,
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


def _words(proposal: Proposal) -> tuple[object, ...]:
    return proposal.question, proposal.answer, proposal.also
