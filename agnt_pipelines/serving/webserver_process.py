"""Dagster's webserver as a process that ends with the one that started it: `python -m` this.

It leads a process group of its own, which its code server belongs to. When its owner dies, it is told
to end; a request that somebody never finished sending would keep it for ever, so that the group is
ended by force if it is still there a few seconds later.

What belongs here: its end, and handing over to Dagster. What does not: starting it (`up`).
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from typing import Final

from agnt_pipelines.serving.daemon_guard import die_with_parent

_OWNER_CHECK_S: Final = 1.0
_GRACE_S: Final = 8.0  # of 20 s after which nothing may be left; requests under way end in one or two


def main() -> None:
    """Serve the workspace on 127.0.0.1 until told to stop."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--owner", type=int, required=True)
    arguments.add_argument("--port", required=True)
    arguments.add_argument("--workspace", required=True)
    given = arguments.parse_args()
    # Started from a script's background, SIGINT may be ignored; Dagster then ignores SIGTERM too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    die_with_parent(given.owner, signal.SIGTERM)
    threading.Thread(target=_end_with, args=(given.owner,), daemon=True).start()
    from dagster_webserver.cli import dagster_webserver

    sys.argv = [
        "dagster-webserver", "-h", "127.0.0.1", "-p", given.port, "-w", given.workspace,
    ]  # fmt: skip
    dagster_webserver()


def _end_with(owner: int) -> None:
    """Wait for the owner's end, then for our own; end whoever is left of this group by force."""
    while os.getppid() == owner:
        time.sleep(_OWNER_CHECK_S)
    time.sleep(_GRACE_S)
    if os.getpgrp() == os.getpid():  # never somebody else's group
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    main()
