"""Clusters: paraphrases meet, strangers do not, and order does not count."""

from __future__ import annotations

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from agnt_pipelines.faq.cluster import communities, cores
from agnt_pipelines.faq.words import features, likeness
from agnt_pipelines.language.embedder import LexicalEmbedder

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
    assert len(communities(["?!", "...", "is there parking"], LexicalEmbedder())) == 3
    assert cores([], LexicalEmbedder()) == []
    assert len(cores(["?!", "?!"], LexicalEmbedder())) == 1


def test_features_are_alike_for_one_question_and_hold_no_word() -> None:
    one, other = features(TOPICS["parking"][:2]), features(TOPICS["parking"][2:])
    assert likeness(one, other) > 0.5
    assert likeness(one, features(TOPICS["card"])) < 0.2
    assert likeness(one, {}) == 0.0
    assert all(isinstance(feature, int) for feature in one)
