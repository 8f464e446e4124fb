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

_STYLES = {"failed": "bold red", "note": "yellow", "skipped": "dim"}


@click.command(short_help="Every setting and every check, with the way out.")
@json_option
def doctor(*, as_json: bool) -> None:
    """Show every setting with its source, then check everything that can be wrong.

    Secrets are masked. The exit code is 1 if a check fails; a note is no failure.
    """
    from agnt_pipelines.serving import api
    from agnt_pipelines.settings import get_settings

    settings = get_settings()
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
