"""Whatever happens in whatever order, STATE is what one clean run makes of the rows that stand."""

from __future__ import annotations

import pytest

from agnt_pipelines_tests.faults.conftest import Ground
from benchmarks.faults import machine

pytestmark = pytest.mark.long

STEPS = 200


def test_everything_interleaved_ends_as_one_clean_run(ground: Ground) -> None:
    own = machine.Ground(ground.stages.server, ground.stages.folder / "machine")
    own.prepare()
    machine.walk(own, STEPS, start=0)
    assert own.steps >= STEPS // 2
