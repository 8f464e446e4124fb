"""`./agnt quarantine` and `./agnt holds`: what waits for a person's eye.

What belongs here: the lists, and the approval. What does not: why something was refused or held.
"""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

import click

from agnt_pipelines.serving.cli.output import emit, json_option, plain, row, say, short, show, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agnt_pipelines.serving.refusals import Refusal


@click.command(short_help="What was refused, and why.")
@click.option("--origin", help="Only of one derivation, or of one import (import:interactions).")
@click.option("--reason", help="Only for one reason.")
@click.option(
    "--limit", type=click.IntRange(1, 1_000_000), default=50, show_default=True, help="Rows at most."
)
@json_option
def quarantine(*, origin: str | None, reason: str | None, limit: int, as_json: bool) -> None:
    """List refused input, newest first. Nothing of it is lost; mended at its source it is read again."""
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say) as platform:
        refused, total = api.quarantined(platform, origin=origin, reason=reason, limit=limit)
    if as_json:
        emit({"total": total, "rows": plain(refused)})
        return
    if not refused:
        say("Nothing is in quarantine." if origin is None and reason is None else "Nothing like that is.")
        return
    _show_refused(refused, total)


def _show_refused(refused: Sequence[Refusal], total: int) -> None:
    """Print refusals: what each was read for, which row it is and whose, and why, two lines a cell."""
    made = table(f"Quarantine: {len(refused):,} of {total:,}", "when", "read for", "row", "why")
    for one in refused:
        why = one.reason + (f": {one.detail}" if one.detail else "")
        row(made, one.at, _lines(one.origin, one.window), _lines(one.source, one.source_id, one.person), why)
    show(made, "", "./agnt quarantine --reason NAME shows one reason; --json has every field.")


def _lines(*parts: str | None) -> str:
    return "\n".join(part for part in parts if part)


@click.group(invoke_without_command=True, short_help="Plans that wait for a person, and their approval.")
@json_option
@click.pass_context
def holds(ctx: click.Context, *, as_json: bool) -> None:
    """List the plans that would make readers lose so much that a person must approve them."""
    if ctx.invoked_subcommand is not None:
        return
    from agnt_pipelines.replay import holds as holding
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say) as platform:
        waiting = api.open_holds(platform)
    if as_json:
        emit({"holds": plain(waiting)})
        return
    if not waiting:
        say("No plan waits for approval.")
        return
    made = table("Waiting for approval", "id", "what", "whose", "loses", "of", "when", right=("loses", "of"))
    for one in waiting:
        whose = _lines(*holding.shrinking(one.parts)) or one.unit
        row(made, short(one.plan_hash), one.derivation, whose, one.lost, one.total, one.opened_at)
    show(made, "", "./agnt holds approve ID lets one go on, once, with the next run.")


@holds.command(short_help="Let one plan go on, once.")
@click.argument("plan_hash")
@json_option
def approve(plan_hash: str, *, as_json: bool) -> None:
    """Approve the plan whose hash begins with PLAN_HASH; the next run applies it."""
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say) as platform:
        whole = api.approve(platform.database, plan_hash, _whoami())
    if as_json:
        emit({"approved": whole})
    else:
        show(f"{short(whole)} is approved; the next run of its job applies it.")


def _whoami() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user may have no name
        return "unknown"
