"""One part of the guard's benchmark, in a process that is warm when it forks: prints its figures.

`python -m benchmarks.faults FOLDER kills N SEED | faults | trees N SEED | steps N SEED`.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.faults import kills, matrix, points, trees
from benchmarks.faults.kills import Tally
from benchmarks.faults.receiver import Receiver, receiving
from benchmarks.faults.runs import JOBS
from benchmarks.faults.server import OwnServer, small_disk
from benchmarks.faults.stages import Stages

DISK_MB = 1500


def main() -> None:
    """Do the part that the command line names."""
    folder, part, *rest = Path(sys.argv[1]), *sys.argv[2:]
    print(json.dumps(_PARTS[part](folder, *rest)))


def _kills(folder: Path, number: str, seed: str) -> dict[str, Any]:
    with warm(folder) as (stages, receiver):
        longest = kills.in_a_long_statement(stages)
        planned = kills.plan(3 * int(number), int(seed))
        first, spare = planned[: int(number)], planned[int(number) :]
        tally = kills.carry_out(stages, first, receiver, _say, spare=spare)
    missed = sorted(set(points.REACHED_BY) - set(tally.by_point))
    return {
        "kills": tally.kills,
        "kills_by_point": dict(sorted(tally.by_point.items())),
        "kills_by_job": dict(sorted(tally.by_job.items())),
        "points_missed": missed,
        "broken": tally.broken,
        "divergences": tally.divergences,
        "double_commits": tally.double_commits,
        "rebought_calls": tally.rebought_calls,
        "lost_answers": tally.lost_answers,
        "orphaned_locks": tally.orphaned_locks,
        "lost_letters": tally.lost_letters,
        "lock_release_s_max": round(max(longest, tally.lock_release_s_max), 4),
        "told": tally.told,
    }


def _faults(folder: Path) -> dict[str, Any]:
    with warm(folder) as (stages, receiver):
        cells = list(matrix.every(stages, receiver, _say))
    failed = [f"{cell.kind} {cell.job}" for cell in cells if not cell.tally.clean]
    stood = Counter(cell.kind for cell in cells if cell.tally.clean and not cell.skipped)
    return {
        "faults": dict(sorted(stood.items())),
        "faults_failed": failed,
        "faults_skipped": sorted({f"{cell.kind}: {cell.skipped}" for cell in cells if cell.skipped}),
        "faults_told": [line for cell in cells for line in cell.tally.told],
    }


def _trees(folder: Path, number: str, seed: str) -> dict[str, Any]:
    tally = Tally()
    with warm(folder) as (stages, receiver), stages.case(JOBS[0]) as case:
        done = trees.carry_out(case, int(number), int(seed), _say)
        kills.recovered(stages, case, tally, receiver, whole=True, in_order=False)
    by_point = {f"dagster {victim}": len(some) for victim, some in done.seconds.items()}
    return {
        "kills": done.kills,
        "kills_by_point": by_point,
        "divergences": tally.divergences,
        "double_commits": tally.double_commits,
        "orphaned_locks": tally.orphaned_locks,
        "orphaned_slots": done.orphaned_slots,
        "recovery_worker_s_p95": done.p95("worker"),
        "recovery_tree_s_p95": done.p95("tree"),
        "trees_told": [*done.told, *tally.told],
    }


def _steps(folder: Path, number: str, seed: str) -> dict[str, Any]:
    from benchmarks.faults import machine  # noqa: PLC0415 - needs hypothesis, which is no run-time dependency

    with own_server(folder) as server:
        ground = machine.Ground(server, folder / "machine")
        ground.prepare()
        told = ""
        try:
            machine.walk(ground, int(number), int(seed))
        except Exception as violation:  # noqa: BLE001 - whatever stops the walk is told with its steps
            told = "\n".join([str(violation), *getattr(violation, "__notes__", [])])
    return {"steps": ground.steps, "violations": int(bool(told)), "violations_told": told}


@contextmanager
def own_server(folder: Path) -> Iterator[OwnServer]:
    """Yield a server of one's own, on a disk of its own where that is allowed."""
    with small_disk(folder / "disk", DISK_MB):
        state = folder / "disk" / "state"
        state.mkdir(parents=True)
        for place in (state.parent, state):
            place.chmod(0o711)
        server = OwnServer(state)
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def warm(folder: Path) -> Iterator[tuple[Stages, Receiver]]:
    """Yield every stage on a server of its own, and a receiver of letters."""
    with receiving(folder / "letters.jsonl") as receiver, own_server(folder) as server:
        stages = Stages(server, folder / "places", receiver.url)
        yield stages, receiver


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


_PARTS: dict[str, Callable[..., dict[str, Any]]] = {
    "kills": _kills,
    "faults": _faults,
    "trees": _trees,
    "steps": _steps,
}

if __name__ == "__main__":
    main()
