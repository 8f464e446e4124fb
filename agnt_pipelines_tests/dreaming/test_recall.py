from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agnt_pipelines.dreaming.recall import CITED, Hit, rank
from agnt_pipelines.dreaming.recall_talk import Belief, Style, Talk, Utterance
from agnt_pipelines.language.bm25 import bm25, idf

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
NOW = START + timedelta(days=60)
WORDS = ("vegan", "peanuts", "sunset", "Canggu", "budget", "birthday", "sister", "we", "the", "is", "?")


def said(number: int, text: str, *, session: int = 0, speaker: str = "ayu", **more: object) -> Utterance:
    at = START + timedelta(days=session, minutes=number)
    return Utterance(f"m{number:03}", speaker, f"s{session}", text, at, **more)  # type: ignore[arg-type]


def belief(number: int, slot: str, value: str, *, holds: bool = True) -> Belief:
    return Belief(UUID(int=number), slot, "self", value, True, holds, START, None, START, ("m",))


def found(hits: list[Hit]) -> list[str]:
    return [one for hit in hits for one in hit.interactions]


texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
talks = st.lists(
    st.tuples(texts, st.integers(0, 3), st.sampled_from(["ayu", "tom"]), st.booleans()), max_size=12
).map(
    lambda rows: [
        said(number, text, session=session, speaker=speaker, citable=citable)
        for number, (text, session, speaker, citable) in enumerate(rows)
    ]
)


@given(talks, texts, st.randoms(use_true_random=False), st.integers(0, 15))
def test_the_order_of_what_is_read_does_not_matter_and_the_limit_holds(
    talk: list[Utterance], question: str, dice: object, limit: int
) -> None:
    shuffled = list(talk)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    hits = rank(talk, question, NOW, limit=limit)
    assert hits == rank(shuffled, question, NOW, limit=limit)
    assert len(hits) == min(limit, sum(one.citable for one in talk))
    assert hits == rank(talk, question, NOW, limit=99)[:limit]


