from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agnt_pipelines.dreaming.recall_question import Question, read_question

TODAY = date(2026, 11, 23)


def read(text: str, *speakers: str) -> Question:
    return read_question(text, speakers, TODAY)


def holds(text: str, day: date) -> bool:
    return any(span.holds(day) for span in read(text).spans)


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("What did she paint in May?", date(2023, 5, 8), date(2023, 6, 1)),
        ("What did she paint in May 2023?", date(2023, 5, 31), date(2022, 5, 31)),
        ("Apa yang dia beli pada bulan Agustus?", date(2025, 8, 1), date(2025, 7, 31)),
        ("apa yang dipesan bulan agustus", date(2025, 8, 1), date(2025, 7, 31)),
        ("what was said on 8 may", date(2023, 5, 8), date(2023, 6, 1)),
        ("What happened in 2024?", date(2024, 1, 1), date(2025, 1, 1)),
        ("What did I buy 10 days ago?", date(2026, 11, 13), date(2026, 11, 20)),
        ("Where did we eat three weeks ago?", date(2026, 11, 2), date(2026, 11, 20)),
        ("How many weddings in the past three months?", date(2026, 9, 1), date(2026, 5, 1)),
        ("Whom did I meet last week?", date(2026, 11, 17), date(2026, 10, 17)),
        ("Apa yang saya pesan dua minggu yang lalu?", date(2026, 11, 9), date(2026, 11, 20)),
        ("What did I book yesterday?", date(2026, 11, 22), date(2026, 11, 15)),
    ],
)
def test_a_question_is_about_the_days_it_names(text: str, inside: date, outside: date) -> None:
    assert holds(text, inside)
    assert not holds(text, outside)


@given(st.text(), st.lists(st.text(), max_size=3))
def test_any_question_can_be_read(text: str, speakers: list[str]) -> None:
    question = read_question(text, speakers, TODAY)
    assert question.text == text
    assert question.named is None or question.named in speakers
    assert all(span.first <= span.last for span in question.spans)


@pytest.mark.parametrize(
    "text", ["May I smoke there?", "What may she like?", "Did they march?", "Who is Ayu?"]
)
def test_a_verb_is_no_month(text: str) -> None:
    assert read(text).spans == ()


def test_the_one_speaker_who_is_named_is_known_and_is_no_search_term() -> None:
    question = read("What did Caroline's sister paint?", "s/Caroline", "s/Melanie")
    assert question.named == "s/Caroline"
    assert question.terms == ("sister", "paint")
    assert question.bare == "sister paint"


def test_of_two_named_speakers_none_is_meant_more() -> None:
    assert read("What do Caroline and Melanie share?", "s/Caroline", "s/Melanie").named is None


def test_asking_when_and_asking_how_it_was_at_first_are_noticed() -> None:
    assert read("When did Ayu move?").asks_when
    assert read("Kapan Ayu pindah?").asks_when
    assert not read("Where did Ayu move?").asks_when
    assert read("Where did Ayu live at first?").of_the_past
    assert not read("Where does Ayu live?").of_the_past
