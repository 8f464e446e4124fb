"""Answers are kept as they arrive, and bought once."""

from __future__ import annotations

import pytest

from agnt_pipelines.replay.staging import Answer, Question, answer, staged
from agnt_pipelines.storage.database import Database

QUESTION = Question("model-1", "v1", "ayu", {"n": 7})


def test_an_answer_is_bought_once(database: Database) -> None:
    asked: list[Question] = []

    def ask(question: Question) -> Answer:
        asked.append(question)
        return Answer(question.body["n"], {"input_tokens": 3})

    first, second = (answer(database, QUESTION, ask) for _ in range(2))
    assert first == second == Answer(7, {"input_tokens": 3})
    assert asked == [QUESTION]


def test_a_failure_stages_nothing_and_is_asked_again(database: Database) -> None:
    def fails(_: Question) -> Answer:
        message = "overloaded"
        raise TimeoutError(message)

    with pytest.raises(TimeoutError, match="overloaded"):
        answer(database, QUESTION, fails)
    assert staged(database, [QUESTION]) == set()
    assert answer(database, QUESTION, lambda question: Answer(question.body["n"], {})).content == 7
