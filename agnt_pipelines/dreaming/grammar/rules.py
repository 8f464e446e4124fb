"""What a rule is: a pattern tried at one place of a clause, and the reader of its value.

What belongs here: the shapes that both languages' rule tables share. What does not: the readers
(`readers`), any pattern of one language, and the walk over clauses (`grammar` itself).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from agnt_pipelines.dreaming.claims import Polarity, Slot


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a rule matched: its clause, the words from `at` to `limit`, and the day they were said."""

    folded: str
    original: str
    clause_start: int
    clause_end: int
    limit: int
    at: int
    said_on: date
    match: re.Match[str]


@dataclass(frozen=True, slots=True)
class Found:
    """A value read at a spot; `slot` and `polarity` replace the rule's own where they are given."""

    value: str
    end: int
    slot: Slot | None = None
    polarity: Polarity | None = None
    expires_on: date | None = None


Reader = Callable[[Spot], Iterable[Found]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern that is tried at one place of a clause, and how its value is read.

    The value is read from the group `v` on where the pattern has one, else from its end.
    """

    slot: Slot
    pattern: re.Pattern[str]
    read: Reader
    polarity: Polarity = Polarity.AFFIRMED


@dataclass(frozen=True, slots=True)
class Family:
    """Rules of one subject matter, tried where `hint` finds one of its words in the sentence.

    `predicates` stand behind a subject, `possessions` behind "my", `free` where a clause opens; `inside`
    are looked for anywhere in a clause that speaks of nobody else.
    """

    hint: re.Pattern[str]
    predicates: tuple[Rule, ...] = ()
    possessions: tuple[Rule, ...] = ()
    free: tuple[Rule, ...] = ()
    inside: tuple[Rule, ...] = ()


def spaced(pattern: str) -> re.Pattern[str]:
    """A compiled pattern in which one space stands for any run of them, unless it is quantified."""
    return re.compile(re.sub(r" (?![*+?{])", r"\\s+", pattern).replace(" ", r"\s"))


def rule(slot: Slot, pattern: str, read: Reader, *, denied: bool = False) -> Rule:
    """A rule from the text of its pattern, in which a space stands for any run of spaces."""
    return Rule(slot, spaced(pattern), read, Polarity.DENIED if denied else Polarity.AFFIRMED)
