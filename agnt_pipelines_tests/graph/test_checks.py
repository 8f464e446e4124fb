"""A build that is wrong is recognised."""

from __future__ import annotations

import pytest

from agnt_pipelines.graph import checks, weights
from agnt_pipelines.graph.entities import Edge, Node, NodeType, Relation

NODES = [Node("user:ayu", NodeType.USER, "ayu"), Node("venue:v", NodeType.VENUE)]
GHOST = Node("user:ghost", NodeType.USER)


def edge(relation: Relation = Relation.BOOKED, weight: int = 1, dst: str = "venue:v") -> Edge:
    return Edge(relation, "user:ayu", dst, weight, 1, None, None, {})


@pytest.mark.parametrize(
    ("edges", "living", "failed"),
    [
        ([edge()], {"ayu"}, {}),
        ([edge(dst="venue:w")], {"ayu"}, {"no_dangling_edge": 1}),
        ([edge(), edge(weight=2)], {"ayu"}, {"no_duplicate": 1}),
        ([edge(weight=-1)], {"ayu"}, {"weights_in_range": 1}),
        ([edge(Relation.SIMILAR_TO, weights.ONE + 1)], {"ayu"}, {"weights_in_range": 1}),
        ([edge()], set(), {"nobody_gone": 1}),
        ([edge(dst="user:ghost")], {"ayu"}, {"nobody_gone": 1}),
    ],
)
def test_a_wrong_build_fails_its_check(edges: list[Edge], living: set[str], failed: dict[str, int]) -> None:
    nodes = [*NODES, *(GHOST for one in edges if one.dst == GHOST.id)]
    assert checks.failed(nodes, edges, living) == failed
