"""The real-world benchmark's own counts, on a world of ours: none of them may lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from agnt_pipelines.faq import store
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.faq import world
from agnt_pipelines_tests.faq.world import PARKING, PARKING_REPLY, PEOPLE, WEEKS
from benchmarks import real_world
from benchmarks.harness import digest
from benchmarks.jobs import Ran, run_jobs

pytestmark = pytest.mark.long

NOW = world.NOW


def dreamt(database: Database, settings: Settings, reply: str | None) -> dict[str, Ran]:
    """Let five people ask one thing in a week, and another one something else; run every job."""
    at = settings.model_copy(update={"now": NOW, "faq_auto_approve": True})
    world.join(database, *PEOPLE)
    world.tell(database, world.asking(WEEKS[0], PEOPLE[:5], PARKING, reply))
    world.tell(database, world.asking(WEEKS[0], PEOPLE[5:6], ["Which cards do venues take?"], reply))
    world.tell(database, world.asking(WEEKS[3], PEOPLE[5:6], ["Which cards do venues take?"], reply))
    return dict(run_jobs(database, at, NOW, lambda _: None))


def test_a_faq_without_replies_says_so(database: Database, settings: Settings) -> None:
    ran = dreamt(database, settings, None)
    found = real_world._faq(ran["faq_extract"].done, ran["faq_compile"].done)
    assert found == {
        "faq_approved": 0,
        "faq_left_out": {"no_answer": 1, "too_few_people": 1, "compiled_later": 1},
        "faq_lacking": {"agents_reply": 3, "answer_told_to_several": 3, "five_people_that_week": 2},
        "faq_not_asked": {},
    }


def test_every_candidate_is_approved_or_left_out_for_one_reason(
    database: Database, settings: Settings
) -> None:
    ran = dreamt(database, settings, PARKING_REPLY)
    found = real_world._faq(ran["faq_extract"].done, ran["faq_compile"].done)
    assert found["faq_approved"] == 1
    assert found["faq_left_out"] == {"too_few_people": 1, "compiled_later": 1}
    with database.reading() as snapshot:
        candidates = len(store.read_candidates(snapshot, WEEKS[3].key))
    assert sum(found["faq_left_out"].values()) + found["faq_approved"] == candidates
    assert "agents_reply" not in found["faq_lacking"]


def test_what_a_job_says_of_its_windows_is_what_is_due_before_and_after_it(
    database: Database, settings: Settings
) -> None:
    first = {name: ran.figures() for name, ran in dreamt(database, settings, PARKING_REPLY).items()}
    assert {name: (told["due"], told["run"], told["skipped"]) for name, told in first.items()} == {
        "light_dream": (28, 28, 0),
        "deep_dream": (4, 4, 0),
        "wiki_reconcile": (0, 0, 0),
        "graph_build": (1, 1, 0),
        "taste_similarity": (1, 1, 0),
        "faq_extract": (4, 4, 0),
        "faq_compile": (3, 3, 0),
    }
    at = settings.model_copy(update={"now": NOW, "faq_auto_approve": True})
    again = dict(run_jobs(database, at, NOW, lambda _: None))
    assert {(ran.due, ran.left, len(ran.done)) for ran in again.values()} == {(0, 0, 0)}


def test_data_behind_a_link_counts(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.json").write_text("[]")
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "more").symlink_to(tmp_path / "data")
    before = digest(tmp_path / "linked")
    (tmp_path / "data" / "a.json").write_text("[1]")
    assert digest(tmp_path / "linked") != before
