"""The FAQ as operators and readers meet it: proposals, their decisions, and the page.

What belongs here: one function per capability, for `api`. What does not: printing (`cli.faq`), and
what is proposed (`faq.registry`).
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.faq import faq_compile, index, page, policy, registry, store, wiki_store
from agnt_pipelines.faq.grounding import Passage, Wiki
from agnt_pipelines.faq.index import Index
from agnt_pipelines.faq.talk import Dispute, Entry, Proposal, Verdict, bucket
from agnt_pipelines.replay.windows import FAQ_WEEK
from agnt_pipelines.serving.session import Platform

_LEFT = "left_"


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal as an operator sees it; `id` is what approve and reject take.

    `stand` is how the wiki stands to the answer, `wiki` what it says of the question; `disputed` are values
    that other replies, or the wiki, contradict.
    """

    id: str
    language: str
    people: str
    question: str | None
    answer: str | None
    state: str
    slug: str | None
    doubt: str | None = None
    like: str | None = None
    also: Mapping[str, str] | None = None
    told: int = 0
    stand: str | None = None
    wiki: Sequence[Passage] = ()
    disputed: Sequence[Dispute] = ()


@dataclass(frozen=True, slots=True)
class Week:
    """What a week's extraction offers for review, and what it left out."""

    window_key: str
    proposals: Sequence[Proposed]
    left_out: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Sources:
    """What an entry rests on: ids of questions that could word it, and of agents' replies it cites."""

    questions: tuple[str, ...]
    replies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """Where a page was written, and which index it shows."""

    folder: str
    window_key: str
    entries: int
    sha256: str


def faq_week(platform: Platform, window: str | None = None, *, everything: bool = False) -> Week:
    """Return a week's proposals, the most asked first; `everything`: also those that cannot be approved.

    Raises:
        SettingsError: the week has no complete extraction.
    """
    with platform.database.reading() as snapshot:
        key = _window(platform, window)
        completed = store.completion(snapshot, "faq_candidates", key)
        if completed is None:
            raise SettingsError(
                f"FAQ week {key} has no complete extraction: ./agnt run faq_extract --window {key}"
            )
        _, found = faq_compile.proposed(snapshot, key, platform.settings)
        wiki, venues = wiki_store.read_wiki(snapshot, platform.settings), wiki_store.read_venues(snapshot)
    mine = [one for one in found if one.candidate.window_key == key]
    left = {
        name.removeprefix(_LEFT): count for name, count in completed.counts.items() if name.startswith(_LEFT)
    }
    for one in mine:
        if one.reason is not None:
            left[one.reason] = left.get(one.reason, 0) + 1
    shown = [one for one in mine if everything or one.reason is None]
    ordered = sorted(shown, key=lambda one: (one.reason is not None, -one.people, one.candidate.id.int))
    return Week(
        key, [proposed(one, wiki, venues) for one in ordered], {n: c for n, c in sorted(left.items()) if c}
    )


def decide_faq(
    platform: Platform,
    prefix: str,
    decided_by: str,
    *,
    approve: bool,
    window: str | None = None,
    question: str | None = None,
    answer: str | None = None,
) -> Proposed:
    """Approve or reject the one proposal whose id begins with `prefix`; return it as it stands then.

    Raises:
        SettingsError: none or several begin so, or it cannot be approved; the message says why.
    """
    verdict = Verdict.APPROVED if approve else Verdict.REJECTED
    with platform.database.reading() as snapshot:
        key = _window(platform, window)
        _, found = faq_compile.proposed(snapshot, key, platform.settings)
    mine = [
        one for one in found if one.candidate.window_key == key and str(one.candidate.id).startswith(prefix)
    ]
    if len(mine) != 1:
        raise SettingsError(
            f"{len(mine)} proposals of {key} begin with {prefix!r}; `./agnt faq list` lists them."
        )
    (proposal,) = mine
    if proposal.digest is None:
        raise SettingsError(f"{prefix} cannot be decided about: {(proposal.reason or '').replace('_', ' ')}.")
    if approve and proposal.answer is None and answer is None:
        raise SettingsError(
            f"{prefix} has no answer that agents gave several people: give one with --answer."
        )
    refuse_personal(platform, question, answer)
    with platform.database.writing() as connection:
        faq_compile.decide(connection, proposal, verdict, decided_by, question=question, answer=answer)
    with platform.database.reading() as snapshot:
        _, again = faq_compile.proposed(snapshot, key, platform.settings)
    return next(proposed(one) for one in again if one.candidate.id == proposal.candidate.id)


