"""Memories that an operator keeps at hand, and runs whose learning is taken back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from agnt_pipelines.dreaming import light_dream, store
from agnt_pipelines.replay import state
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.replay.windows import DAY
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.serving.calls import agnt, answer
from agnt_pipelines_tests.serving.dreamt import MONDAY, TUESDAY, dream, join, say


@pytest.fixture
def ayu(database: Database, settings: Settings) -> str:
    """Ayu has a plan that ended, doubts, and more likes than her prompt has room for."""
    join(database, "ayu", "tom")
    say(database, "ayu", "Maybe I like jazz")
    say(database, "ayu", "I'm vegan", hour=10)
    for number, thing in enumerate(("surfing", "sushi", "hiking", "yoga", "techno")):
        say(database, "ayu", f"I love {thing}", hour=11 + number)
    say(database, "tom", "I love opera")
    dream(database, settings)
    return "ayu"


def memories(person: str) -> dict[str, dict[str, object]]:
    return {one["value"]: one for one in answer("memory", "list", person, "--all")["memories"]}


def prompt(database: Database, person: str) -> str:
    table = store.SOUL_PROMPTS.c
    query = sa.select(table.text).where(table.user_id == person).order_by(table.version.desc()).limit(1)
    with database.reading() as snapshot:
        return str(snapshot.scalar(query))


def dump(database: Database) -> dict[str, list[bytes]]:
    with database.reading() as snapshot:
        return state.dump(snapshot)


def test_a_pinned_memory_is_in_no_doubt_and_always_in_the_prompt_until_that_is_taken_back(
    ayu: str, database: Database, settings: Settings
) -> None:
    before, jazz = dump(database), memories(ayu)["jazz"]
    assert (jazz["status"], "jazz" in prompt(database, ayu)) == ("candidate", False)
    assert answer("memory", "pin", ayu, str(jazz["id"])[:8])["pinned"] is True
    dream(database, settings)
    pinned = memories(ayu)["jazz"]
    assert (pinned["status"], pinned["pinned"]) == ("active", True)
    assert 'likes: "jazz"' in prompt(database, ayu)
    assert "active, pinned" in agnt("memory", "list", ayu).stdout
    answer("memory", "pin", ayu, str(jazz["id"])[:8], "--back")
    dream(database, settings)
    assert dump(database) == before


def test_a_pin_replays_like_any_other_input(ayu: str, database: Database, settings: Settings) -> None:
    answer("memory", "pin", ayu, str(memories(ayu)["jazz"]["id"]))
    dream(database, settings)
    expected = dump(database)
    with database.writing() as connection:
        for name in ("soul_prompts", "summaries", "user_memory", "taste_profiles", "observations"):
            connection.execute(sa.text(f"DELETE FROM mind.{name}"))
        connection.execute(sa.text("DELETE FROM mind.window_units"))
        connection.execute(sa.text("DELETE FROM mind.job_windows"))
    dream(database, settings)
    again = dump(database)
    assert [name for name in expected if again[name] != expected[name] and name != "job_windows"] == []


def test_a_pin_keeps_what_would_end_and_gives_way_to_the_persons_later_word(
    database: Database, settings: Settings
) -> None:
    join(database, "ayu")
    say(database, "ayu", "I'm vegan for this week only, until 2026-11-16")
    say(database, "ayu", "I'm in Ubud until tomorrow", hour=10)
    dream(database, settings)
    (diet,) = [one for one in memories("ayu").values() if one["slot"] == "diet"]
    answer("memory", "pin", "ayu", str(diet["id"]))
    say(database, "ayu", "I'm halal now", day=1)
    dream(database, settings)
    assert memories("ayu")["vegan"]["status"] == "superseded"
    refused = agnt("memory", "pin", "ayu", str(diet["id"]))
    assert (refused.exit_code, "superseded" in refused.stderr) == (1, True)


def test_a_pin_names_what_it_cannot_find(ayu: str) -> None:
    missing = agnt("memory", "pin", ayu, "zzzz")
    assert (missing.exit_code, "0 memories" in missing.stderr) == (1, True)
    assert agnt("memory", "pin", ayu, "zzzz", "--back").exit_code == 1


def night(database: Database, settings: Settings, run: str) -> None:
    windows = list(DAY.between(MONDAY.key, TUESDAY.key))
    with exclusive(database, "dreaming", run, settings) as lease:
        list(light_dream.dream(lease, windows, settings))
        light_dream.remember(lease, settings)
        light_dream.summarise(lease, settings)
        light_dream.write_prompts(lease, settings)
        light_dream.weigh_taste(lease, settings)


def test_what_a_run_learnt_is_taken_back_as_a_whole_and_that_is_too(
    ayu: str, database: Database, settings: Settings
) -> None:
    before = dump(database)
    say(database, "ayu", "I love pottery", hour=18)
    say(database, "ayu", "I'm halal now", day=1)
    say(database, "tom", "I love poker", day=1)
    night(database, settings, "bad-run")
    learnt = dump(database)
    assert {"pottery", "halal"} <= memories(ayu).keys()
    assert answer("memory", "undo", "--run", "bad-run") == {
        "user": "", "memory": "bad-run", "claims": 3, "days": ["2026-11-16", "2026-11-17"], "back": False, "people": 2,
    }  # fmt: skip
    night(database, settings, "mending")
    after = dump(database)
    for name in ("user_memory", "taste_profiles", "soul_prompts", "summaries"):
        assert after[name] == before[name], name
    assert answer("memory", "undo", "--run", "bad-run", "--back")["claims"] == 3
    night(database, settings, "again")
    again = dump(database)
    for name in ("user_memory", "taste_profiles", "soul_prompts", "summaries", "observations"):
        assert again[name] == learnt[name], name


def test_a_run_is_undone_for_one_person_alone(ayu: str, database: Database, settings: Settings) -> None:
    say(database, "ayu", "I'm halal now", day=1)
    say(database, "tom", "I love poker", day=1)
    night(database, settings, "bad-run")
    assert answer("memory", "undo", ayu, "--run", "bad-run")["claims"] == 1
    night(database, settings, "mending")
    assert memories(ayu)["vegan"]["status"] == "active"
    assert "poker" in memories("tom")
    nothing = agnt("memory", "undo", ayu, "--run", "bad-run")
    assert (nothing.exit_code, "learnt nothing" in nothing.stderr) == (1, True)
    assert agnt("memory", "undo", ayu).exit_code == 2
