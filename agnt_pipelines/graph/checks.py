"""The checks that a whole build must pass before anything of it is written.

They hold of every plan that this code makes; one that fails is a fault of the code, so the build is
refused. What does not belong here: judging losses, which is a hold's business.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Final

import numpy as np

from agnt_pipelines.graph import weights
from agnt_pipelines.graph.columns import Edges
from agnt_pipelines.graph.entities import SIMILARITIES, Node, NodeType, Relation

MAX_WEIGHT = 1 << 62

DESCRIPTIONS: Final = {
    "no_dangling_edge": "Both ends of every edge are nodes of the same build.",
    "no_duplicate": "No node and no edge (relation, source, end) is there twice.",
    "no_orphan": "Every node is named by a source or touched by an edge.",
    "weights_in_range": "Weights lie in 0..2^62, cosines in 0..2^20, and every edge has evidence.",
    "nobody_gone": "No node or edge belongs to a person who is gone.",
}
"""Check name -> what it holds; the names are those of the asset checks."""

LIKENESS: Final = {name: DESCRIPTIONS[name] for name in ("no_duplicate", "weights_in_range")}
"""Those of edges that follow from edges: their ends are nodes, as the others' are."""

_NAMED = frozenset({NodeType.USER, NodeType.VENUE})
"""Types whose nodes the sources name by themselves; every other is there for an edge's sake."""


def failed(
    nodes: Sequence[Node],
    ids: Sequence[str],
    edges: Mapping[Relation, Edges],
    living: Collection[str],
    standing: Collection[str] = (),
) -> dict[str, int]:
    """Return the checks that failed, with how many nodes and edges failed them.

    Args:
        nodes: of the build.
        ids: of the edges' ends.
        edges: by relation, ordered by their ends.
        living: people who are there.
        standing: nodes that edges touch which are not among `edges`.
    """
    names = {node.id for node in nodes}
    known = np.array([name in names for name in ids], np.bool_)
    ends = set(standing)
    failures: Counter[str] = Counter()
    failures["no_duplicate"] += len(nodes) - len(names)
    failures["nobody_gone"] += sum(
        node.owner not in living for node in nodes if node.owner is not None or node.type is NodeType.USER
    )
    for relation, some in edges.items():
        of_one = edges_failed(relation, some)
        of_one["no_dangling_edge"] = int((~known[some.src] | ~known[some.dst]).sum())
        failures.update(of_one)
        ends.update(ids[place] for place in np.unique(np.concatenate((some.src, some.dst))))
    failures["no_orphan"] += sum(node.type not in _NAMED and node.id not in ends for node in nodes)
    return {name: count for name, count in failures.items() if count}


def edges_failed(relation: Relation, edges: Edges) -> dict[str, int]:
    """Return what is wrong with one relation's edges in themselves."""
    most = weights.ONE if relation in SIMILARITIES else MAX_WEIGHT
    wrong = (edges.weight < 0) | (edges.weight > most) | (edges.count <= 0)
    same = (edges.src[1:] == edges.src[:-1]) & (edges.dst[1:] == edges.dst[:-1])
    return {"weights_in_range": int(wrong.sum()), "no_duplicate": int(same.sum())}
