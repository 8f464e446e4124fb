"""The demo's wiki: the same commits each time, a real history, and the contradictions it promises."""

from __future__ import annotations

import re
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest

from agnt_pipelines.demo.score import holds
from agnt_pipelines.demo.wiki import build_wiki
from agnt_pipelines.demo.wiki_history import BROKEN_LINK, CONTRADICTIONS, revisions, texts
from agnt_pipelines.errors import SettingsError
from agnt_pipelines.replay.windows import WITA

UNTIL = date(2026, 11, 23)
LINK = re.compile(r"\[\[([^\]]+)\]\]")


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def wiki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wiki") / "agnt-wiki"
    build_wiki(folder, UNTIL)
    return folder


def test_the_same_day_and_seed_give_the_same_commits(
    wiki: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody Else")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2001-01-01T00:00:00Z")
    monkeypatch.setenv("TZ", "America/Lima")
    assert f"{build_wiki(tmp_path / 'again', UNTIL)}\n" == git(wiki, "rev-parse", "HEAD")
    assert build_wiki(tmp_path / "seeded", UNTIL, seed=1) != build_wiki(tmp_path / "again", UNTIL)


def test_building_it_again_in_its_own_folder_puts_it_back(tmp_path: Path) -> None:
    head = build_wiki(tmp_path, UNTIL)
    (tmp_path / "README.md").write_text("scribbled over")
    assert build_wiki(tmp_path, UNTIL) == head
    assert git(tmp_path, "status", "--porcelain") == ""


def test_a_folder_with_anything_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text("mine")
    with pytest.raises(SettingsError, match="not the demo's wiki"):
        build_wiki(tmp_path, UNTIL)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.md"]


def test_the_files_are_those_that_the_history_tells(wiki: Path) -> None:
    tracked = git(wiki, "ls-files").split()
    assert {path: (wiki / path).read_text("utf-8") for path in tracked} == texts(revisions(UNTIL, 0))
    assert 24 <= len(tracked) <= 30
    assert {path.partition("/")[0] for path in tracked} == {"README.md", "platform", "people", "work"}
    assert git(wiki, "status", "--porcelain") == ""


def test_it_has_a_history_with_moves_edits_and_a_deletion(wiki: Path) -> None:
    assert 38 <= int(git(wiki, "rev-list", "--count", "HEAD")) <= 45
    done = git(wiki, "log", "--format=", "--name-status", "--find-renames").splitlines()
    sorts = [line[0] for line in done if line]
    assert sorts.count("R") == 3
    assert sorts.count("D") == 1
    assert sorts.count("M") >= 12


def test_its_commits_lie_in_order_before_the_day_it_ends_on() -> None:
    history = revisions(UNTIL, 3)
    assert [revision.at for revision in history] == sorted(revision.at for revision in history)
    assert history[-1].at.astimezone(WITA).date() < UNTIL
    assert history[-1].at.astimezone(WITA).date() >= UNTIL - timedelta(days=7)


def test_every_page_has_front_matter_and_all_links_but_one_lead_somewhere() -> None:
    pages = texts(revisions(UNTIL, 0))
    assert all(
        re.match(r"---\ntitle: .+\nowner: \w+\nupdated: \d{4}-\d\d-\d\d\n---\n", t) for t in pages.values()
    )
    names = {path.rpartition("/")[2].removesuffix(".md") for path in pages}
    assert {link for text in pages.values() for link in LINK.findall(text)} - names == {BROKEN_LINK}


def test_the_pages_of_a_contradiction_hold_what_it_says_they_do() -> None:
    pages = texts(revisions(UNTIL, 0))
    assert len(CONTRADICTIONS) >= 6
    for item in CONTRADICTIONS:
        first, second = (pages[path] for path in item.pages)
        assert holds(first, item.values[0])
        assert holds(second, item.values[1])
        assert not holds(second, item.values[0])


def test_one_page_tries_to_give_orders_to_agents() -> None:
    ordering = [text for text in texts(revisions(UNTIL, 0)).values() if "ignore your previous" in text]
    assert len(ordering) == 1
