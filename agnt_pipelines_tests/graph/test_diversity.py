"""Choosing among candidates that are alike."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agnt_pipelines.graph.diversity import mmr

SCORES = np.array([1.0, 0.95, 0.6, 0.1], np.float32)
TWINS = np.eye(4, dtype=np.float32)
TWINS[0, 1] = TWINS[1, 0] = 1.0


def test_without_a_trade_the_order_is_that_of_scores() -> None:
    assert mmr(SCORES, TWINS, 4, 0.0) == [0, 1, 2, 3]


def test_the_twin_of_what_was_chosen_waits() -> None:
    assert mmr(SCORES, TWINS, 2, 0.4) == [0, 2]


def test_equal_candidates_go_by_place() -> None:
    assert mmr(np.ones(3, np.float32), np.zeros((3, 3), np.float32), 3, 0.3) == [0, 1, 2]


@given(
    st.lists(st.floats(-5, 5, width=32), max_size=12), st.integers(0, 15), st.floats(0, 1), st.integers(0, 99)
)
def test_candidates_are_chosen_once_and_the_best_first(
    scores: list[float], limit: int, trade: float, seed: int
) -> None:
    drawn = np.random.default_rng(seed).random((len(scores), len(scores)), dtype=np.float32)
    chosen = mmr(np.array(scores, np.float32), ((drawn + drawn.T) / 2).astype(np.float32), limit, trade)
    assert len(set(chosen)) == len(chosen) == min(limit, len(scores))
    if chosen and trade < 0.9:
        assert scores[chosen[0]] >= max(scores) - 1e-3
