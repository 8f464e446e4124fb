"""Why a venue is recommended: paths of real edges, and the sentences that tell them.

What belongs here: paths in words. What does not: which path is strongest (`recommend`), and names of
other people, who are only ever counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

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
}


@dataclass(frozen=True, slots=True)
class Step:
    """An edge of a path; without a source it is an edge that so many other people have."""

    src: str | None
    relation: Relation
    dst: str
    people: int = 1


@dataclass(frozen=True, slots=True)
class Path:
    """How a walk over the graph gets from a person to a venue."""

    steps: tuple[Step, ...]

    def sentence(self, called: Callable[[str], str]) -> str:
        """Return the path in words; `called` gives a node's name."""
        return "; ".join(_clauses(self.steps, called))


def _clauses(steps: Sequence[Step], called: Callable[[str], str]) -> Iterator[str]:
    """Yield a clause a step; two steps of the same other people are one."""
    joined: Step | None = None
    for place, step in enumerate(steps):
        does = f"{_VERBS[step.relation]} {called(step.dst)}"
        after = steps[place + 1] if place + 1 < len(steps) else None
        if step.src is None and after is not None and after.src is None:
            joined = step
        elif joined is not None:
            yield f"{_others(step)} who also {_VERBS[joined.relation]} {called(joined.dst)} {does}"
            joined = None
        else:
            yield f"{_subject(step, called)} {does}"


def _subject(step: Step, called: Callable[[str], str]) -> str:
    if step.src is None:
        return _others(step)
    return "you" if type_of(step.src) is NodeType.USER else called(step.src)


def _others(step: Step) -> str:
    return "1 person" if step.people == 1 else f"{step.people} people"
