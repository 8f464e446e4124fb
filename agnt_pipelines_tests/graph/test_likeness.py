"""Top-k cosine against the definition of it."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from scipy import sparse

from agnt_pipelines.graph import likeness, weights

ROWS = st.lists(st.lists(st.integers(0, 3), min_size=5, max_size=5).filter(any), min_size=1, max_size=40)
UNTIMED = hypothesis_settings(deadline=None)
FIELDS = ("one", "other", "cosine", "shared")


@UNTIMED
@given(ROWS, st.integers(1, 4), st.booleans())
def test_the_nearest_are_those_of_the_definition(rows: list[list[int]], k: int, binary: bool) -> None:
    """Many rows are alike to the last bit, so that ties overrun the candidates."""
    rows = [[min(entry, 1) if binary else entry for entry in row] for row in rows]
    made = sparse.csr_array(np.array(rows, dtype=np.int64))
    pairs = likeness.top_k(made, k, binary=binary)
    found = list(zip(*(getattr(pairs, name).tolist() for name in FIELDS), strict=True))
    expected = []
    for one, mine in enumerate(rows):
        near = []
        for other, theirs in enumerate(rows):
            shared = sum(a > 0 and b > 0 for a, b in zip(mine, theirs, strict=True))
            if other != one and shared >= likeness.MIN_SHARED:
                dot = sum(a * b for a, b in zip(mine, theirs, strict=True))
                norms = math.sqrt(sum(a * a for a in mine)) * math.sqrt(sum(b * b for b in theirs))
                near.append((-math.floor(min(dot / norms, 1.0) * weights.ONE), other, shared))
        expected += [(one, other, -cosine, shared) for cosine, other, shared in sorted(near)[:k]]
    assert found == expected
