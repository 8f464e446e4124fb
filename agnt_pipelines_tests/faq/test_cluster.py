"""Clusters: paraphrases meet, strangers do not, and order does not count."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from agnt_pipelines.faq.cluster import cores, labels
from agnt_pipelines.faq.linkage import joined
from agnt_pipelines.faq.words import features, likeness
from agnt_pipelines.language.embedder import LexicalEmbedder
from agnt_pipelines.language.sentence_vectors import english_vectors, multilingual_vectors

TOPICS = {
    "parking": [
        "is there parking at the venue?",
        "is there any parking at venues",
        "do venues have parking at the venue?",
    ],
    "card": ["can I pay by card?", "can we pay with a card", "is it possible to pay by card?"],
    "deposit": [
        "apakah rombongan perlu deposit?",
        "rombongan perlu bayar deposit gak",
        "perlu deposit untuk rombongan?",
    ],
    "memory": [
        "gimana cara hapus data saya",
        "bagaimana cara menghapus data saya?",
        "cara hapus semua data saya gimana?",
    ],
}
TEXTS = [text for texts in TOPICS.values() for text in texts]
TOPIC = [topic for topic, texts in TOPICS.items() for _ in texts]


def test_paraphrases_are_one_core_and_topics_are_apart() -> None:
    found = cores(TEXTS, LexicalEmbedder())
    assert [{TOPIC[place] for place in core.members} for core in found if len(core.members) > 1]
    assert all(len({TOPIC[place] for place in core.members}) == 1 for core in found)
    largest = {
        TOPIC[core.members[0]]: len(core.members) for core in sorted(found, key=lambda c: len(c.members))
    }
    assert set(largest) == set(TOPICS)
    assert min(largest.values()) >= 2


def test_near_duplicates_are_folded_into_one_place() -> None:
    (core,) = cores(["Is there parking?", "is there parking", "IS THERE PARKING!!"], LexicalEmbedder())
    assert sorted(core.members) == [0, 1, 2]


def test_every_text_is_in_exactly_one_core() -> None:
    found = cores(TEXTS, LexicalEmbedder())
    assert sorted(place for core in found for place in core.members) == list(range(len(TEXTS)))


@hypothesis_settings(max_examples=15, deadline=None)
@given(order=st.permutations(range(len(TEXTS))))
def test_the_same_texts_have_the_same_clusters_in_any_order(order: list[int]) -> None:
    shuffled = [TEXTS[place] for place in order]
    expected = [[TEXTS[place] for place in core.members] for core in cores(TEXTS, LexicalEmbedder())]
    assert [
        [shuffled[place] for place in core.members] for core in cores(shuffled, LexicalEmbedder())
    ] == expected


def test_texts_without_words_harm_nothing() -> None:
    assert len(labels(["?!", "...", "is there parking"], LexicalEmbedder())) == 3
    assert cores([], LexicalEmbedder()) == []
    assert len(cores(["?!", "?!"], LexicalEmbedder())) == 1


def test_features_are_alike_for_one_question_and_hold_no_word() -> None:
    one, other = features(TOPICS["parking"][:2]), features(TOPICS["parking"][2:])
    assert likeness(one, other) > 0.5
    assert likeness(one, features(TOPICS["card"])) < 0.2
    assert likeness(one, {}) == 0.0
    assert all(isinstance(feature, int) for feature in one)


@pytest.mark.parametrize("size", [40, 400])
def test_two_halves_of_one_cloud_are_joined_and_two_clouds_are_not(size: int) -> None:
    chance = np.random.default_rng(3)
    clouds = [chance.normal(centre, 0.35, (size, 8)) for centre in (np.eye(8)[0] * 2, np.eye(8)[1] * 2)]
    rows = np.concatenate(clouds).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    cosines = rows @ rows.T - 2 * np.eye(len(rows), dtype=np.float32)
    nearest = np.argsort(-cosines, axis=1)[:, :20]
    cut = np.arange(2 * size) % 2 + 2 * (np.arange(2 * size) >= size)
    found = joined(rows, nearest, cut, 0.3)
    assert len(set(found[:size].tolist())) == 1
    assert len(set(found.tolist())) == 2


def test_sentence_vectors_are_of_unit_length_and_of_one_text_alone() -> None:
    for found in (english_vectors(), multilingual_vectors()):
        if found is None:
            pytest.skip("the extra [embed] is not installed")
        texts = ["is there parking?", "can I pay by card?", "", "?!"]
        together = found.vectors(texts)
        assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
        assert np.allclose(together[1], found.vectors(texts[1:2])[0], atol=1e-5)
        assert found.vectors(texts).tobytes() == together.tobytes()
