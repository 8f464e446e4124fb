"""What the wing's modules speak of: conversations, questions, candidates, entries.

Pure data. What belongs here: shapes and their ids. What does not: how any of them comes to be.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import NAMESPACE_OID, UUID, uuid5

K = 5
"""Distinct people who must have asked before anything of a question is shown (windows of the FAQ)."""

_NAMESPACE = uuid5(NAMESPACE_OID, "agnt_pipelines.faq")

Pseudonym = NewType("Pseudonym", str)
"""Stands for a person where people are only counted: it names nobody, and is never shown."""

Features = Mapping[int, int]
"""A hashed bag of what a question is made of: feature -> weight, 1..100."""


class Language(StrEnum):
    """Languages in which questions are read."""

    ENGLISH = "en"
    INDONESIAN = "id"


class Status(StrEnum):
    """What has become of an entry by a window."""

    NEW = "new"
    STABLE = "stable"
    TRENDING = "trending"
    CHANGED = "changed"
    PENDING = "pending"
    RETIRED = "retired"

    @property
    def shown(self) -> bool:
        """Whether the page shows it."""
        return self not in {Status.PENDING, Status.RETIRED}


class Verdict(StrEnum):
    """What an operator decided."""

    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation; `asks` is false for what an agent said."""

    id: str
    person: Pseudonym | None
    asks: bool
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation, cut at its window's end; turns in order of time."""

    id: str
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One sentence that somebody asked, redacted, with what the agent answered (sentences).

    `replied` says whether an agent said anything to it, be it of no use to anybody else.
    """

    conversation: str
    turn: str
    sentence: int
    person: Pseudonym
    text: str
    language: Language
    answer: tuple[str, ...] = ()
    answer_turns: tuple[str, ...] = ()
    replied: bool = False


@dataclass(frozen=True, slots=True)
class Exemplar:
    """Where the wording of a question may be taken from: a place and the digest of its text."""

    conversation: str
    turn: str
    sentence: int
    digest: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two values of one thing that cannot both hold: what an answer says, and what is said elsewhere.

    `by` is a passage's place in the wiki, or, of agents' replies, how many people were told it.
    """

    kind: str
    said: str
    other: str
    by: str


@dataclass(frozen=True, slots=True)
class Version:
    """The same question as it was asked in another language, with what its askers were told."""

    language: Language
    features: Features
    exemplar: Exemplar | None
    answer: str | None
    answer_people: int
    answer_turns: tuple[str, ...]
    disputed: tuple[Dispute, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """A question and its answer in words, in a language."""

    language: Language
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that a week's talk asked, without anybody's words.

    Attributes:
        language: the one in which more people asked.
        people: who asked, in whatever language, as pseudonyms; only their number matters.
        features: hashes by which weeks are compared.
        exemplar: the sentence that could word it; None where none may.
        answer: what agents replied to several people; None where they did not.
        answer_turns: ids of the replies it is from (for the operator, never published).
        also: the same question in the other language, if it was asked there too.
        disputed: values in the answer that other replies contradict.
    """

    id: UUID
    window_key: str
    language: Language
    people: tuple[Pseudonym, ...]
    mentions: int
    features: Features
    exemplar: Exemplar | None
    answer: str | None
    answer_people: int
    answer_turns: tuple[str, ...]
    also: Version | None = None
    disputed: tuple[Dispute, ...] = ()

    @property
    def versions(self) -> tuple[Version, ...]:
        """The question in each language in which it was asked, its own first."""
        own = Version(
            self.language, self.features, self.exemplar, self.answer, self.answer_people, self.answer_turns,
            self.disputed,
        )  # fmt: skip
        return (own,) if self.also is None else (own, self.also)

    @property
    def bags(self) -> tuple[tuple[Language, Features], ...]:
        """Features by language."""
        return tuple((version.language, version.features) for version in self.versions)

    @property
    def exemplars(self) -> tuple[Exemplar, ...]:
        """Whatever may word it, in any language."""
        return tuple(version.exemplar for version in self.versions if version.exemplar is not None)


@dataclass(frozen=True, slots=True)
class Mint:
    """An entry's permanent identity: minted once, recorded as a decision, never made anew.

    `aliases` are the addresses it had before an operator gave it another: they lead to it for good.
    """

    entry_id: UUID
    slug: str
    language: Language
    window_key: str
    features: Features
    also: tuple[Language, Features] | None = None
    aliases: tuple[str, ...] = ()

    @property
    def bags(self) -> tuple[tuple[Language, Features], ...]:
        """Features by language."""
        own = (self.language, self.features)
        return (own,) if self.also is None else (own, self.also)


class Fated(StrEnum):
    """What an operator may decide about an entry."""

    RETIRED = "retired"
    MERGED = "merged"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Fate:
    """What an operator decided about an entry, from a window on; `into` is the entry that takes over."""

    entry_id: UUID
    window_key: str
    fated: Fated
    reason: str
    into: UUID | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """What an operator decided about one proposal; it binds to the digest of what they saw."""

    window_key: str
    digest: str
    verdict: Verdict
    question: str | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an operator reviews: a candidate in words, and the entry it would belong to.

    `reason` says why it cannot be approved as it is; None where it can. `digest` is of what an operator sees, None
    where nothing may be seen; what lacks an answer has one, for an operator may give it. `also` are its words in the other
    language; `like` is an entry that it may be the same as, with the likeness;
    `founded_on` the candidate that an entry would be minted of, `answered_by` the versions whose answers are shown.
    """

    candidate: Candidate
    people: int
    question: str | None
    answer: str | None
    digest: str | None
    reason: str | None
    entry: Mint | None = None
    review: Review | None = None
    language: Language | None = None
    also: Wording | None = None
    like: tuple[Mint, float] | None = None
    founded_on: Candidate | None = None
    answered_by: tuple[Version, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the registry as of a window; question and answer are None unless it is shown.

    `redirects_to` is the slug of the entry that took over its questions, if it was merged; `aliases` are slugs it
    had before.
    """

    entry_id: UUID
    window_key: str
    slug: str
    language: Language
    status: Status
    reason: str | None
    question: str | None
    answer: str | None
    people_bucket: str | None
    weeks: int
    first_window: str
    last_window: str
    also: Wording | None = None
    redirects_to: str | None = None
    aliases: tuple[str, ...] = ()


def digest_of(text: str) -> str:
    """Return the SHA-256 of a text, hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def pseudonym(user_id: str) -> Pseudonym:
    """Return what stands for a person where people are counted."""
    return Pseudonym(hashlib.blake2b(user_id.encode(), digest_size=12, person=b"agnt_faq").hexdigest())


def identity(*parts: object) -> UUID:
    """Return the uuid5 of some parts: the same content has the same id in every run."""
    return uuid5(_NAMESPACE, json.dumps([str(part) for part in parts]))


def bucket(people: int) -> str:
    """Return the bucket that stands for a number of people: counts would tell weeks apart."""
    for low, high in ((5, 9), (10, 24), (25, 49), (50, 99)):
        if low <= people <= high:
            return f"{low}-{high}"
    return "100+" if people >= 100 else "<5"
