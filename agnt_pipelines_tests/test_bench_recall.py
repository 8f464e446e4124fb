"""The recall benchmark on small files of both forms, invented here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agnt_pipelines.errors import SettingsError
from benchmarks import recall
from benchmarks.formats import longmemeval
from benchmarks.formats.locomo_questions import samples
from benchmarks.harness import Options
from benchmarks.recall_scores import any_and_all, of_question


def turn(number: int, speaker: str, text: str) -> dict[str, str]:
    return {"speaker": speaker, "dia_id": f"D{number // 10}:{number % 10}", "text": text}


@pytest.fixture
def conversation(tmp_path: Path) -> Path:
    """Two people who talk twice, and two questions with an answer, one without."""
    talk = {
        "speaker_a": "Ayu",
        "speaker_b": "Tom",
        "session_1": [turn(11, "Ayu", "I adopted a parrot."), turn(12, "Tom", "Lovely!")],
        "session_1_date_time": "1:56 pm on 8 May, 2023",
        "session_2": [turn(21, "Tom", "Where do you surf?"), turn(22, "Ayu", "At Medewi, mostly.")],
        "session_2_date_time": "9:00 am on 20 June, 2023",
    }
    asked = [
        {"question": "Which bird did Ayu adopt?", "answer": "UNSEEN", "evidence": ["D1:1; D9:9"]},
        {"question": "Where does Ayu surf?", "answer": "UNSEEN", "evidence": ["D2:1 D2:2"]},
        {"question": "What is lost?", "answer": "UNSEEN", "evidence": ["D7:7"]},
    ]
    path = tmp_path / "talk.json"
    path.write_text(json.dumps([{"sample_id": "s", "conversation": talk, "qa": asked}]))
    return path


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """A person whose budget changed, and a question that has no answer."""
    sessions = [
        [
            {"role": "user", "content": "My rent budget is 500 a month."},
            {"role": "assistant", "content": "OK"},
        ],
        [{"role": "user", "content": "Tell me about volcanoes."}],
        [{"role": "user", "content": "My rent budget is 700 a month."}],
    ]
    file = {
        "question": "What is my rent budget a month?",
        "question_type": "knowledge-update",
        "question_date": "2023/06/01 (Thu) 10:00",
        "haystack_dates": ["2023/01/01 (Sun) 10:00", "2023/02/01 (Wed) 10:00", "2023/03/01 (Wed) 10:00"],
        "haystack_session_ids": ["a", "b", "c"],
        "haystack_sessions": sessions,
        "answer_session_ids": ["a", "c"],
        "answer": "UNSEEN",
    }
    folder = tmp_path / "history"
    folder.mkdir()
    (folder / "q1.json").write_text(json.dumps(file))
    (folder / "q2_abs.json").write_text(json.dumps(file))
    return folder


def figures(data: Path) -> dict[str, Any]:
    return recall.run(Options(data, say=lambda _: None))


def test_turns_that_answer_are_found_through_the_calls_for_both_people(conversation: Path) -> None:
    found = figures(conversation)
    assert (found["dataset"], found["questions"]) == ("LoCoMo", 2)
    assert found["recall@5"] == found["lexical_recall@10"] == found["any_session@5"] == 1.0
    assert found["newest_first"] is None
    assert found["ms_per_query"] > 0


def test_sessions_are_ranked_by_their_best_hit_the_newest_first(questions: Path) -> None:
    found = figures(questions)
    assert (found["dataset"], found["questions"]) == ("LongMemEval", 1)
    assert found["any_session@5"] == found["all_session@5"] == found["mrr"] == 1.0
    assert found["newest_first"] == found["lexical_newest_first"] == 1.0
    assert found["recall@10"] is None


def test_answers_and_what_the_assistant_said_are_not_read(conversation: Path, questions: Path) -> None:
    assert "UNSEEN" not in repr(samples(conversation))
    lines = list(longmemeval.lines(questions / "q1.json"))
    assert [kind for kind, _ in lines] == ["users", *["interactions"] * 3]
    assert "UNSEEN" not in repr(lines)


def test_evidence_that_is_no_turn_is_left_out(conversation: Path) -> None:
    assert [one.evidence for one in samples(conversation)[0].questions] == [{"s/D1:1"}, {"s/D2:1", "s/D2:2"}]


def test_no_data_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="recall needs --data"):
        recall.run(Options(None, say=lambda _: None))
    with pytest.raises(SettingsError, match="no question file"):
        recall.run(Options(tmp_path, say=lambda _: None))


def test_recall_counts_turns_and_sessions_of_the_evidence() -> None:
    session = [0, 0, 1, 2]
    assert of_question([3, 0, 1, 2], {0, 2}, session) == (1.0, 1.0, 1.0, 1.0, 1.0)
    assert any_and_all([5, 4, 3, 2, 1, 0], {0, 5}) == (1.0, 0.0)
