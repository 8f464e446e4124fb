"""The checks that a whole build must pass before anything of it is written.

They hold of every plan that this code makes; one that fails is a fault of the code, so the build is
refused. What does not belong here: judging losses, which is a hold's business.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final

from agnt_pipelines.graph import weights
from agnt_pipelines.graph.entities import SIMILARITIES, Edge, Node, NodeType

MAX_WEIGHT = 1 << 62

DESCRIPTIONS: Final = {
    "no_dangling_edge": "Both ends of every edge are nodes of the same build.",
    "no_duplicate": "No node and no edge (relation, source, end) is there twice.",
    "weights_in_range": "Weights lie in 0..2^62, cosines in 0..2^20, and every edge has evidence.",
    "nobody_gone": "No node or edge belongs to a person who is gone.",
}
"""Check name -> what it holds; the names are those of the asset checks."""


def failed(nodes: Sequence[Node], edges: Sequence[Edge], living: Collection[str]) -> dict[str, int]:
    """Return the checks that failed, with how many nodes and edges failed them."""
    names = {node.id for node in nodes}
    failures: Counter[str] = Counter()
    failures["no_duplicate"] += len(nodes) - len(names) + len(edges) - len({edge.key for edge in edges})
    failures["nobody_gone"] += sum(
        node.owner not in living for node in nodes if node.owner is not None or node.type is NodeType.USER
    )
    for edge in edges:
        failures["no_dangling_edge"] += not {edge.src, edge.dst} <= names
        most = weights.ONE if edge.relation in SIMILARITIES else MAX_WEIGHT
        failures["weights_in_range"] += not (0 <= edge.weight <= most and edge.evidence_count > 0)
    return {name: count for name, count in failures.items() if count}
