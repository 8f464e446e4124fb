from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agnt_pipelines.language.terms import content_words, terms, words


def test_words_of_one_stem_are_one_term_in_english() -> None:
    assert terms("I was running in the races") == terms("run race")


def test_words_of_one_stem_are_one_term_in_indonesian() -> None:
    assert terms("saya tidak makan daging") == ["makan", "daging"]
    assert terms("makanan yang saya suka") == ["makan", "suka"]


def test_function_words_are_left_out_of_either_language() -> None:
    assert content_words("What is the budget for our dinner?") == ["budget", "dinner"]
    assert content_words("berapa budget kita untuk makan malam?") == ["budget", "makan", "malam"]


def test_an_apostrophe_of_either_kind_ends_a_word() -> None:
    assert words("Ayu's and Tom’s") == ["ayu", "and", "tom"]


@given(st.text())
def test_any_text_has_as_many_terms_as_content_words(text: str) -> None:
    assert len(terms(text)) == len(content_words(text))