def faq_entries(platform: Platform, window: str | None = None) -> list[Entry]:
    """Return the registry as of a week; without one, as it is published."""
    with platform.database.reading() as snapshot:
        current = store.published(snapshot)
        key = window or (current.window_key if current else None)
        return store.read_entries(snapshot, key) if key else []


def faq_sources(platform: Platform, window: str) -> dict[UUID, Sources]:
    """Return what each entry of the registry rests on as of a week."""
    with platform.database.reading() as snapshot:
        found = registry.groups(store.read_candidates(snapshot, window), store.read_mints(snapshot, window))
    return {
        group.mint.entry_id: Sources(
            tuple(sorted({one.exemplar.turn for one in group.candidates if one.exemplar is not None})),
            tuple(sorted({turn for one in group.candidates for turn in one.answer_turns})),
        )
        for group in found
        if group.mint is not None
    }


def faq_page(platform: Platform, folder: Path) -> Written:
    """Write the published index as JSON and as a page into a folder.

    Raises:
        SettingsError: nothing is published yet.
        NotReady: the staged index is missing or damaged.
    """
    with platform.database.reading() as snapshot:
        current = store.published(snapshot)
    if current is None:
        raise SettingsError(
            "No FAQ is published yet: ./agnt run faq_extract, ./agnt faq approve, ./agnt run faq_compile."
        )
    found = faq_compile.read_staged(current.sha256, platform.settings)
    folder.mkdir(parents=True, exist_ok=True)
    _replace(folder / "index.json", found.encoded())
    _replace(folder / "index.html", _html(found))
    return Written(str(folder), current.window_key, len(found.items), current.sha256)


def _html(found: Index) -> bytes:
    return page.render(found).encode()


def _replace(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_bytes(content)
    part.replace(path)


def _window(platform: Platform, window: str | None) -> str:
    """Return a week's key, checked; without one, the newest week that was extracted."""
    if window is not None:
        return FAQ_WEEK.window(window).key
    with platform.database.reading() as snapshot:
        newest = store.last_extracted(snapshot)
    return newest or FAQ_WEEK.last_closed(platform.now).key


def refuse_personal(platform: Platform, *texts: str | None) -> None:
    """Refuse an operator's words that could tell who somebody is.

    Raises:
        SettingsError: they could.
    """
    redactor = store.redactor(platform.settings)
    if found := sorted({mark.value for text in texts if text for mark in redactor.found(text)}):
        raise SettingsError(f"Your wording holds what looks like a {', a '.join(found)}: leave it out.")


def proposed(proposal: Proposal, wiki: Wiki | None = None, venues: Collection[str] = ()) -> Proposed:
    """Return a proposal as an operator sees it, with what the wiki says of it, if one is given."""
    review = proposal.review
    question, answer = proposal.question, proposal.answer
    if review is not None:
        question, answer = review.question or question, review.answer or answer
    shown = proposal.reason is None
    why = policy.doubt(proposal, wiki, venues) if shown and review is None else None
    seen = question is not None and proposal.digest is not None
    found = wiki.grounding(question or "", answer) if wiki is not None and seen else None
    return Proposed(
        id=str(proposal.candidate.id),
        language=(proposal.language or proposal.candidate.language).value,
        people=bucket(proposal.people),
        question=question if shown or proposal.reason == "no_answer" else None,
        answer=answer if proposal.digest is not None else None,
        state=review.verdict.value if review is not None else proposal.reason or "open",
        slug=proposal.entry.slug if proposal.entry is not None else None,
        doubt=None if why is None else why.value,
        like=proposal.like[0].slug if proposal.like is not None and proposal.entry is None else None,
        also=None if proposal.also is None else index.wording(proposal.also),
        told=proposal.answered_by[0].answer_people if proposal.answered_by else 0,
        stand=None if found is None else found.stand.value,
        wiki=() if found is None else found.passages,
        disputed=[*(found.disputes if found else ()), *_disputed(proposal)] if seen else (),
    )


def _disputed(proposal: Proposal) -> list[Dispute]:
    versions = (*proposal.candidate.versions, *proposal.answered_by)
    return list(dict.fromkeys(one for version in versions for one in version.disputed))
