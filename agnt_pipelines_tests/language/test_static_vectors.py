from __future__ import annotations

import numpy as np
import pytest

from agnt_pipelines.language.static_vectors import StaticVectors, static_vectors


@pytest.fixture
def vectors() -> StaticVectors:
    found = static_vectors()
    if found is None:
        pytest.skip("the extra [embed] is not installed")
    return found


def test_what_means_the_same_is_nearer_than_what_does_not(vectors: StaticVectors) -> None:
    kids, children, car = vectors.embed(["kids", "children", "car"])
    assert kids @ children > 0.6
    assert kids @ car < 0.3


def test_rows_are_unit_vectors_and_a_text_without_a_token_is_zero(vectors: StaticVectors) -> None:
    made = vectors.embed(["dinner for two", "", "x"])
    assert np.allclose(np.linalg.norm(made, axis=1), [1, 0, 1], atol=1e-5)
    assert vectors.embed([]).shape[0] == 0


def test_a_text_has_the_same_vector_in_any_company(vectors: StaticVectors) -> None:
    alone = vectors.embed(["a table by the sea"])[0]
    among = vectors.embed(["", "parking", "a table by the sea", "is there any?"])[2]
    assert np.allclose(alone, among, atol=1e-6)
