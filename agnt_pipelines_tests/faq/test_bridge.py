"""Languages: one question asked in two of them is one, and its neighbours are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from agnt_pipelines.faq.bridge import bridged
from agnt_pipelines.language.sentence_vectors import SentenceVectors, multilingual_vectors

LINES = [
    line.split("\t")
    for line in (Path(__file__).parent / "english_indonesian.tsv").read_text("utf-8").splitlines()
]
"""Our own: pairs of one question in English and Indonesian, and distractors without a counterpart."""

PAIRS = [(line[1], line[2]) for line in LINES if line[0] == "pair"]
ENGLISH = [one for one, _ in PAIRS] + [line[1] for line in LINES if line[0] == "en"]
INDONESIAN = [other for _, other in PAIRS] + [line[1] for line in LINES if line[0] == "id"]


@pytest.fixture(scope="module")
def vectors() -> SentenceVectors:
    found = multilingual_vectors()
    if found is None:
        pytest.skip("the extra [embed] is not installed")
    return found


def test_the_set_is_as_large_as_it_says() -> None:
    assert len(PAIRS) >= 100
    assert len(ENGLISH) + len(INDONESIAN) - 2 * len(PAIRS) >= 200
    assert len(set(ENGLISH)) == len(ENGLISH)
    assert len(set(INDONESIAN)) == len(INDONESIAN)


def test_questions_of_two_languages_meet_with_a_pairwise_f1_of_85(vectors: SentenceVectors) -> None:
    found = bridged([[text] for text in ENGLISH], [[text] for text in INDONESIAN], vectors)
    right = sum(place == other < len(PAIRS) for place, other in found.items())
    assert 2 * right / (len(found) + len(PAIRS)) >= 0.85


def test_nobody_is_met_where_nothing_was_asked(vectors: SentenceVectors) -> None:
    assert bridged([], [["Ada parkir?"]], vectors) == {}
    assert bridged([["Is there parking?"]], [], vectors) == {}
