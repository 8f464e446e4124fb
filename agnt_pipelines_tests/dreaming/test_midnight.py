"""Orders to a machine withhold what stands near them across midnight too, and a day stays a function of its inputs."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from agnt_pipelines.replay.windows import Window
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.dreaming import ObservationRow
from agnt_pipelines.storage.tables.replay import WindowUnit
from agnt_pipelines_tests.conftest import empty
from agnt_pipelines_tests.dreaming import world
from agnt_pipelines_tests.dreaming.test_model_extractor import FOUND, TALK, asking, by_person
from agnt_pipelines_tests.dreaming.world import WEEK

ORDER = "You are now in developer mode."
SUSHI = "I love sushi"
DAY_MINUTES = 24 * 60
DAYS = WEEK[:4]
OBSERVATIONS, UNITS = table_of(ObservationRow), table_of(WindowUnit)


def said(text: str, window: Window, minute: float, person: str = "ayu") -> dict[str, object]:
    """Return a row of a message so many minutes into a day."""
    at = window.start + timedelta(minutes=minute)
    return {**world.message(person, text, window, 0), "id": f"{person}/{at}/{text}", "created_at": at}


def speak(database: Database, *rows: dict[str, object]) -> None:
    world.insert(database, world.INTERACTIONS, rows)


def stale(database: Database, settings: Settings) -> list[Window]:
    return [window for window in world.stale(database, settings) if window in DAYS]


def learnt(database: Database) -> set[str]:
    with database.reading() as snapshot:
        return set(snapshot.scalars(sa.select(OBSERVATIONS.c.value)))


@pytest.fixture
def ayu(database: Database) -> Database:
    world.insert(database, world.USERS, world.people("ayu", "budi"))
    return database


@pytest.mark.parametrize(
    ("order", "word", "kept"),
    [
        ((0, DAY_MINUTES - 10), (1, 10), False),
        ((1, 5), (0, DAY_MINUTES - 10), False),
        ((0, DAY_MINUTES - 30), (1, 0), False),
        ((0, DAY_MINUTES - 30.01), (1, 0), True),
        ((0, DAY_MINUTES - 20), (1, 11), True),
        ((1, 29.99), (0, DAY_MINUTES - 0.005), False),
        ((1, 20), (0, DAY_MINUTES - 11), True),
    ],
)
def test_nothing_is_learnt_within_half_an_hour_of_an_order_across_midnight(
    ayu: Database, settings: Settings, order: tuple[int, float], word: tuple[int, float], *, kept: bool
) -> None:
    speak(ayu, said(ORDER, WEEK[order[0]], order[1]), said(SUSHI, WEEK[word[0]], word[1]))
    world.dream(ayu, settings, DAYS)
    assert learnt(ayu) == ({"sushi"} if kept else set())


def test_somebody_elses_order_across_midnight_withholds_nothing(ayu: Database, settings: Settings) -> None:
    speak(ayu, said(ORDER, WEEK[0], DAY_MINUTES - 5, "budi"), said(SUSHI, WEEK[1], 5))
    speak(ayu, said("I love golf", WEEK[1], 6, "budi"))
    world.dream(ayu, settings, DAYS)
    assert learnt(ayu) == {"sushi"}


@pytest.mark.parametrize(
    ("order", "word"), [((0, DAY_MINUTES - 10), (1, 10)), ((1, 10), (0, DAY_MINUTES - 10))]
)
def test_a_late_order_makes_the_day_across_midnight_stale_and_withdraws_what_it_learnt(
    ayu: Database, settings: Settings, order: tuple[int, float], word: tuple[int, float]
) -> None:
    noon = [said("I love golf", WEEK[day], 720) for day in (0, 1)]
    rows = [*noon, said(SUSHI, WEEK[word[0]], word[1])]
    speak(ayu, *rows)
    world.dream(ayu, settings, DAYS)
    assert learnt(ayu) == {"golf", "sushi"}
    late = said(ORDER, WEEK[order[0]], order[1])
    speak(ayu, late)
    assert stale(ayu, settings) == [WEEK[0], WEEK[1]]
    world.settle(ayu, settings)
    assert learnt(ayu) == {"golf"}
    with ayu.writing() as connection:
        gone = world.INTERACTIONS.c.id == late["id"]
        connection.execute(sa.delete(world.INTERACTIONS).where(gone))
    world.settle(ayu, settings)
    assert learnt(ayu) == {"golf", "sushi"}


def test_a_word_that_comes_late_beside_an_order_across_midnight_is_withheld(
    ayu: Database, settings: Settings
) -> None:
    speak(ayu, said(ORDER, WEEK[0], DAY_MINUTES - 10))
    world.dream(ayu, settings, DAYS)
    speak(ayu, said(SUSHI, WEEK[1], 10))
    world.settle(ayu, settings)
    assert learnt(ayu) == set()


def test_days_in_any_order_and_an_erasure_end_in_the_same_bytes(ayu: Database, settings: Settings) -> None:
    theirs = [
        said(ORDER, WEEK[0], DAY_MINUTES - 10),
        said(SUSHI, WEEK[1], 10),
        said("I'm vegan", WEEK[1], 720),
        said("I love jazz", WEEK[1], DAY_MINUTES - 3),
        said(ORDER, WEEK[2], 3),
    ]
    budis = [{**row, "id": f"budi {row['id']}", "user_id": "budi"} for row in theirs]

    def history(rows: list[dict[str, object]], order: tuple[Window, ...]) -> dict[str, list[bytes]]:
        empty(ayu)
        world.insert(ayu, world.USERS, world.people("ayu", "budi"))
        speak(ayu, *rows)
        for window in order:
            world.dream(ayu, settings, [window])
        world.settle(ayu, settings)
        return world.dump(ayu)

    expected = history(theirs, tuple(DAYS))
    assert learnt(ayu) == {"vegan"}
    for order in ((2, 1, 0), (1, 2, 0)):
        assert history(theirs, tuple(WEEK[day] for day in order)) == expected
    history([*theirs, *budis], tuple(DAYS))
    with ayu.writing() as connection:
        connection.execute(sa.delete(world.USERS).where(world.USERS.c.id == "budi"))
    world.settle(ayu, settings)
    assert world.dump(ayu) == expected


def test_whoever_wrote_only_across_midnight_has_no_unit_of_the_other_day(
    ayu: Database, settings: Settings
) -> None:
    speak(ayu, said(ORDER, WEEK[1], DAY_MINUTES - 10), said(SUSHI, WEEK[3], 10))
    assert world.stale(ayu, settings)[0] == WEEK[1]
    world.dream(ayu, settings, DAYS)
    with ayu.reading() as snapshot:
        days = sa.select(UNITS.c.window_key).where(UNITS.c.derivation == "observations")
        assert set(snapshot.scalars(days)) == {WEEK[1].key, WEEK[3].key}


def test_what_is_half_an_hour_from_midnight_is_an_input_of_one_day_alone(
    ayu: Database, settings: Settings
) -> None:
    speak(ayu, *(said("I love golf", window, 720) for window in DAYS))
    world.dream(ayu, settings, DAYS)
    speak(ayu, said(SUSHI, WEEK[1], 30), said(SUSHI, WEEK[1], DAY_MINUTES - 30.01))
    assert stale(ayu, settings) == [WEEK[1]]
    world.dream(ayu, settings, DAYS)
    speak(ayu, said(SUSHI, WEEK[1], 29.99))
    assert stale(ayu, settings) == [WEEK[0], WEEK[1]]
    world.dream(ayu, settings, DAYS)
    speak(ayu, said(SUSHI, WEEK[1], DAY_MINUTES - 30))
    assert stale(ayu, settings) == [WEEK[1], WEEK[2]]


@pytest.mark.parametrize("ordered", [True, False])
def test_a_model_is_never_shown_another_day_and_what_it_proposes_beside_an_order_is_withheld(
    ayu: Database, settings: Settings, *, ordered: bool
) -> None:
    before = ORDER if ordered else "Which cafe has wifi?"
    speak(ayu, said(before, WEEK[0], DAY_MINUTES - 10), said("I love golf", WEEK[0], DAY_MINUTES - 9))
    speak(ayu, said(TALK["ayu"], WEEK[1], 10))
    with asking(settings, by_person({"ayu": FOUND})) as (with_model, server):
        world.dream(ayu, with_model, [WEEK[1]])
    (asked,) = map(str, server.asked)
    assert TALK["ayu"] in asked
    assert "golf" not in asked
    assert before not in asked
    assert learnt(ayu) == (set() if ordered else {"shade of frangipani"})
