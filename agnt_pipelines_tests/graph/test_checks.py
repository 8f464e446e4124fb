"""A build that is wrong is recognised."""

from __future__ import annotations

import numpy as np
import pytest

from agnt_pipelines.graph import checks, weights
from agnt_pipelines.graph.columns import Edges
from agnt_pipelines.graph.entities import Node, NodeType, Relation

NODES = [Node("user:ayu", NodeType.USER, "ayu"), Node("venue:v", NodeType.VENUE)]
GHOST = Node("user:ghost", NodeType.USER)
IDS = ("user:ayu", "venue:v", "venue:w", "user:ghost")


def edges(*pairs: tuple[str, str], weight: int = 1) -> Edges:
    src, dst = (np.array([IDS.index(pair[end]) for pair in pairs], np.int32) for end in (0, 1))
    ones = np.ones(len(pairs), np.int64)
    return Edges(src, dst, ones * weight, ones, ones, ones)


LIKED = ("user:ayu", "venue:v")


@pytest.mark.parametrize(
    ("relation", "some", "living", "failed"),
    [
        (Relation.BOOKED, edges(LIKED), {"ayu"}, {}),
        (Relation.BOOKED, edges(("user:ayu", "venue:w")), {"ayu"}, {"no_dangling_edge": 1}),
        (Relation.BOOKED, edges(LIKED, LIKED), {"ayu"}, {"no_duplicate": 1}),
        (Relation.BOOKED, edges(LIKED, weight=-1), {"ayu"}, {"weights_in_range": 1}),
        (Relation.SIMILAR_TO, edges(LIKED, weight=weights.ONE + 1), {"ayu"}, {"weights_in_range": 1}),
        (Relation.BOOKED, edges(LIKED), set(), {"nobody_gone": 1}),
        (Relation.SIMILAR_TASTE, edges(("user:ayu", "user:ghost")), {"ayu"}, {"nobody_gone": 1}),
    ],
)
def test_a_wrong_build_fails_its_check(
    relation: Relation, some: Edges, living: set[str], failed: dict[str, int]
) -> None:
    nodes = [*NODES, GHOST] if IDS.index("user:ghost") in some.dst else NODES
    assert checks.failed(nodes, IDS, {relation: some}, living) == failed


def test_a_node_that_nothing_names_is_an_orphan() -> None:
    alone = Node("city:canggu", NodeType.CITY)
    found = checks.failed([*NODES, alone], IDS, {Relation.BOOKED: edges(LIKED)}, {"ayu"})
    assert found == {"no_orphan": 1}
    assert checks.failed([*NODES, alone], IDS, {}, {"ayu"}, {"city:canggu"}) == {}
