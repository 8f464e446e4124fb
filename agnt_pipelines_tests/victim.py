"""Processes that a test kills: forked, so that they start at once and die for real."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable


def dies_at(point: str, task: Callable[[], object]) -> bool:
    """Run a task in a forked process that is armed to die at a crash point; say whether it did.

    A task that ends without dying returns False; one that fails otherwise fails the test.
    """
    child = os.fork()
    if child == 0:
        os.environ["AGNT_CRASH_AT"] = point
        code = 1
        try:
            task()
            code = 0
        except BaseException:  # noqa: BLE001 - the edge of a process: report, then end
            traceback.print_exc(file=sys.stderr)
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, "the forked task failed; its traceback is above"
    return False
