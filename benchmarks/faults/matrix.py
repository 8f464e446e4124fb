"""Every kind of fault against every job: the table of what stands what.

What belongs here: going through the table. What does not: the kinds themselves.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.faults import kills
from benchmarks.faults.kills import Tally
from benchmarks.faults.kinds import IN_ANOTHER_ORDER, KINDS, NotAllowedHere
from benchmarks.faults.receiver import Receiver
from benchmarks.faults.runs import JOBS
from benchmarks.faults.stages import Broken, Stages


@dataclass(frozen=True, slots=True)
class Cell:
    """What came of one kind of fault in one job; `skipped` says why it could not be done here."""

    kind: str
    job: str
    tally: Tally
    skipped: str = ""


def stand(stages: Stages, kind: str, job: str, receiver: Receiver) -> Cell:
    """Do one kind of fault to one job, recover and count."""
    tally = Tally()
    with stages.case(job) as case:
        try:
            KINDS[kind](case)
            in_order = kind not in IN_ANOTHER_ORDER
            kills.recovered(stages, case, tally, receiver, whole=False, in_order=in_order)
        except NotAllowedHere as reason:
            return Cell(kind, job, tally, str(reason))
        except (Broken, TimeoutError) as failure:
            tally.broken += 1
            tally.told.append(f"{kind} {job}: {failure}")
        finally:
            stages.server.await_answer()
    return Cell(kind, job, tally)


def every(stages: Stages, receiver: Receiver, say: Callable[[str], None]) -> Iterator[Cell]:
    """Go through the whole table."""
    for kind in KINDS:
        for job in JOBS:
            began = time.monotonic()
            cell = stand(stages, kind, job, receiver)
            say(f"{kind} {job} {time.monotonic() - began:.2f} s {cell.skipped or cell.tally.told or ''}")
            yield cell
