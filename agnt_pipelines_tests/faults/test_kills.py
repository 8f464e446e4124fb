"""Whatever a killed run left behind, running what is due ends in the bytes of a run that nobody killed."""

from __future__ import annotations

import pytest

from agnt_pipelines.replay.faults import POINTS
from agnt_pipelines_tests.faults.conftest import Ground
from benchmarks.faults import kills, points
from benchmarks.faults.kills import Kill, Tally

pytestmark = pytest.mark.long


def carried_out(ground: Ground, *some: Kill) -> Tally:
    return kills.carry_out(ground.stages, some, ground.receiver, lambda _: None)


def test_every_point_has_somebody_who_gets_there() -> None:
    assert set(points.REACHED_BY) == set(POINTS)
    assert all(points.REACHED_BY.values())


def test_a_plan_has_every_point_and_the_same_seed_makes_the_same_plan() -> None:
    made = kills.plan(60, seed=3)
    assert {kill.point for kill in made} == {*POINTS, kills.ANYWHERE}
    assert made == kills.plan(60, seed=3) != kills.plan(60, seed=4)


def test_the_reference_has_rows_in_every_table(ground: Ground) -> None:
    assert [name for name, rows in ground.stages.reference.dump.items() if not rows] == []


def test_a_holder_killed_in_a_long_statement_leaves_its_lock_free_at_once(ground: Ground) -> None:
    statement_s = 20
    free_after_s = kills.in_a_long_statement(ground.stages, statement_s)
    assert free_after_s < statement_s, "it waited for the statement's end"


@pytest.mark.parametrize("kill", kills.plan(48, seed=0), ids=lambda kill: f"{kill.job}-{kill.point}")
def test_a_killed_run_is_made_good(ground: Ground, kill: Kill) -> None:
    tally = carried_out(ground, kill)
    assert tally.clean, tally.told
    assert tally.kills or kill.point == kills.ANYWHERE or kill.count > 1
    assert tally.lost_answers <= points.AT_ONCE
