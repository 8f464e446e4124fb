"""The process of Dagster's daemon, below `daemon_guard` and never without it: `python -m` this.

It loads Dagster and the code locations, says so, and waits for the guard's word before it touches
anything: a standby is one that was not given it yet. With `--queue-only` it serves submitted runs
and nothing else: a daemon that lives for one command ticks no schedule.

What belongs here: the life of this process. What does not: what the daemon does (`daemon_service`),
and anything slow to import, for the death signal is to be asked for first.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

from agnt_pipelines.serving.daemon_guard import TAKEN
from agnt_pipelines.serving.daemon_tree import GO, READY, SERVES, die_with_parent


def main() -> int:
    """Serve the queue, once told to, until told to stop."""
    options = _arguments()
    wire = _wire()
    die_with_parent(options.guard, signal.SIGKILL)

    from dagster import DagsterInstance
    from dagster._utils.interrupts import capture_interrupts

    from agnt_pipelines.serving.daemon_service import loaded, serve
    from agnt_pipelines.serving.instance import foreign_daemon_alive, set_pool_limits

    with DagsterInstance.get() as instance, loaded(instance, Path(options.workspace)) as locations:
        wire.sendall(READY)
        if wire.recv(len(GO)) != GO:
            return 0  # the guard is gone, and we are about to be
        with capture_interrupts():
            if foreign_daemon_alive(instance):
                return TAKEN
            set_pool_limits(
                instance, {name: int(limit) for name, _, limit in (p.partition("=") for p in options.pool)}
            )
            with suppress(KeyboardInterrupt), serve(locations, queue_only=options.queue_only) as controller:
                wire.sendall(SERVES)
                controller.check_daemon_loop()
            # Ticks are done. Code servers would be waited for, seconds long; the guard ends them at once.
            sys.stderr.flush()
            os._exit(0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="agnt daemon process")
    parser.add_argument("--guard", type=int, required=True, help="the parent without which not to live")
    parser.add_argument("--workspace", required=True)
    parser.add_argument("--queue-only", action="store_true")
    parser.add_argument("--pool", action="append", default=[], metavar="NAME=LIMIT")
    return parser.parse_args()


def _wire() -> socket.socket:
    """Take the guard's socket from standard input, so that no child of ours inherits it."""
    wire = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return wire


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(0)
