"""`./agnt doctor`: every setting and every check.

What belongs here: how they are shown. What does not: the checks (`serving.health`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from agnt_pipelines.serving.cli.edge import FAILED
from agnt_pipelines.serving.cli.output import emit, json_option, plain, row, say, show, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agnt_pipelines.serving.health import Check, SettingLine
    from agnt_pipelines.settings import Settings

_STYLES = {"failed": "bold red", "note": "yellow", "skipped": "dim"}


@click.command(short_help="Every setting and every check, with the way out.")
@click.option("--reap", is_flag=True, help="End dead runs and free what they hold; check nothing.")
@json_option
def doctor(*, reap: bool, as_json: bool) -> None:
    """Show every setting with its source, then check everything that can be wrong.

    Secrets are masked. The exit code is 1 if a check fails; a note is no failure.

    --reap ends runs that gave no sign of life for longer than their lease lives (AGNT_LEASE_TTL_S): their
    database sessions are closed, a late write of theirs is refused, Dagster is told, and the next run
    starts. A run that lives is not touched.
    """
    from agnt_pipelines.serving import api
    from agnt_pipelines.settings import get_settings

    settings = get_settings()
    if reap:
        _reap(settings, as_json=as_json)
        return
    lines = api.settings_table(settings)
    if not as_json:
        _show_settings(lines)
    checks = list(api.examine(settings, say))
    failed = [check.name for check in checks if check.verdict.value == "failed"]
    if as_json:
        emit({"settings": plain(lines), "checks": plain(checks), "failed": failed})
    else:
        _show_checks(checks)
    if failed:
        say(f"Failed: {', '.join(failed)}.")
        click.get_current_context().exit(FAILED)


def _reap(settings: Settings, *, as_json: bool) -> None:
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import connected

    with connected(settings, say) as platform:
        reaped = api.reap_dead(platform)
    if as_json:
        emit({"reaped": plain(reaped)})
        return
    for one in reaped:
        show(one.sentence)
    if not reaped:
        show("Nothing was stuck: every run that holds something is alive.")


def _show_settings(lines: Sequence[SettingLine]) -> None:
    made = table("Settings", "name", "value", "from", "what it is")
    for line in lines:
        style = None if line.source == "environment" else "dim"
        row(made, line.name, line.value, line.source, line.description, style=style)
    show(made, "")


def _show_checks(checks: Sequence[Check]) -> None:
    made = table("Checks", "check", "result", "found", "way out")
    for check in checks:
        style = _STYLES.get(check.verdict.value)
        row(made, check.name, check.verdict.value, check.found, check.way_out, style=style)
    show(made)
    for check in checks:
        if check.command is not None:
            show("", "While a command (./agnt up) keeps the embedded server up, reach it by:", check.command)
