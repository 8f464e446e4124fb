"""Candidates: the words of a question are its best written ones."""

from __future__ import annotations

from agnt_pipelines.faq.candidates import Embedders, candidates
from agnt_pipelines.faq.talk import Language, Pseudonym, Question
from agnt_pipelines.language.embedder import LexicalEmbedder

BY = Embedders(LexicalEmbedder(), LexicalEmbedder(), None)
RIGHT, SLIPS = "What does booking.confirm cost?", "What does bookin.confirm cost?"
TOLD = "A booking.confirm is free."


def asked(person: str, text: str, told: str = "") -> Question:
    return Question(
        person,
        person,
        0,
        Pseudonym(person),
        text,
        Language.ENGLISH,
        (told,) if told else (),
        replied=bool(told),
    )


def wording(*asked: Question) -> str:
    """Return the words of what "a" asks."""
    found, _ = candidates("2026-11-08", asked, BY)
    exemplar = next(one.exemplar for one in found if Pseudonym("a") in one.people)
    assert exemplar is not None
    return next(question.text for question in asked if question.conversation == exemplar.conversation)


OTHERS = [asked(name, "Is there parking?", TOLD) for name in "tuvwxyz"]
"""Seven who are told the word as it is written."""


def test_a_slip_of_many_words_no_question_where_twice_as_many_write_or_are_told_it_right() -> None:
    slips, right = [asked(name, SLIPS) for name in "abc"], asked("d", RIGHT)
    assert wording(*slips, right) == SLIPS
    assert wording(*slips, right, *OTHERS) == RIGHT


def test_where_all_have_a_slip_the_question_is_worded_all_the_same() -> None:
    assert wording(asked("a", SLIPS), asked("b", SLIPS), *OTHERS) == SLIPS