@given(talks, texts)
def test_hits_are_citable_distinct_and_best_first(talk: list[Utterance], question: str) -> None:
    hits = rank(talk, question, NOW, limit=99)
    cited = found(hits)
    assert len(cited) == len(set(cited))
    assert set(cited) == {one.id for one in talk if one.citable}
    assert all(len(hit.interactions) <= CITED for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@given(talks, texts)
def test_nothing_said_later_changes_what_is_found(talk: list[Utterance], question: str) -> None:
    until = START + timedelta(days=1, hours=12)
    before = [one for one in talk if one.at <= until]
    assert rank(talk, question, until) == rank(before, question, until)


def test_what_shares_rare_words_with_the_question_comes_first() -> None:
    talk = [
        said(1, "The weather is nice today."),
        said(2, "I'm allergic to peanuts.", session=1),
        said(3, "We had dinner by the beach.", session=2),
        said(4, "Dinner again, same beach.", session=3),
    ]
    assert found(rank(talk, "Is there an allergy to peanuts?", NOW))[0] == "m002"


def test_a_misspelt_word_still_finds_its_turn_in_a_conversation() -> None:
    talk = [
        said(1, "I booked the restaurant by the rice fields."),
        said(2, "Lovely, see you!", speaker="tom"),
        said(3, "My flight lands at noon.", session=1),
        said(4, "I'll fetch you then.", session=1, speaker="tom"),
    ]
    assert found(rank(talk, "which resturant?", NOW))[0] == "m001"


def test_an_answer_is_found_by_the_question_before_it() -> None:
    talk = [
        said(1, "Where did you grow up?", speaker="tom"),
        said(2, "In Surabaya, near the harbour."),
        said(3, "The harbour of Sanur was closed.", session=1),
        said(4, "So we took the car.", session=1, speaker="tom"),
    ]
    assert found(rank(talk, "Where did Ayu grow up?", NOW))[0] == "m002"


def test_who_is_named_is_heard_before_the_other() -> None:
    talk = [
        said(1, "I love painting lakes.", session=1),
        said(2, "Sounds great!", session=1, speaker="tom"),
        said(3, "I love painting hills.", session=2, speaker="tom"),
        said(4, "Sounds great!", session=2),
    ]
    assert found(rank(talk, "What does Ayu love painting?", NOW))[0] == "m001"
    assert found(rank(talk, "What does Tom love painting?", NOW))[0] == "m003"


def test_a_day_that_is_asked_for_decides_between_equal_words() -> None:
    talk = [said(1, "I bought a lamp.", session=0), said(2, "I bought a lamp.", session=40)]
    asked = START + timedelta(days=41)
    assert found(rank(talk, "At first, what did I buy yesterday?", asked))[0] == "m002"
    assert found(rank(talk, "At first, what did I buy 41 days ago?", asked))[0] == "m001"


def test_the_newest_of_what_says_the_same_comes_first_unless_the_past_is_asked_for() -> None:
    talk = [
        said(1, "My budget is 100 a night, my budget."),
        said(2, "The pool was warm.", session=1),
        said(3, "My budget is 200 a night.", session=2),
    ]
    assert found(rank(talk, "What is my budget a night?", NOW))[0] == "m003"
    assert found(rank(talk, "What was my budget a night originally?", NOW))[0] == "m001"


def test_freshness_pushes_nothing_out() -> None:
    talk = [said(n, "my budget per night is 100", session=n) for n in range(4)]
    talk.append(said(9, "the night was warm", session=9))
    hits = found(rank(talk, "what is my budget per night", NOW))
    assert set(hits[:4]) == {f"m{n:03}" for n in range(4)}
    assert hits[:4] == ["m003", "m002", "m001", "m000"]


def test_a_memory_that_holds_comes_before_one_that_no_longer_does() -> None:
    vegan = said(2, "I'm vegan.", session=2, beliefs=(belief(1, "diet", "vegan", holds=False),))
    meat = said(1, "I eat everything, vegan or not.", session=1, beliefs=(belief(2, "diet", "omnivore"),))
    hits = rank([vegan, meat, said(3, "Good morning sunshine.", session=3)], "is ayu vegan?", NOW)
    assert found(hits)[:2] == ["m001", "m002"]


def test_what_was_learnt_is_searched_like_the_words() -> None:
    talk = [
        said(1, "No meat for me please.", session=1, beliefs=(belief(1, "diet", "vegetarian"),)),
        said(2, "Parking for me please.", session=2),
    ]
    hits = rank(talk, "Which diet?", NOW)
    assert found(hits)[0] == "m001"
    assert [one.value for one in hits[0].beliefs] == ["vegetarian"]


def test_a_record_is_a_hit_without_words_to_cite() -> None:
    saved = said(
        1, "home area: sanur", session=1, interaction=False, beliefs=(belief(1, "home_area", "sanur"),)
    )
    hit = rank([saved, said(2, "Hello there friend.", session=2)], "which home area?", NOW)[0]
    assert hit.interactions == ()
    assert hit.beliefs[0].value == "sanur"


def test_turns_of_several_people_are_a_conversation_and_of_one_are_requests() -> None:
    assert Talk.of([said(1, "hi"), said(2, "hello", speaker="tom")]).style is Style.CONVERSATION
    assert Talk.of([said(1, "hi"), said(2, "hello")]).style is Style.REQUESTS


def test_bm25_weighs_rare_terms_more_and_long_documents_less() -> None:
    counts = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    assert idf(counts)[1] > idf(counts)[0] > 0
    scores = bm25(counts, np.array([2.0, 8.0, 2.0]), 0.75)
    assert scores[2] > scores[0] > scores[1]
    assert bm25(np.zeros((3, 0)), np.ones(3), 0.4).tolist() == [0, 0, 0]
