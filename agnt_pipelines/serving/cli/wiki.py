"""`./agnt wiki`: what the wiki's head would change, what was changed when, and what to look at.

What belongs here: printing, and asking for decisions. What does not: reconciling (`./agnt run
wiki_reconcile`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from agnt_pipelines.serving.cli.output import counted, emit, json_option, plain, row, say, short, show, table
from agnt_pipelines.serving.cli.wiki_proposals import edit, proposals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agnt_pipelines.serving.wiki import WikiPlan
    from agnt_pipelines.wiki.approval_store import FlaggedSection


@click.group(short_help="What the wiki's head would change, what was changed, what to look at.")
def wiki() -> None:
    """Look at the wiki's reconciliation; `./agnt run wiki_reconcile` does it."""


wiki.add_command(edit)
wiki.add_command(proposals)


@wiki.command(short_help="What a run would change now.")
@click.option("--no-diff", is_flag=True, help="Only the list of pages.")
@json_option
def plan(*, no_diff: bool, as_json: bool) -> None:
    """Fetch the wiki and show what a run would change of the pages that readers have, as a diff."""
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
    _show_plan(found, diffs=not no_diff)


def _show_plan(found: WikiPlan, *, diffs: bool) -> None:
    title = f"{counted(len(found.changes), 'page')} would change"
    made = table(title, "what", "page", "was", "id", "waits", "note")
    for change in found.changes:
        was = change.was if change.was != change.path else None
        row(made, change.operation, change.path, was, short(change.page_id), change.waits, change.note)
    show(made)
    if diffs:
        click.echo("".join(found.diffs.values()), nl=False)
    for hold in found.holds:
        show(f"{hold.lost} removals wait: ./agnt wiki approve {short(hold.plan_hash)}")


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
    made = table("Changes of pages", "entry", "when", "what", "page", "was", "commit", "by", "run", "note")
    for line in lines:
        was = line.was if line.was != line.path else None
        commit, run = short(line.commit), short(line.run_id)
        row(made, line.seq, line.at, line.operation, line.path, was, commit, line.by, run, line.note)
    show(made)


@wiki.command("show", short_help="One page, or one entry of the log.")
@click.argument("what")
@json_option
def show_one(what: str, *, as_json: bool) -> None:
    """Print the page WHAT (its path, or how its id begins), or the change that entry WHAT of the log is."""
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say) as platform:
        if what.isdecimal():
            changed = api.wiki_change(platform, int(what))
            emit({"entry": int(what), "diff": changed}) if as_json else click.echo(changed, nl=False)
            return
        page = api.wiki_show(platform, what)
    if as_json:
        emit(plain(page))
        return
    say(f"{page.path}, {page.title!r}: version {page.version}, commit {page.commit}, id {page.page_id}")
    for flag in page.flags:
        say(f"line {flag.line_from} is kept from readers ({', '.join(flag.flags)}): {flag.id}")
    click.echo(page.text, nl=False)


@wiki.command(short_help="The pages as they were at a commit.")
@click.argument("commit")
@click.option("--page", help="Print this page.")
@json_option
def at(commit: str, *, page: str | None, as_json: bool) -> None:
    """List the pages of the recorded head COMMIT, or print one of them."""
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say) as platform:
        if page is not None:
            found = api.wiki_page_at(platform, commit, page)
            emit(plain(found)) if as_json else click.echo(found.text, nl=False)
            return
        tree = api.wiki_at(platform, commit)
    if as_json:
        emit(plain(tree))
        return
    made = table(f"{counted(len(tree.pages), 'page')} at {short(tree.head.commit)}", "page", "id")
    for path, page_id in tree.pages.items():
        row(made, path, short(page_id))
    show(made)


@wiki.command(short_help="Go back to an earlier commit, until the branch moves on.")
@click.argument("commit")
@json_option
def revert(commit: str, *, as_json: bool) -> None:
    """Put the recorded head COMMIT in place of the newest one; a later commit of the branch is followed again."""
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say) as platform:
        head = api.wiki_revert(platform, commit)
    if as_json:
        emit(plain(head))
        return
    say(f"Step {head.seq} goes back to {head.commit}. Readers follow with: ./agnt run wiki_reconcile")


