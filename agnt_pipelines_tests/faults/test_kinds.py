"""Every kind of fault: stopped, cut off, crowded out, without room, at the wrong time.

Here each kind meets one job, and each job several kinds; `./agnt bench guard --kills 100` has every kind
meet every job.
"""

from __future__ import annotations

import pytest

from agnt_pipelines_tests.faults.conftest import Ground
from benchmarks.faults import matrix
from benchmarks.faults.kinds import KINDS
from benchmarks.faults.runs import JOBS

pytestmark = pytest.mark.long

MET = [(kind, JOBS[number % len(JOBS)]) for number, kind in enumerate(KINDS)]


def test_every_job_meets_a_fault_here() -> None:
    assert {job for _, job in MET} == set(JOBS)


@pytest.mark.parametrize(("kind", "job"), MET)
def test_a_job_stands_a_fault(ground: Ground, kind: str, job: str) -> None:
    cell = matrix.stand(ground.stages, kind, job, ground.receiver)
    if cell.skipped:
        pytest.skip(cell.skipped)
    assert cell.tally.clean, cell.tally.told
