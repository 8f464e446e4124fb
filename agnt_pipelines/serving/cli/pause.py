"""`./agnt pause` and `./agnt resume`: the one switch for whatever starts runs by itself.

What belongs here: the two commands. What does not: who obeys the switch (`agnt_pipelines.pausing`).
"""

from __future__ import annotations

import getpass

import click

from agnt_pipelines.serving.cli.output import emit, json_option, say


@click.command(short_help="Pause every schedule and sensor, until resumed.")
@click.option("--why", default="", help="Why, for whoever wonders.")
@json_option
def pause(*, why: str, as_json: bool) -> None:
    """Pause whatever starts runs by itself, while everything runs. What is under way ends in peace."""
    _switch(paused=True, why=why, as_json=as_json)


@click.command(short_help="Let schedules and sensors start runs again.")
@json_option
def resume(*, as_json: bool) -> None:
    """End a pause. What was due meanwhile is missing, and is run by the sensors."""
    _switch(paused=False, why="", as_json=as_json)


def _switch(*, paused: bool, why: str, as_json: bool) -> None:
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say) as platform:
        changed, stands = api.switch(platform, paused=paused, by=getpass.getuser(), why=why)
    if as_json:
        emit({"changed": changed, "paused": stands})
        return
    already = "" if changed else " already"
    if stands is None:
        say(f"Schedules and sensors start runs{'' if changed else ' already'}.")
    elif paused:
        say(f"Schedules and sensors are{already} {stands}.")
    else:
        say(f"Schedules and sensors stay {stands}: unset it, and start `./agnt up` again.")