@wiki.command(short_help="Let removals go that wait, once.")
@click.argument("plan_hash")
@json_option
def approve(plan_hash: str, *, as_json: bool) -> None:
    """Approve the plan of the wiki whose hash begins with PLAN_HASH; the next run applies it."""
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say) as platform:
        whole = api.approve_wiki(platform, plan_hash)
    if as_json:
        emit({"approved": whole})
        return
    say(f"Approved {short(whole)}, once. Apply it with: ./agnt run wiki_reconcile")


@wiki.command("approve-section", short_help="Let a flagged section through to readers.")
@click.argument("section")
@json_option
def approve_section(section: str, *, as_json: bool) -> None:
    """Approve the flagged section whose id begins with SECTION, as its text is now."""
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say) as platform:
        found = api.approve_wiki_section(platform, section)
    if as_json:
        emit({"approved": plain(found)})
        return
    say(f"Approved {found.path}:{found.line_from}. Apply it with: ./agnt run wiki_reconcile")


@wiki.command(short_help="What pages disagree on.")
@json_option
def contradictions(*, as_json: bool) -> None:
    """List pairs of pages that give one thing different values, with each one's words."""
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say) as platform:
        found = api.wiki_contradictions(platform)
    if as_json:
        rows = [
            {
                "kind": each.kind.value,
                "subject": each.subject,
                "basis": each.one.basis.value,
                "pages": [
                    {
                        "path": said.path,
                        "line": said.line,
                        "value": said.value.shown,
                        "sentence": said.sentence,
                    }
                    for said in (each.one, each.other)
                ],
            }
            for each in found
        ]
        emit({"contradictions": rows})
        return
    if not found:
        say("No two pages were found to disagree.")
        return
    made = table(f"{counted(len(found), 'contradiction')}", "what", "page", "says", "page", "says")
    for each in found:
        left, right = each.one, each.other
        row(made, f"{each.kind}: {each.subject}", left.path, left.sentence, right.path, right.sentence)
    show(made)


@wiki.command(short_help="What the wiki says of something.")
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1), default=10, show_default=True, help="Rows at most.")
@json_option
def search(words: tuple[str, ...], *, limit: int, as_json: bool) -> None:
    """Find the entries of project memory that answer WORDS best; those kept from readers are not found."""
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say) as platform:
        hits = api.wiki_search(platform, " ".join(words), limit=limit)
    if as_json:
        emit({"hits": plain(hits)})
        return
    if not hits:
        say("Nothing of project memory holds these words.")
        return
    made = table("Project memory", "id", "where", "section", "says", "by")
    for hit in hits:
        where = f"{hit.entry.path}:{hit.entry.line_from}" if hit.entry.path else hit.entry.source
        row(made, short(str(hit.entry.id)), where, hit.entry.section, hit.excerpt, ", ".join(hit.by))
    show(made)


@wiki.command(short_help="What of the wiki somebody may want to mend.")
@json_option
def lint(*, as_json: bool) -> None:
    """List broken links, orphans, stale pages, missing front matter, flagged sections and contradictions."""
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say) as platform:
        survey, flagged = api.wiki_lint(platform)
    found = survey.found()
    if as_json:
        emit({"pages": survey.pages, "found": found, "flagged": plain(flagged)})
        return
    _show_flagged(flagged)
    for name, examples in found.items():
        if examples and name != "sections_flagged":
            made = table(f"{name.replace('_', ' ')}: {len(examples)}", "where")
            for example in examples:
                row(made, example)
            show(made)
    if not any(found.values()):
        say(f"{counted(survey.pages, 'page')}: nothing to mend.")


def _show_flagged(flagged: Sequence[FlaggedSection]) -> None:
    if not flagged:
        return
    made = table(f"kept from readers: {len(flagged)}", "id", "page", "line", "section", "why")
    for each in flagged:
        row(made, each.id[:13], each.path, each.line_from, each.section, ", ".join(each.flags))
    show(made)
    show("Let one through with: ./agnt wiki approve-section ID")
