"""`./agnt up`: everything at once, until Ctrl-C.

What belongs here: what the console says. What does not: starting and stopping (`serving.up`).
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable
from contextlib import ExitStack

import click

from agnt_pipelines.serving.cli.output import emit, json_option, say


@click.command(short_help="Database, daemon and Dagster's UI, until Ctrl-C.")
@click.option("--port", type=click.IntRange(1, 65535), default=3000, show_default=True, help="Of the UI.")
@click.option("--demo", is_flag=True, help="First load the demo's world, unless it is there already.")
@json_option
def up(*, port: int, demo: bool, as_json: bool) -> None:
    """Start the database, the schedules' daemon and Dagster's UI, and say what runs.

    Ctrl-C or SIGTERM stops all of it in order. The UI has no login: it listens on 127.0.0.1 only.
    With --json, one object with its address once it answers.
    """
    from agnt_pipelines.serving import demonstration
    from agnt_pipelines.serving.cli.demo import perform, placed
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.serving.up import only_one, serving_platform
    from agnt_pipelines.settings import get_settings

    settings, ended = get_settings(), threading.Event()
    world = placed(settings, None) if demo else None
    for number in (signal.SIGTERM, signal.SIGHUP):  # while it starts, or loads the demo: as Ctrl-C
        signal.signal(number, signal.default_int_handler)
    with ExitStack() as stack:
        stack.enter_context(only_one(settings.state, port))
        platform = stack.enter_context(opened(settings, say, create=True, source=True))
        if world is not None and not demonstration.is_there(platform):
            perform(platform, world)
        service = stack.enter_context(serving_platform(platform, port, say))
        if as_json:
            emit({"url": service.url})
        say(f"Dagster's UI is at {service.url}; Ctrl-C stops everything.")
        # SIGTERM again: Dagster may have given it another meaning meanwhile.
        _heed((signal.SIGTERM, signal.SIGHUP, signal.SIGINT), ended)
        service.watch(ended.is_set)
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a second one does not wait for guests
        say("stopping")


def _heed(numbers: Iterable[signal.Signals], ended: threading.Event) -> None:
    for number in numbers:
        signal.signal(number, lambda *_: ended.set())
