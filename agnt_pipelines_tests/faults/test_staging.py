"""Several answers in flight: each is kept as it arrives, whatever becomes of the others."""

from __future__ import annotations

import threading

import pytest

from agnt_pipelines.replay.staging import Answer, Question, answers
from agnt_pipelines.storage.database import Database

QUESTIONS = [Question("model-1", "v1", f"person-{n}", {"n": n}) for n in range(6)]


def test_answers_come_in_the_order_of_the_questions(database: Database) -> None:
    got = answers(database, QUESTIONS, lambda question: Answer(question.body["n"], {}), at_once=3)
    assert [one.content for one in got] == list(range(6))


def test_what_arrived_beside_a_failure_is_not_bought_again(database: Database) -> None:
    together = threading.Barrier(3, timeout=30)
    asked: list[int] = []

    def fails_once(question: Question) -> Answer:
        number = question.body["n"]
        asked.append(number)
        together.wait()
        if number == 1:
            message = "overloaded"
            raise TimeoutError(message)
        return Answer(number, {})

    with pytest.raises(TimeoutError, match="overloaded"):
        answers(database, QUESTIONS[:3], fails_once, at_once=3)
    assert sorted(asked) == [0, 1, 2]
    again: list[int] = []

    def counts(question: Question) -> Answer:
        again.append(question.body["n"])
        return Answer(question.body["n"], {})

    got = answers(database, QUESTIONS[:3], counts, at_once=3)
    assert (again, [one.content for one in got]) == ([1], [0, 1, 2])


def test_no_more_are_in_flight_than_asked_for(database: Database) -> None:
    flying, most, lock = 0, 0, threading.Lock()
    pair = threading.Barrier(2, timeout=30)

    def ask(question: Question) -> Answer:
        nonlocal flying, most
        with lock:
            flying += 1
            most = max(most, flying)
        pair.wait()
        with lock:
            flying -= 1
        return Answer(question.body["n"], {})

    answers(database, QUESTIONS, ask, at_once=2)
    assert most == 2


def test_after_a_failure_no_further_question_is_begun(database: Database) -> None:
    asked: list[int] = []

    def fails(question: Question) -> Answer:
        asked.append(question.body["n"])
        raise TimeoutError

    with pytest.raises(TimeoutError):
        answers(database, QUESTIONS, fails, at_once=1)
    assert asked == [0]
