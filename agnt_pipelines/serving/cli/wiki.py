"""`./agnt wiki`: what the wiki's head would change, and what was changed when.

What belongs here: printing both. What does not: reconciling (`./agnt run wiki_reconcile`).
"""

from __future__ import annotations

import click

from agnt_pipelines.serving.cli.output import counted, emit, json_option, plain, row, say, short, show, table


@click.group(short_help="What the wiki's head would change, and what was changed when.")
def wiki() -> None:
    """Look at the wiki's reconciliation; `./agnt run wiki_reconcile` does it."""


@wiki.command(short_help="What a run would change now.")
@json_option
def plan(*, as_json: bool) -> None:
    """Fetch the wiki and show what a run would change of the pages that readers have."""
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say) as platform:
        found = api.wiki_plan(platform)
    if as_json:
        emit({"configured": found is not None, "plan": plain(found)})
        return
    if found is None:
        say("No wiki is configured: set AGNT_WIKI_URL to its repository.")
        return
    if not found.changes:
        say("Nothing would change: pages are at the wiki's head.")
        return
    made = table(f"{counted(len(found.changes), 'page')} would change", "what", "page", "was", "id", "waits")
    for change in found.changes:
        was = change.was if change.was != change.path else None
        row(made, change.operation, change.path, was, short(change.page_id), change.waits)
    show(made)
    for hold in found.holds:
        show(f"{hold.lost} removals wait: ./agnt holds approve {short(hold.plan_hash)}")


@wiki.command(short_help="What was changed, the newest first.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Rows at most.")
@json_option
def log(*, limit: int, as_json: bool) -> None:
    """Show what runs did to pages: the delta log, in words."""
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say) as platform:
        lines = api.wiki_log(platform, limit=limit)
    if as_json:
        emit({"entries": plain(lines)})
        return
    if not lines:
        say("No page was ever changed.")
        return
    made = table("Changes of pages", "when", "what", "page", "was", "commit", "run")
    for line in lines:
        was = line.was if line.was != line.path else None
        row(made, line.at, line.operation, line.path, was, short(line.commit), short(line.run_id))
    show(made)
