"""Named crash points: the places where a fault test kills the process, for real.

`AGNT_CRASH_AT=name` (or `name:3`, the third time) makes this process end by SIGKILL when it gets
there; unset, a point costs one dictionary look-up. Tests assert that a point was reached by the
signal the process died of. What does not belong here: anything a production run would notice.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from typing import Literal

Point = Literal[
    "lock.acquired",
    "apply.begun",
    "apply.rows_removed",
    "apply.rows_written",
    "apply.logged",
    "apply.before_commit",
    "apply.committed",
    "answer.before_call",
    "answer.received",
    "answer.staged",
    "faq.staged",
    "faq.before_pointer",
    "faq.published",
]

_VARIABLE = "AGNT_CRASH_AT"
_reached: Counter[str] = Counter()


def crash_point(name: Point) -> None:
    """End this process by SIGKILL if the environment names this point."""
    wanted = os.environ.get(_VARIABLE)
    if not wanted:
        return
    point, _, count = wanted.partition(":")
    if point != name:
        return
    _reached[name] += 1
    if _reached[name] >= int(count or 1):
        os.kill(os.getpid(), signal.SIGKILL)
