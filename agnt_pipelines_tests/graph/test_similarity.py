"""Top-k cosine against the definition of it, and communities."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from scipy import sparse

from agnt_pipelines.graph import communities, similarity, weights
from agnt_pipelines.graph.entities import Edge, Relation

ROWS = st.lists(st.lists(st.integers(0, 3), min_size=5, max_size=5), min_size=1, max_size=8)
UNTIMED = hypothesis_settings(deadline=None)


@UNTIMED
@given(ROWS, st.integers(1, 4))
def test_the_nearest_are_those_of_the_definition(rows: list[list[int]], k: int) -> None:
    made = sparse.csr_array(np.array(rows, dtype=np.int64))
    found = [(pair.one, pair.other, pair.cosine, pair.shared) for pair in similarity.top_k(made, k)]
    expected = []
    for one, mine in enumerate(rows):
        near = []
        for other, theirs in enumerate(rows):
            shared = sum(a > 0 and b > 0 for a, b in zip(mine, theirs, strict=True))
            if other != one and shared >= similarity.MIN_SHARED:
                dot = sum(a * b for a, b in zip(mine, theirs, strict=True))
                norms = math.sqrt(sum(a * a for a in mine)) * math.sqrt(sum(b * b for b in theirs))
                near.append((-math.floor(min(dot / norms, 1.0) * weights.ONE), other, shared))
        expected += [(one, other, -cosine, shared) for cosine, other, shared in sorted(near)[:k]]
    assert found == expected


def alike(src: str, dst: str) -> Edge:
    return Edge(Relation.SIMILAR_TASTE, src, dst, weights.ONE // 2, 2, None, None, {})


def test_communities_are_numbered_by_size_whatever_the_order_of_edges() -> None:
    trio, pair = ("user:a", "user:b", "user:c"), ("user:y", "user:z")
    edges = [alike(a, b) for group in (trio, pair) for a in group for b in group if a != b]
    found = communities.number(edges)
    assert found == {**dict.fromkeys(trio, 1), **dict.fromkeys(pair, 2)}
    assert communities.number(edges[::-1]) == found


def test_nobody_alike_is_no_community() -> None:
    assert communities.number([]) == {}
