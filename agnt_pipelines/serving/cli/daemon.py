"""`./agnt daemon`: the schedules' daemon without the UI, one of any number.

What belongs here: what the console says. What does not: leading and waiting (`serving.standby`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from agnt_pipelines.serving.cli.output import emit, json_option, say

if TYPE_CHECKING:
    from agnt_pipelines.serving.daemon_guard import Word


@click.command(short_help="The schedules' daemon; a second one stands by and takes over.")
@json_option
def daemon(*, as_json: bool) -> None:
    """Run Dagster's daemon: queue, schedules, sensors, backfills. The first one leads, others stand by.

    Start it on as many machines as you like, on one database. Whoever holds a lock in Dagster's database
    leads; the others have everything loaded and wait. When the leader ends, however it ends, one of
    them takes over within seconds, without a tick lost or doubled.

    It is made for a supervisor such as systemd (Restart=always). SIGTERM, SIGHUP and Ctrl-C end it with
    exit code 0, its runs first; nothing is left behind, after kill -9 either. A leader that loses its
    connection to the database ends its daemon and the runs below it by force, for another one may lead by
    then; it does not exit, but connects again as often as it takes and waits for its turn. A daemon that
    ends by itself is started again; the third time within ten minutes ends the command with exit code
    1. A database that does not answer, or is not migrated, at the start is exit code 2.

    With --json, one object once it is known who leads: {"role", "leader", "pid"}.
    """
    import os

    from agnt_pipelines.serving.standby import Told, ends_on_signals, standing_by
    from agnt_pipelines.settings import get_settings

    known = not as_json

    def heard(word: Word, reason: str) -> None:
        nonlocal known
        role = word.value if word.value in {"leads", "waits"} else None
        if not known and role is not None:
            known = True
            leader = f"agnt daemon, pid {os.getpid()} on {os.uname().nodename}"
            emit({
                "role": "leader" if role == "leads" else "standby",
                "leader": leader if role == "leads" else reason,
                "pid": os.getpid(),
            })  # fmt: skip
        say(_sentence(word, reason))

    try:
        ends_on_signals()
        with standing_by(get_settings(), say, heard) as standby:
            while True:
                standby.attend()
    except Told:
        say("ended")


def _sentence(word: Word, reason: str) -> str:
    """Return what a guard said as an operator reads it."""
    from agnt_pipelines.serving.daemon_guard import Word

    match word:
        case Word.WAITS:
            return f"standing by: {reason} leads"
        case Word.READY:
            return "everything is loaded"
        case Word.LEADS:
            return "leading: the lock is ours"
        case Word.SERVES:
            return "serving queue, schedules and sensors"
        case Word.LOST:
            return f"the lock is lost ({reason}): nothing runs here any more; connecting again"
        case Word.UNREACHABLE:
            return f"the database does not answer ({reason}): trying again"
