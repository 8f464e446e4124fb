"""`./agnt wiki`: what the head would change, what waits, and what was changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.serving.calls import agnt, answer
from agnt_pipelines_tests.wiki import world
from agnt_pipelines_tests.wiki.world import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "wiki")
    made.commit(Home="# Home\n", **{f"n{place:02}": f"# Note {place}\n" for place in range(11)})
    return made


def test_a_plan_shows_what_a_run_would_change_and_a_log_what_one_did(
    repository: Repository, settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = world.follow(repository, monkeypatch)
    assert answer("wiki", "plan")["plan"]["counts"] == {"add": 12, "edit": 0, "move": 0, "remove": 0}
    assert "No page was ever changed" in agnt("wiki", "log").stderr
    world.run(database, settings)
    assert "at the wiki's head" in agnt("wiki", "plan").stderr
    repository.git("mv", "n00.md", "moved.md")
    repository.commit(Home="# Home\n\nEdited.\n")
    shown = agnt("wiki", "plan").stdout
    assert "2 pages would change" in shown
    assert "moved.md" in shown
    world.run(database, settings)
    entries = answer("wiki", "log", "--limit", "2")["entries"]
    assert {(entry["operation"], entry["path"], entry["was"]) for entry in entries} == {
        ("edit", "Home.md", "Home.md"), ("move", "moved.md", "n00.md"),
    }  # fmt: skip
    assert "moved.md" in agnt("wiki", "log").stdout


def test_removals_that_wait_are_shown_and_approved_through_holds(
    repository: Repository, settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = world.follow(repository, monkeypatch)
    world.run(database, settings)
    repository.git("rm", "--quiet", *(f"n{place:02}.md" for place in range(11)))
    repository.commit()
    world.run(database, settings)
    plan = answer("wiki", "plan")["plan"]
    assert [change["waits"] for change in plan["changes"]] == ["held"] * 11
    (hold,) = plan["holds"]
    assert (hold["lost"], hold["total"]) == (11, 12)
    assert f"./agnt holds approve {hold['plan_hash'][:8]}" in agnt("wiki", "plan").stdout
    assert agnt("holds", "approve", hold["plan_hash"][:8]).exit_code == 0
    world.run(database, settings)
    assert answer("wiki", "plan")["plan"]["changes"] == []
    assert world.pages(database) == repository.pages()


def test_without_a_wiki_or_with_one_that_does_not_answer_it_says_so(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = agnt("wiki", "plan")
    assert (result.exit_code, "set AGNT_WIKI_URL" in result.stderr) == (0, True)
    monkeypatch.setenv("AGNT_WIKI_URL", "ext::sh -c id")
    from agnt_pipelines.settings import get_settings

    get_settings.cache_clear()
    result = agnt("wiki", "plan")
    assert (result.exit_code, "is not one git may fetch from" in result.stderr) == (2, True)
