"""What was received once is never asked for again, however the process ends."""

from __future__ import annotations

import pytest

from agnt_pipelines.replay.staging import Answer, Question, answer, vectors
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.victim import dies_at

QUESTION = Question("model-1", "v1", "ayu", {"text": "I like jazz", "day": "2026-11-16"})


def never(_: object) -> Answer:
    pytest.fail("asked again")


def test_an_answer_is_asked_for_once(database: Database) -> None:
    first = answer(database, QUESTION, lambda _: Answer({"likes": ["jazz"]}, {"input_tokens": 12}))
    again = answer(
        database, Question("model-1", "v1", "ayu", dict(reversed(list(QUESTION.body.items())))), never
    )
    assert again == first


@pytest.mark.parametrize(
    "other",
    [
        Question("model-2", "v1", "ayu", QUESTION.body),
        Question("model-1", "v2", "ayu", QUESTION.body),
        Question("model-1", "v1", "budi", QUESTION.body),
        Question("model-1", "v1", "ayu", {**QUESTION.body, "text": "I like tea"}),
    ],
)
def test_another_question_has_another_answer(database: Database, other: Question) -> None:
    answer(database, QUESTION, lambda _: Answer("first", {}))
    assert answer(database, other, lambda _: Answer("second", {})).content == "second"


def test_an_answer_that_fails_is_not_staged(database: Database) -> None:
    def refuse(_: Question) -> Answer:
        message = "overloaded"
        raise TimeoutError(message)

    with pytest.raises(TimeoutError):
        answer(database, QUESTION, refuse)
    assert answer(database, QUESTION, lambda _: Answer("later", {})).content == "later"


@pytest.mark.parametrize(("point", "bought_again"), [("answer.staged", 0), ("answer.received", 1)])
def test_only_an_answer_in_flight_at_a_crash_is_bought_again(
    database: Database, settings: Settings, point: str, bought_again: int
) -> None:
    asked = []

    def ask(_: Question) -> Answer:
        asked.append(1)
        return Answer("again", {})

    assert dies_at(point, lambda: answer(Database(database.url), QUESTION, lambda _: Answer("once", {})))
    got = answer(database, QUESTION, ask)
    assert (len(asked), got.content) == (bought_again, "again" if bought_again else "once")


def test_only_missing_vectors_are_computed(database: Database) -> None:
    asked: list[list[str]] = []

    def embed(texts: object) -> list[list[float]]:
        wanted = list(texts)  # type: ignore[call-overload]
        asked.append(wanted)
        return [[float(len(text)), 0.1] for text in wanted]

    first = vectors(database, "toy/1", "ayu", ["jazz", "tea"], embed)
    second = vectors(database, "toy/1", "ayu", ["tea", "surfing", "jazz"], embed)
    assert asked == [["jazz", "tea"], ["surfing"]]
    assert second[2] == first[0]
    assert second[0] == first[1]
    assert vectors(database, "toy/2", "ayu", ["tea"], embed) == [first[1]]
    assert asked[-1] == ["tea"], "another embedder's vectors are never used"
