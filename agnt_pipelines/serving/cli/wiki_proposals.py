"""`./agnt wiki edit` and `./agnt wiki proposals`: other words for project memory, and what becomes of them.

What belongs here: printing, asking for words and for decisions. What does not: reconciling.
"""

from __future__ import annotations

import sys
from typing import IO

import click

from agnt_pipelines.serving.cli.output import counted, emit, json_option, plain, row, say, short, show, table


@click.command(short_help="Give an entry of project memory other words.")
@click.argument("entry")
@click.option("--text", help="The words.")
@click.option(
    "--file", type=click.File(encoding="utf-8"), help="A file with the words; - reads standard input."
)
@json_option
def edit(entry: str, *, text: str | None, file: IO[str] | None, as_json: bool) -> None:
    """Propose other words for ENTRY of project memory: PATH:LINE, a PATH, or the beginning of its id.

    Without --text or --file an editor opens with what it says now. Readers have the words with the next
    run, for as long as the wiki does not change the same lines; then the wiki's stand.
    """
    from agnt_pipelines.errors import SettingsError
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    if text is not None and file is not None:
        raise SettingsError("--text and --file both give the words: leave one of them out.")
    with opened(get_settings(), say) as platform:
        words = file.read() if file is not None else text
        if words is None and (as_json or not sys.stdin.isatty()):
            raise SettingsError("Give the words with --text or --file: an editor needs a terminal.")
        if words is None:
            words = click.edit(api.wiki_entry(platform, entry).text, extension=".md")
        if words is None:
            raise SettingsError("The editor was left without saving: nothing was proposed.")
        made = api.wiki_edit(platform, entry, words)
    if as_json:
        emit({"proposed": plain(made)})
        return
    click.echo(made.diff, nl=False)
    say(f"Proposed as {made.id}. Readers follow with: ./agnt run wiki_reconcile")


@click.group(invoke_without_command=True, short_help="Words of project memory that the wiki does not have.")
@click.pass_context
def proposals(context: click.Context) -> None:
    """Look at edits of project memory, and decide about them; alone it lists them."""
    if context.invoked_subcommand is None:
        context.invoke(list_them, every=False, as_json=False)


@proposals.command("list", short_help="The proposals that stand or wait.")
@click.option("--all", "every", is_flag=True, help="Also those that are done with.")
@json_option
def list_them(*, every: bool, as_json: bool) -> None:
    """List the edits that readers have and the wiki has not, and those that wait for somebody."""
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings
    from agnt_pipelines.wiki.proposals import TELLS

    with opened(get_settings(), say) as platform:
        found = api.wiki_proposals(platform, every=every)
    if as_json:
        emit({"proposals": plain(found)})
        return
    if not found:
        say("There are no proposals: readers have what the wiki says.")
        return
    made = table(f"{counted(len(found), 'proposal')}", "id", "page", "line", "whose", "is", "decided")
    for each in found:
        told = f"{each.standing}: {TELLS[each.standing]}"
        whose = f"{each.origin}, {each.proposed_by}"
        row(made, short(str(each.id)), each.path, each.line_from, whose, told, each.verdict)
    show(made)


@proposals.command("show", short_help="One proposal, as a diff against the wiki's words.")
@click.argument("proposal")
@json_option
def show_one(proposal: str, *, as_json: bool) -> None:
    """Show the proposal whose id begins with PROPOSAL."""
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings
    from agnt_pipelines.wiki.proposals import TELLS

    with opened(get_settings(), say) as platform:
        found = api.wiki_proposal(platform, proposal)
    if as_json:
        emit(plain(found))
        return
    say(f"{found.id}: {found.standing}, {TELLS[found.standing]}")
    click.echo(found.diff, nl=False)


@proposals.command(short_help="Ask the wiki to take it.")
@click.argument("proposal")
@json_option
def accept(proposal: str, *, as_json: bool) -> None:
    """Accept the proposal whose id begins with PROPOSAL: a pull request asks the wiki to take it."""
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say) as platform:
        done = api.accept_proposal(platform, proposal)
    if as_json:
        emit({"accepted": plain(done)})
        return
    say(f"Accepted {done.proposal.id}.")
    if not done.asked:
        say("No forge is set (AGNT_WIKI_FORGE): this is what to change in the wiki.")
        click.echo(done.proposal.diff, nl=False)
    elif done.waits is not None:
        say(f"The pull request waits and is tried again by the job staleness: {done.waits}")
    else:
        say(f"A pull request asks the wiki to take it, from a branch like {done.branch}.")


@proposals.command(short_help="Never mind: readers have the wiki's words.")
@click.argument("proposal")
@json_option
def reject(proposal: str, *, as_json: bool) -> None:
    """Reject the proposal whose id begins with PROPOSAL, for good; its words stay on record."""
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say) as platform:
        found = api.reject_proposal(platform, proposal)
    if as_json:
        emit({"rejected": plain(found)})
        return
    say(f"Rejected {found.id}. Readers follow with: ./agnt run wiki_reconcile")
