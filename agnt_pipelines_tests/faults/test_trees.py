"""Under a real daemon, whatever is killed, the next run of the same job starts and all is made good."""

from __future__ import annotations

import pytest

from agnt_pipelines_tests.faults.conftest import Ground
from benchmarks.faults import kills, trees
from benchmarks.faults.kills import Tally

pytestmark = pytest.mark.long

KILLS = 12


def test_after_kills_of_workers_code_servers_and_whole_trees_the_next_runs_start(ground: Ground) -> None:
    tally = Tally()
    with ground.stages.case("light_dream") as case:
        done = trees.carry_out(case, KILLS, 0, lambda _: None)
        kills.recovered(ground.stages, case, tally, ground.receiver, whole=True, in_order=False)
    assert done.told == []
    assert {victim: len(some) for victim, some in done.seconds.items()} == {
        "worker": 4,
        "code server": 4,
        "tree": 4,
    }
    assert done.orphaned_slots == 0
    assert tally.clean, tally.told
