"""Named crash points: the places where a fault test kills or stops the process, for real.

`AGNT_CRASH_AT=name` (or `name:3`, the third time) makes this process end by SIGKILL when it gets
there, `AGNT_STOP_AT` stop by SIGSTOP, so that its world can change before it goes on; unset, a
point costs two dictionary look-ups. Tests assert that a point was reached by the signal the
process died of. What does not belong here: anything a production run would notice.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from typing import Final, Literal, get_args

Point = Literal[
    "lock.before",
    "lock.acquired",
    "lock.leased",
    "lock.releasing",
    "transaction.fenced",
    "transaction.before_commit",
    "transaction.committed",
    "erasure.rows_removed",
    "erasure.receipts",
    "erasure.logged",
    "apply.begun",
    "apply.compared",
    "apply.judged",
    "apply.rows_removed",
    "apply.rows_written",
    "apply.logged",
    "apply.quarantined",
    "apply.window_recorded",
    "apply.units_removed",
    "apply.units_recorded",
    "apply.before_commit",
    "apply.committed",
    "event.before",
    "answer.before_call",
    "answer.received",
    "answer.staged",
    "vectors.computed",
    "vectors.staged",
    "outbox.enqueued",
    "outbox.before_delivery",
    "outbox.delivered",
    "graph.applied",
    "wiki.fetched",
    "wiki.kept",
    "wiki.recorded",
    "faq.approved",
    "faq.staged",
    "faq.before_pointer",
    "faq.published",
]
POINTS: Final[tuple[str, ...]] = get_args(Point)

_SIGNALS: Final = {"AGNT_CRASH_AT": signal.SIGKILL, "AGNT_STOP_AT": signal.SIGSTOP}
_reached: Counter[tuple[str, str]] = Counter()


def crash_point(name: Point) -> None:
    """End or stop this process by a signal if the environment names this point."""
    for variable, number in _SIGNALS.items():
        wanted = os.environ.get(variable)
        if not wanted:
            continue
        point, _, count = wanted.partition(":")
        if point != name:
            continue
        _reached[variable, name] += 1
        # A stopped process goes on: it stops once, a killed one needs no such care.
        if _reached[variable, name] == int(count or 1):
            os.kill(os.getpid(), number)
