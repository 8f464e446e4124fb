"""Why a venue is recommended: paths of real edges, and the sentences that tell them.

What belongs here: paths in words. What does not: which path is told (`paths`), and names of other
people, who are only ever counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from agnt_pipelines.graph.entities import NodeType, Relation, type_of

_VERBS = {
    Relation.BOOKED: "booked",
    Relation.COMPLETED: "went to",
    Relation.SAVED: "saved",
    Relation.RATED: "rated",
    Relation.ASKED_ABOUT: "asked about",
    Relation.BASED_IN: "are based in",
    Relation.PREFERS: "like",
    Relation.LOCATED_IN: "lies in",
    Relation.HAS_FEATURE: "has",
    Relation.SUITS: "suits",
}
_ANY = "were drawn to"
"""Of people who did different things: some booked, others only saved or asked."""


class Closing(StrEnum):
    """What ends a sentence whose edges do not tell the whole of it, for the sake of other people."""

    OF_YOUR_PLACES = "they know other places of yours, too"
    NEAR = "it lies near your taste, and few people know it yet"
    NEW = "few people know it yet"
    YOURS = "it is one of your own places"
    NOT_YET = "you have not been there yet"


@dataclass(frozen=True, slots=True)
class Step:
    """An edge of a path; without a source it is an edge that so many other people have.

    Without a relation, each of them has one of several that speak for interest in a venue.
    """

    src: str | None
    relation: Relation | None
    dst: str
    people: int = 1

    def __str__(self) -> str:
        """Return the edge as text: user:ayu BOOKED venue:v1."""
        return f"{self.src or f'{self.people} people'} {self.relation or 'VISITS'} {self.dst}"


@dataclass(frozen=True, slots=True)
class Path:
    """How one gets over the graph from a person to a venue."""

    steps: tuple[Step, ...]
    closing: Closing | None = None

    def sentence(self, called: Callable[[str], str]) -> str:
        """Return the path in words; `called` gives a node's name."""
        ending = () if self.closing is None else (self.closing.value,)
        return "; ".join((*_clauses(self.steps, called), *ending))


def _clauses(steps: Sequence[Step], called: Callable[[str], str]) -> Iterator[str]:
    """Yield a clause a step; two steps of the same other people are one."""
    joined: Step | None = None
    for place, step in enumerate(steps):
        does = f"{_verb(step)} {called(step.dst)}"
        after = steps[place + 1] if place + 1 < len(steps) else None
        if step.src is None and after is not None and after.src is None:
            joined = step
        elif joined is not None:
            also = "also " if _did_the_same(steps[place - 2], joined) else ""
            yield f"{_others(step)} who {also}{_verb(joined)} {called(joined.dst)} {does}"
            joined = None
        else:
            yield f"{_subject(step, called)} {does}"


def _did_the_same(mine: Step, others: Step) -> bool:
    """Whether others did at a venue what the person did there, or anything that speaks for interest in it."""
    return mine.src is not None and mine.dst == others.dst and others.relation in {mine.relation, None}


def _verb(step: Step) -> str:
    return _ANY if step.relation is None else _VERBS[step.relation]


def _subject(step: Step, called: Callable[[str], str]) -> str:
    if step.src is None:
        return _others(step)
    return "you" if type_of(step.src) is NodeType.USER else called(step.src)


def _others(step: Step) -> str:
    return "1 person" if step.people == 1 else f"{step.people} people"
