"""One of the daemons of a rehearsal: `python -m benchmarks.standby_member STATE URL MODULE`, to be killed.

The same as `./agnt daemon`, on a location that ticks every minute. It says on its standard output
what its guard says, a line each.
"""

from __future__ import annotations

import sys
from pathlib import Path

from agnt_pipelines.serving.daemon import DaemonPlan, Scope
from agnt_pipelines.serving.daemon_guard import Word
from agnt_pipelines.serving.instance import prepare_home
from agnt_pipelines.serving.standby import Standby, Told, ends_on_signals

LOCATION = Path(__file__).with_name("standby_location.yaml")


def main() -> None:
    """Lead or wait until told to end."""
    state, url, module = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    plan = DaemonPlan(prepare_home(state), url, {"rehearsal": 1}, LOCATION, Scope.ALL, module)
    standby = Standby(plan, _heard, lambda text: print("note", text, flush=True))
    ends_on_signals()
    try:
        while True:
            standby.attend()
    except Told:
        standby.stop()


def _heard(word: Word, reason: str) -> None:
    print(word.value, reason, flush=True)


if __name__ == "__main__":
    main()
