"""What makes two alike: the venues (or people) both have to do with, and what each adds to their cosine.

What belongs here: the reckoning over edges of both ends. What does not: reading them (`store`), their
rows (`grounds`), and finding who is alike (`likeness`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from agnt_pipelines.graph.entities import VISITS, Edge, NodeType, Relation, type_of
from agnt_pipelines.graph.likeness import entry


@dataclass(frozen=True, slots=True)
class Shared:
    """A node that both ends have to do with; `part` of their likeness is its doing (0..1, all of them 1).

    `one` and `other` are the edges that join it to either end, heaviest first.
    """

    node: str
    part: float
    one: tuple[Edge, ...]
    other: tuple[Edge, ...]


def counted(relation: Relation) -> frozenset[Relation]:
    """Return the relations whose edges a likeness is made of."""
    return frozenset({Relation.BOOKED}) if relation is Relation.CO_BOOKED else VISITS


def shared(relation: Relation, one: Iterable[Edge], other: Iterable[Edge], of: str) -> list[Shared]:
    """Return what makes two ends alike, what adds most first, ties by node.

    Args:
        relation: the likeness, whose entries are its own: of CO_BOOKED, each person counts one.
        one: the edges of the likeness's source, of the relations that are `counted`; `other` of its end.
        of: the source's node.
    """
    mine, theirs = _by_far_end(one, type_of(of)), _by_far_end(other, type_of(of))
    both = sorted(mine.keys() & theirs.keys())
    products = {name: _entry(relation, mine[name]) * _entry(relation, theirs[name]) for name in both}
    total = sum(products.values())
    found = [Shared(name, products[name] / total, tuple(mine[name]), tuple(theirs[name])) for name in both]
    return sorted(found, key=lambda one: (-one.part, one.node))


def _by_far_end(edges: Iterable[Edge], near: NodeType) -> Mapping[str, Sequence[Edge]]:
    """Return the edges between a person and venues by the end that is not the near one's type."""
    found: defaultdict[str, list[Edge]] = defaultdict(list)
    for edge in edges:
        if type_of(edge.dst) is NodeType.VENUE:
            found[edge.src if near is NodeType.VENUE else edge.dst].append(edge)
    return found


def _entry(relation: Relation, edges: Sequence[Edge]) -> int:
    if relation is Relation.CO_BOOKED:
        return 1
    return int(entry(np.array([edge.weight for edge in edges], np.int64)).sum())
