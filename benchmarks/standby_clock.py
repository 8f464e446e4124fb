"""Dagster's daemon with a clock that runs ahead: what a guard starts where an hour must pass in minutes.

Only the schedules run, for nothing else may see that clock. Dagster knows no schedule below a minute,
so that the minute itself is made shorter, for all processes of a rehearsal alike.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Event
from typing import Any, Final, cast

MINUTE: Final = "REHEARSAL_MINUTE_S"
"""Real seconds of a minute."""
SINCE: Final = "REHEARSAL_SINCE"
"""When the clock began to run ahead, seconds since 1970."""


def rehearsed(real: float) -> float:
    """Return the rehearsal's time at a real time, both in seconds since 1970."""
    since = float(os.environ[SINCE])
    return since + (real - since) * speed()


def speed() -> float:
    """Return how many seconds of the rehearsal pass in one."""
    return 60.0 / float(os.environ[MINUTE])


class HurriedEvent(Event):
    """An event for which somebody with a faster clock waits."""

    def __init__(self, real: Event) -> None:
        """Stand for the real one."""
        super().__init__()
        self._real = real

    def is_set(self) -> bool:
        """Tell whether the real one is set."""
        return self._real.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the real one, by the faster clock."""
        return self._real.wait(None if timeout is None else timeout / speed())


def main() -> int:
    """Put the clock ahead and run the daemon's process."""
    import dagster._time as clock  # noqa: PLC0415 - a process of its own: it says what it patches

    from agnt_pipelines.serving import daemon_process, daemon_service  # noqa: PLC0415

    class Hurried(daemon_service.CatchingUp):
        def core_loop(self, workspace_process_context: Any, shutdown_event: Event) -> Any:
            return super().core_loop(workspace_process_context, HurriedEvent(shutdown_event))

    def schedules_alone(instance: Any, **_: object) -> Sequence[Any]:
        beat = instance.get_daemon_heartbeats().get(Hurried.daemon_type())
        return [Hurried(None if beat is None else beat.timestamp)]

    patched = cast("Any", clock)
    patched._mockable_get_current_timestamp = lambda: rehearsed(time.time())  # noqa: SLF001
    patched._mockable_get_current_datetime = lambda: datetime.fromtimestamp(rehearsed(time.time()), UTC)  # noqa: SLF001
    cast("Any", daemon_service)._daemons = schedules_alone  # noqa: SLF001
    return daemon_process.main()


if __name__ == "__main__":
    sys.exit(main())
