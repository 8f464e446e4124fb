"""The filter against its formula written out dense, and laws that hold for any visits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from agnt_pipelines.graph.filter import Filter, Parameters
from agnt_pipelines.graph.spectrum import largest

SMALL = Parameters(rank=4, coarse=2, pool=3)


def matrix(people: int, venues: int, share: float, seed: int = 0) -> sparse.csr_array:
    drawn = np.random.default_rng(seed).random((people, venues)) < share
    return sparse.csr_array(drawn.astype(np.int64))


def by_the_formula(entries: sparse.csr_array, x: np.ndarray, given: Parameters) -> np.ndarray:
    """Return each venue's score, dense and in float64, as the module's docstring says it."""
    r = (entries.toarray() > 0).astype(np.float64)
    d, u = np.maximum(r.sum(axis=0), 1), np.maximum(r.sum(axis=1), 1)
    y = r @ (x * d**-given.own_degree)
    p = y**given.sharpness * u**-given.people_degree
    _, s, vt = np.linalg.svd(u[:, None] ** -given.people_norm * r * d**-given.venue_norm)
    s, v = s[: given.rank], vt[: given.rank].T[:, : len(s)]
    smooth = v @ (np.minimum(s / s[0], given.ceiling) * (v.T @ (x * d**-given.venue_norm)))
    walked = d**-given.met_degree * (r.T @ p)
    scores: np.ndarray = walked + given.smooth_share * d**given.smooth_degree * smooth
    return scores


@pytest.mark.parametrize(("people", "venues"), [(30, 50), (50, 30), (6, 90), (90, 6), (1, 5), (5, 1)])
def test_scores_are_those_of_the_formula(people: int, venues: int) -> None:
    entries = matrix(people, venues, 0.3, seed=people)
    own = np.flatnonzero(entries.toarray()[0])
    weights = np.linspace(0.4, 1.0, len(own), dtype=np.float32)
    x = np.zeros(venues)
    x[own] = weights
    given = Parameters(rank=400)
    columns, scores = Filter.of(entries, given).scores(own, weights, np.ones(venues, np.bool_))
    assert columns.tolist() == list(range(venues))
    np.testing.assert_allclose(scores, by_the_formula(entries, x, given), rtol=1e-3, atol=1e-4)


def test_a_person_is_not_their_own_like_minded() -> None:
    entries = sparse.csr_array(np.array([[1, 1, 0], [1, 0, 1]]))
    made = Filter.of(entries, Parameters(rank=0))
    own, weights, every = np.array([0]), np.ones(1, np.float32), np.ones(3, np.bool_)
    assert made.scores(own, weights, every)[1][1] > 0
    assert made.scores(own, weights, every, row=0)[1][1] == 0


def test_the_pool_holds_the_best_and_only_what_may_be_returned() -> None:
    entries = matrix(40, 60, 0.2, seed=3)
    own = np.flatnonzero(entries.toarray()[0])
    eligible = np.ones(60, np.bool_)
    eligible[own] = False
    whole = Parameters(rank=8, coarse=8, pool=60)
    ones = np.ones(len(own), np.float32)
    columns, scores = Filter.of(entries, whole).scores(own, ones, eligible)
    few, best = Filter.of(entries, Parameters(rank=8, coarse=8, pool=5)).scores(own, ones, eligible)
    assert not set(columns) & set(own)
    assert set(few) == set(columns[np.argsort(-scores)[:5]])
    np.testing.assert_allclose(np.sort(best), np.sort(scores)[-5:], rtol=1e-4)


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 30), st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_any_rank_suits_any_matrix(people: int, venues: int, rank: int, seed: int) -> None:
    entries = matrix(people, venues, 0.4, seed)
    values, vectors = largest(sparse.csr_array(entries, dtype=np.float64), rank)
    assert vectors.shape == (venues, len(values))
    assert len(values) <= min(rank, people, venues)
    assert np.all(np.diff(values) <= 1e-6)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(len(values)), atol=1e-3)
    if len(values):
        expected = np.linalg.svd(entries.toarray(), compute_uv=False)
        np.testing.assert_allclose(values, expected[: len(values)], atol=1e-3)


def test_the_same_matrix_has_the_same_factors_to_the_bit() -> None:
    entries = matrix(400, 300, 0.05, seed=1).astype(np.float32)
    first, second = largest(entries, 16), largest(entries.copy(), 16)
    assert len(first[0]) == 16
    assert all(one.tobytes() == two.tobytes() for one, two in zip(first, second, strict=True))


@pytest.mark.parametrize("shape", [(400, 300), (300, 400)])
def test_a_low_rank_of_a_large_matrix_is_found_by_the_filter(shape: tuple[int, int]) -> None:
    entries = matrix(*shape, 0.05, seed=2).astype(np.float32)
    values, vectors = largest(entries, 12)
    _, s, vt = np.linalg.svd(entries.toarray())
    np.testing.assert_allclose(values, s[:12], rtol=1e-3)
    assert np.abs(vt[:3] @ vectors[:, :3]).diagonal().min() > 0.99


def test_likeness_is_between_nought_and_one_and_one_of_itself() -> None:
    made = Filter.of(matrix(40, 30, 0.3), SMALL)
    likeness = made.likeness(np.arange(30))
    assert likeness.min() >= 0
    assert likeness.max() <= 1
    np.testing.assert_allclose(likeness.diagonal(), 1, atol=1e-5)
